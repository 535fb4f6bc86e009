// What was read of a list stays what it was, and a journal that keeps it keeps nothing else alive.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Op } from '../../src/protocol/ops.ts';
import { Journal } from '../../src/state/journal.ts';
import { type List, ListSnapshot } from '../../src/state/list-snapshot.ts';
import { type Reply, RunStore } from '../../src/state/run-store.ts';
import { runOf } from './fixtures.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function storeOf(): RunStore {
  const { limits, tenant } = runOf();
  return new RunStore(limits, tenant);
}

const item = JSON.stringify('x'.repeat(100));

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
    const list: List = { identity: {}, pieces: [first] };
    journal.record(0, get, new ListSnapshot(list, first.length + 2), 0);
    list.pieces.push(item);
    return new WeakRef(list.pieces);
  };
  const pieces = record();
  await new Promise(setImmediate); // Until then what a WeakRef was made of is kept.
  collectGarbage();
  expect(pieces.deref()).toBeUndefined();
  journal.rewind('interrupted');
  const { reply } = journal.next(get) as { reply: Reply };
  expect(reply instanceof ListSnapshot ? reply.text() : reply).toBe(`[${first}]`);
});
