// Moves the time of a runner from one thing that is due to the next, and in between lets everything run to its rest.
import { setImmediate } from '../machine-timers.ts';
import type { DrivenRunner } from '../runner/runner.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** Goes on until `isEnough`, to `until` at most. False if nothing more is due before that. */
export async function drive(
  runner: DrivenRunner,
  clock: VirtualClock,
  until: number,
  isEnough: () => boolean,
): Promise<boolean> {
  for (;;) {
    await atRest(runner);
    if (isEnough()) return true;
    const { nextAt } = clock;
    if (nextAt === null || nextAt > until) return false;
    clock.moveTo(nextAt);
  }
}

/** Nothing runs, and those who listen have been told. */
export async function atRest(runner: DrivenRunner): Promise<void> {
  // A run that has just been started opens in a later turn of the event loop; so does what was told of it arrive.
  await nextTurn();
  await runner.whenIdle();
  await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
