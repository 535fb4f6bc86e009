// A list in pieces is a list, whatever its length.
import { describe, expect, it } from 'vitest';
import { LongList } from '../src/long-list.ts';
import { seededRandom, seeds } from './random.ts';

describe('LongList', () => {
  it.each([1, 3])('behaves like an array of rows of %i however it grows and is cut', (width) => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const list = new LongList<number>(width);
      let model: number[][] = [];
      let next = 0;
      for (let round = 0; round < 60; round++) {
        const what = random.below(5);
        if (what < 3) {
          for (let i = random.below(300); i > 0; i--) {
            const row = Array.from({ length: width }, () => next++);
            list.next().push(...row);
            model.push(row);
          }
        } else if (what === 3 && model.length > 0) {
          const [row, place] = [random.below(model.length), random.below(width)];
          list.replace(row, place, -next);
          (model[row] as number[])[place] = -next;
        } else {
          // As often as not at the end of a piece, or one off.
          const length = random.below(2) * 128 * random.below(6) + random.below(3) - 1;
          list.cut(Math.max(0, length));
          model = model.slice(0, Math.max(0, length));
        }
        const rows = Array.from({ length: list.length }, (_, row) =>
          Array.from({ length: width }, (_, place) => list.at(row, place)),
        );
        expect(rows, `seed ${seed}, round ${round}`).toEqual(model);
        expect([list.at(model.length), list.at(model.length + 1_000, width - 1)]).toEqual([undefined, undefined]);
      }
    }
  });

  it('replaces nothing that is not there', () => {
    const list = new LongList<number>(1);
    list.next().push(1);
    expect(() => list.replace(1, 0, 2)).toThrow('nothing to be replaced');
  });
});
