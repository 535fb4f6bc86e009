import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { NumberMap } from '../src/number-map.ts';
import { seededRandom, seeds } from './random.ts';

describe('NumberMap', () => {
  it('has nothing at first', () => {
    const map = new NumberMap<string>();
    expect([map.size, map.get(0), map.delete(0), map.values()]).toEqual([0, undefined, false, []]);
  });

  it.each([
    ['in order', (n: number) => n],
    ['all at one place', (n: number) => n * 4_096],
    ['greater than 32 bits', (n: number) => 2 ** 33 + n * 3],
  ])('behaves like a Map, with keys %s', (_, keyOf) => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const map = new NumberMap<number>();
      const model = new Map<number, number>();
      for (let i = 0; i < 2_000; i++) {
        // As many come as go, in the middle more, at the end fewer.
        const key = keyOf(random.below(i < 1_000 ? 300 : 40));
        if (random.below(3) < 2 === i < 1_000) {
          map.set(key, i);
          model.set(key, i);
        } else if (map.delete(key) !== model.delete(key)) {
          throw new Error(`seed ${seed}, op ${i}: one had it, one had not`);
        }
        if (map.get(key) !== model.get(key) || map.size !== model.size) throw new Error(`seed ${seed}, op ${i}`);
      }
      const expected = [...model].sort(([a], [b]) => a - b);
      expect(map.entries(), `seed ${seed}`).toEqual(expected);
      expect(map.values()).toEqual(expected.map(([, value]) => value));
      for (const [key, value] of model) expect(map.get(key)).toBe(value);
      map.clear();
      expect([map.size, map.values(), map.get(keyOf(1))]).toEqual([0, [], undefined]);
    }
  });

  it('does not keep alive what has left it', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const map = new NumberMap<object>();
    const refs: WeakRef<object>[] = [];
    for (let i = 0; i < 100; i++) {
      const item = { i };
      refs.push(new WeakRef(item));
      map.set(i, item);
    }
    for (let i = 0; i < 99; i++) map.delete(i);
    await new Promise((resolve) => setImmediate(resolve)); // A WeakRef holds what it was made for until the turn is over.
    collect();
    expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(1);
  });
});
