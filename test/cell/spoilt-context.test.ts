// A context whose realm is the step's: what it writes is held against whose it is and how a realm writes, before it leaves the isolate.
import { afterAll, expect, test } from 'vitest';
import { openContextCell } from '../../src/cell/context-cell.ts';
import { createRealmSource } from '../../src/cell/realm-source.ts';
import { Watchdog } from '../../src/cell/watchdog.ts';
import { ampleMs, shortMs, specOf, startStep } from './cells.ts';

const watchdog = new Watchdog();
afterAll(() => watchdog.close());

const honest = createRealmSource();
/** A realm that says what its step wants it to say. */
const spoilt: typeof honest = (specifier, referrer) => {
  const found = honest(specifier, referrer);
  if (!found.specifier.includes('/outbox.')) return found;
  return { ...found, code: found.code.replace('return text;', 'return forged(text);') };
};

function turnOf(body: string, budgetMs = ampleMs) {
  const cell = openContextCell({ ...specOf(body, 64), isolation: 'context' }, spoilt, watchdog);
  const result = startStep(cell, 1, budgetMs);
  cell.dispose();
  return result;
}

test.each([
  ['nothing but what it has said', 'globalThis.forged = (text) => text;', 'c\t1\t\n'],
  ['an op of its own', `globalThis.forged = (text) => 's\\t1\\t"k"\\t[1]\\n' + text;`, 's\t1\t"k"\t[1]\nc\t1\t\n'],
])('%s is taken', (_, start, text) => {
  expect(turnOf(start)).toMatchObject({ kind: 'turn', text });
});

test.each([
  ['an op of another step', `globalThis.forged = (text) => text + 'i\\t8\\t"n"\\t1\\n';`],
  ['a list with a space', `globalThis.forged = (text) => 's\\t1\\t"k"\\t[ ]\\n' + text;`],
  ['what is no text', 'globalThis.forged = () => ({ toString: () => "" });'],
  [
    'a value of many objects that does not end',
    `globalThis.forged = () => 's\\t1\\t"k"\\t[' + '{},'.repeat(2e6) + '\\n';`,
  ],
])('%s ends the cell', (_, start) => {
  expect(turnOf(start)).toMatchObject({ kind: 'lost', reason: 'fault' });
});

test('writing it takes the time of the step, also where it never ends', () => {
  expect(turnOf('globalThis.forged = () => { for (;;) ; };', shortMs)).toMatchObject({ kind: 'lost', reason: 'cpu' });
});
