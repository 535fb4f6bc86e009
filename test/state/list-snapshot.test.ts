// What was read of a list stays what it was, and a journal that keeps it keeps nothing else alive.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import type { Op } from '../../src/protocol/ops.ts';
import { Journal } from '../../src/state/journal.ts';
import { ListSnapshot, ListText } from '../../src/state/list-snapshot.ts';
import { type Reply, RunStore } from '../../src/state/run-store.ts';
import { runOf } from './fixtures.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function storeOf(): RunStore {
  const { limits, tenant, memory } = runOf();
  return new RunStore(limits, tenant, memory);
}

const item = JSON.stringify('x'.repeat(100));

it('is the list of that moment also where items have been joined since', () => {
  const list = new ListText();
  const items: string[] = [];
  const moments: { now: ListSnapshot; text: string }[] = [];
  let apart: ListSnapshot | null = null;
  for (let i = 0; i < 5_000; i++) {
    items.push(String(i));
    list.push(String(i));
    if (i % 331 !== 0) continue;
    const text = `[${items.join(',')}]`;
    const now = new ListSnapshot(list, text.length);
    moments.push({ now, text });
    if (i % 2 === 0) {
      apart = now.apart(apart);
      moments.push({ now: apart, text });
    }
    if (i % 3 === 0) expect(now.text()).toBe(text);
  }
  for (const { now, text } of moments) expect(now.text()).toBe(text);
  for (const { now, text } of moments.toReversed()) expect(now.text()).toBe(text);
});

it('of short items takes about what their text does', () => {
  const list = new ListText();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1_000_000; i++) list.push(`"${String.fromCharCode(97 + (i % 26))}${i % 10}"`);
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * list.length);
  expect(list.length).toBe(5_000_000 - 1);
});

it('is written once, however often it is read, until it grows', () => {
  const list = new ListText();
  for (let i = 0; i < 10_000; i++) list.push(String(i));
  const joins = vi.spyOn(Array.prototype, 'join');
  const snapshot = new ListSnapshot(list, list.length);
  const text = snapshot.text();
  const first = joins.mock.calls.length;
  for (let i = 0; i < 900; i++) new ListSnapshot(list, list.length).text();
  const then = joins.mock.calls.length;
  list.push('1');
  const grown = new ListSnapshot(list, list.length).text();
  joins.mockRestore();
  expect([first, then]).toEqual([2, 2]);
  expect(snapshot.text()).toBe(text);
  expect(grown).toBe(`${text.slice(0, -1)},1]`);
});

it('is the list of that moment, apart or not, whatever comes later', () => {
  const store = storeOf();
  const moments: { now: ListSnapshot; text: string }[] = [];
  let before: ListSnapshot | null = null;
  for (let n = 1; n <= 20; n++) {
    store.push('"k"', item);
    const now = store.get('"k"') as ListSnapshot;
    before = now.apart(before);
    for (const snapshot of [now, before]) moments.push({ now: snapshot, text: `[${Array(n).fill(item).join(',')}]` });
  }
  store.delete('"k"');
  store.push('"k"', '1');
  const other = store.get('"k"') as ListSnapshot;
  expect([before?.isOf(other), other.apart(before).text()]).toEqual([false, '[1]']);
  for (const { now, text } of moments) expect(now.text()).toBe(text);
  expect(before?.apart(null)).toBe(before);
});

it.each(['1', item])('keeps nothing of its list that came later, where a journal has it (%s)', async (first) => {
  const get: Op = { kind: 'get', key: '"k"', value: '', amount: 0, method: -1 };
  const journal = new Journal();
  journal.begin(0);
  const record = (): WeakRef<object> => {
    const list = new ListText();
    list.push(first);
    journal.record(0, get, new ListSnapshot(list, first.length + 2), 0);
    list.push(item);
    return new WeakRef(list);
  };
  const list = record();
  await new Promise(setImmediate); // Until then what a WeakRef was made of is kept.
  collectGarbage();
  expect(list.deref()).toBeUndefined();
  journal.rewind('interrupted');
  const { reply } = journal.next(get) as { reply: Reply };
  expect(reply instanceof ListSnapshot ? reply.text() : reply).toBe(`[${first}]`);
});
