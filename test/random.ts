// A seeded source of numbers for property tests: the same seed gives the same test. A failing test prints its seed.

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
}

/** mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('Nothing to pick from.');
      return item;
    },
  };
}

/** Seeds of this test run: some fixed, one new each time. */
export function seeds(): number[] {
  return [1, 2, 3, 2 ** 31, Date.now() >>> 0];
}
