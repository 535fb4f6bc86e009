// An outcome's store is an object like others, and as much of it is made at once as is no great deal.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { type EndedRun, endedRunOf } from '../../src/runner/ended-run.ts';
import { outcomeInParts, outcomeOf } from '../../src/runner/outcome.ts';
import { cancelRun } from '../../src/state/cancelling.ts';
import { effectsTo, runOf } from '../state/fixtures.ts';

function endedWith(values: Readonly<Record<string, string>>): EndedRun {
  const run = runOf({ limits: { memoryBytesPerTenant: 2 ** 31 } });
  for (const [key, text] of Object.entries(values)) run.store.set(JSON.stringify(key), text);
  cancelRun(run, '', 0, effectsTo({}));
  const ended = endedRunOf(run);
  if (ended === null) throw new Error('It is open.');
  return ended;
}

const objects = `[${'{},'.repeat(300_000)}{}]`;
const kinds = {
  small: { a: '1', list: '[1,{"b":2}]' },
  large: { a: '1', first: objects, second: objects, last: '{}' },
};

describe.each(Object.entries(kinds))('the store of an outcome that is %s', (_, values) => {
  const expected = Object.fromEntries(Object.entries(values).map(([key, text]) => [key, JSON.parse(text)]));
  const storeOf = () => outcomeOf(endedWith(values)).store;

  it('is equal to an object with its values, in whichever way that is asked', () => {
    expect(storeOf()).toEqual(expected);
    expect(storeOf()).toStrictEqual(expected);
    expect(isDeepStrictEqual(storeOf(), expected)).toBe(true);
    expect(JSON.stringify(storeOf())).toBe(JSON.stringify(expected));
    expect(structuredClone(storeOf())).toEqual(expected);
    expect({ ...storeOf() }).toEqual(expected);
    expect(Object.keys(storeOf())).toEqual(Object.keys(expected));
    expect(Object.getPrototypeOf(storeOf())).toBe(Object.prototype);
  });

  it('may be changed, and frozen', () => {
    const store = storeOf() as Record<string, unknown>;
    for (const key of Object.keys(store)) store[key] = key;
    expect(Object.values(store)).toEqual(Object.keys(expected));
    expect(Object.freeze(storeOf())).toEqual(expected);
  });
});

it('values beyond the first MiB of text are parsed when they are read, once', () => {
  const { store } = outcomeOf(endedWith(kinds.large));
  const parse = vi.spyOn(JSON, 'parse');
  const [first, second] = [store['second'], store['second']];
  const times = parse.mock.calls.length;
  parse.mockRestore();
  expect([times, first === second]).toEqual([1, true]);
  expect(first).toHaveLength(300_001);
});

it('a store of 60 MiB of small objects is given as text: none of it is parsed but the first MiB', () => {
  const values = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, objects]));
  const ended = endedWith(values);
  const parse = vi.spyOn(JSON, 'parse');
  const { store } = outcomeOf(ended);
  const length = parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  parse.mockRestore();
  expect(length).toBeLessThan(10_000);
  const late = Object.values(Object.getOwnPropertyDescriptors(store)).filter(({ get }) => get !== undefined);
  expect(late).toHaveLength(59);
});

it('is made a few keys at a time', () => {
  const values = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, '1']));
  const making = outcomeInParts(endedWith(values));
  let stops = 0;
  while (making.next().done !== true) stops++;
  expect(stops).toBe(25);
});

it('a key is a property whatever objects inherit', () => {
  const ended = endedWith(Object.fromEntries(['constructor', 'toString'].map((key) => [key, '1'])));
  const own = runOf();
  own.store.set('"__proto__"', '{"a":1}');
  cancelRun(own, '', 0, effectsTo({}));
  expect(Object.entries(outcomeOf(ended).store)).toEqual([
    ['constructor', 1],
    ['toString', 1],
  ]);
  const { store } = outcomeOf(endedRunOf(own) as EndedRun);
  expect(Object.entries(store)).toEqual([['__proto__', { a: 1 }]]);
  expect(store['a']).toBeUndefined();
});
