// A cell that is full spends its time on collecting: when that is over, it is its memory that was too little.
import { afterAll, describe, expect, it } from 'vitest';
import { createCellFactory } from '../../src/cell/cell.ts';
import { openCell, shortMs, startStep } from './cells.ts';

const factory = createCellFactory();
afterAll(() => factory.close());

/** Fills so much of a cell of 16 MB, and then does not end. */
const holding = (parts: number): string =>
  `const kept = []; for (let n = 0; n < ${parts}; n++) kept.push(new Array(131072).fill(1.5)); for (;;) kept[0][0]++;`;

describe('a turn whose time is over', () => {
  it.each([
    ['a cell that is nearly full', 15, 'memory'],
    ['a cell that is half full', 7, 'cpu'],
  ])('in %s', (_, parts, reason) => {
    const cell = openCell(factory, holding(parts), 16);
    expect(startStep(cell, 1, 5 * shortMs)).toMatchObject({ kind: 'lost', reason });
    cell.dispose();
  });

  it.each([
    ['a rejection that nobody handles', "Promise.reject(new Error('no'));", 15, 'memory'],
    ['ten thousand of them', 'for (let n = 0; n < 1e4; n++) Promise.reject(n);', 7, 'cpu'],
    ['a reaction that does not end either', 'Promise.resolve().then(() => { for (;;); });', 15, 'cpu'],
    [
      'a rejection that asks for its text without end',
      "Promise.reject(Object.defineProperty(new Error(), 'message', { get() { for (;;); } }));",
      7,
      'cpu',
    ],
  ])('with %s waiting', (_, before, parts, reason) => {
    const cell = openCell(factory, before + holding(parts), 16);
    expect(startStep(cell, 1, 5 * shortMs)).toMatchObject({ kind: 'lost', reason });
    cell.dispose();
  });
});
