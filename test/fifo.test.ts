import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../src/fifo.ts';
import { seededRandom, seeds } from './random.ts';

describe('Fifo', () => {
  it('gives items in the order in which they came, and nothing when it is empty', () => {
    const fifo = new Fifo<string>();
    expect([fifo.size, fifo.peek(), fifo.shift()]).toEqual([0, undefined, undefined]);
    fifo.push('a');
    fifo.push('b');
    expect([fifo.size, fifo.peek(), fifo.shift(), fifo.shift(), fifo.shift()]).toEqual([2, 'a', 'a', 'b', undefined]);
  });

  it('behaves like an array however it grows and shrinks', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (let round = 0; round < 60; round++) {
        // Runs of pushes and shifts are long enough to pass the length from which room is given back.
        const count = random.below(500);
        const isPush = random.below(2) === 0;
        for (let i = 0; i < count; i++) {
          if (isPush) {
            fifo.push(i);
            model.push(i);
          } else if (fifo.shift() !== model.shift()) {
            throw new Error(`seed ${seed}, round ${round}: not the same item`);
          }
        }
        expect([fifo.size, fifo.peek()], `seed ${seed}, round ${round}`).toEqual([model.length, model[0]]);
      }
    }
  });

  it('does not keep alive what has left it', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const fifo = new Fifo<object>();
    const refs: WeakRef<object>[] = [];
    for (let i = 0; i < 100; i++) {
      const item = { i };
      refs.push(new WeakRef(item));
      fifo.push(item);
    }
    for (let i = 0; i < 99; i++) fifo.shift();
    await new Promise((resolve) => setImmediate(resolve)); // A WeakRef holds what it was made for until the turn is over.
    collect();
    expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(1);
    expect(fifo.size).toBe(1);
  });
});
