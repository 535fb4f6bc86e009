// Runners whose hosts can be killed one by one, and who does it at moments that a seed has chosen.
import type { Runner } from '../../src/index.ts';
import { seededRandom } from '../random.ts';

export interface Mortals {
  readonly runner: Runner;
  /** Ends the host with this id, as `runner.stats()` names it, at once. */
  kill(pid: number): void;
  close(): Promise<void>;
}

/** To kill when so many events of the run have been heard. */
export interface KillOrder {
  readonly afterEvents: number;
  readonly hosts: 1 | 2;
  /** Of the choice of victims. */
  readonly seed: number;
}

/**
 * Most hosts that are killed while a run is open. A step that was there when three were lost runs alone from then on, and
 * after eight losses it fails with `STEP_LOST`. A turn that a busy machine keeps from running is a loss as well, but only
 * of steps that do not run alone yet: three of those and these four are seven.
 */
const killsMost = 4;

/** When to kill during the run of a seed of which about so many events are expected: never, once or twice. */
export function killOrders(seed: number, events: number): KillOrder[] {
  const { below, pick } = seededRandom(seed ^ 0x5eed);
  // Anywhere, at the very first steps, or at the last and the hook.
  let afterEvents = pick([below(events), below(events), below(4), Math.max(0, events - below(6))]);
  const orders: KillOrder[] = [];
  for (let left = below(3); left > 0; left--) {
    orders.push({ afterEvents, hosts: below(4) === 0 ? 2 : 1, seed: below(2 ** 31) });
    afterEvents += 1 + below(8); // The second time soon after, while steps are being run again.
  }
  return orders;
}

/** Carries out the orders of runs that go on side by side on one runner. */
export class Killer {
  readonly #mortals: Mortals;
  readonly #killed: Set<number> = new Set();

  constructor(mortals: Mortals) {
    this.#mortals = mortals;
  }

  get killed(): number {
    return this.#killed.size;
  }

  kill({ hosts, seed }: KillOrder): void {
    const { below, pick } = seededRandom(seed);
    for (let left = hosts; left > 0 && this.killed < killsMost; left--) {
      // Hosts that have not answered yet are seldom taken: too many of those in a row would end the runner.
      const alive = this.#alive().filter(({ isUp }) => isUp || below(8) === 0);
      const busy = alive.filter(({ steps }) => steps > 0);
      if (alive.length === 0) return;
      const { pid } = pick(busy.length > 0 ? busy : alive);
      this.#killed.add(pid);
      this.#mortals.kill(pid);
    }
  }

  /** It takes a moment until the runner knows of a death. */
  #alive(): { pid: number; isUp: boolean; steps: number }[] {
    return this.#mortals.runner.stats().hosts.flatMap(({ pid, isUp, steps }) => {
      if (pid === null) throw new Error('Only hosts with an id can be killed.');
      return this.#killed.has(pid) ? [] : [{ pid, isUp, steps }];
    });
  }
}
