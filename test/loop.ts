// An event loop that turns when a test says so, and a time that moves by what the test's work takes.
import { LoopSlices } from '../src/loop-slices.ts';

export interface StillLoop {
  readonly slices: LoopSlices;
  /** Work of so many ms. */
  takes(ms: number): void;
  /** One turn of the loop: all that was put off before it. */
  turn(): void;
  /** Turns until nothing is put off; gives how many there were. */
  turnAll(): number;
  readonly now: number;
}

export function stillLoop(): StillLoop {
  let now = 0;
  const waiting: (() => void)[] = [];
  const slices = new LoopSlices({ now: () => now, cpuMicros: () => now * 1_000, soon: (go) => void waiting.push(go) });
  const turn = (): void => {
    for (const go of waiting.splice(0)) go();
  };
  return {
    slices,
    takes(ms) {
      now += ms;
    },
    turn,
    turnAll() {
      let turns = 0;
      for (; waiting.length > 0; turns++) turn();
      return turns;
    },
    get now() {
      return now;
    },
  };
}
