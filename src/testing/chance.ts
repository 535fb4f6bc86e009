// Chance that can be had again: the same seed makes the same choices, on every machine.

export interface Chance {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** True once in so many times. */
  oneIn(times: number): boolean;
}

/** The generator that its author calls mulberry32: 32 bits of state, and good enough to choose among a few. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return { below, oneIn: (times) => below(times) === 0 };
}
