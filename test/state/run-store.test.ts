// The store of one run by itself: every op against a simple model, with every byte accounted for, and the rules that a
// model hides, one by one.
import { describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import { ListSnapshot, writtenOut } from '../../src/state/list-snapshot.ts';
import { Refusal, type Reply, RunStore } from '../../src/state/run-store.ts';
import { newTenant } from '../../src/state/tenant-state.ts';
import { seededRandom, seeds } from '../random.ts';
import { StoreModel } from './store-model.ts';

function storeWith(limits: Partial<Limits> = {}): RunStore {
  const all = { ...defaultLimits, ...limits };
  const tenant = newTenant('acme', all, 1);
  return new RunStore(all, tenant, tenant.memory);
}

/** What a step would get: text, or the code of the refusal. */
function shown(reply: Reply): string {
  if (reply instanceof Refusal) return reply.code;
  return reply instanceof ListSnapshot ? reply.text() : reply;
}

function entriesOf(store: RunStore): string[][] {
  return Array.from(store.entries(), ([key, value]) => [key, writtenOut(value)]);
}

const keys = ['"a"', '"b"', '"__proto__"', '"\\u0000"', '"clé"', `"${'k'.repeat(20)}"`];
const values = ['1', '-2.5', '1e21', '9007199254740991', '"é,[]"', '"\\",\\""', 'null', 'true', '{"a":[1,2]}', '[]'];
const lists = ['[1,"]",[2,{"x":[]}]]', '["a,b"]', '[[],[]]', `"${'long'.repeat(10)}"`];
const deltas = [1, -1, 0.5, 9007199254740991, -9007199254740991, 1e300];
const tight = { valueBytes: 40, keyBytes: 16, storeKeysPerRun: 4, storeBytesPerRun: 120, readBytes: 60 };

describe('the store against a model', () => {
  it.each([
    { bounds: 'the defaults', limits: defaultLimits },
    { bounds: 'tight bounds', limits: { ...defaultLimits, ...tight } },
  ])('gives the same replies, entries and bytes as the model, under $bounds', ({ limits }) => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const store = storeWith(limits);
      const model = new StoreModel(limits);
      for (let step = 0; step < 1_000; step++) {
        const key = random.pick(keys);
        const text = random.pick([...values, ...lists]);
        const kind = random.pick(['get', 'set', 'push', 'push', 'increment', 'delete'] as const);
        const delta = random.pick(deltas);
        const where = `seed ${seed}, op ${step}: ${kind} ${key} ${text} ${delta}`;
        const reply = shown(
          kind === 'get'
            ? store.get(key)
            : kind === 'delete'
              ? store.delete(key)
              : kind === 'increment'
                ? store.increment(key, delta)
                : store[kind](key, text),
        );
        expect(reply, where).toBe(model.apply(kind, key, text, delta));
        expect(entriesOf(store), where).toEqual(model.entries());
        expect(store.bytes, where).toBe(model.bytes());
        expect(store.size, where).toBe(model.entries().length);
      }
    }
  });
});

describe('get', () => {
  it('gives a list as it stood at that moment, whatever is pushed before it is written out', () => {
    const store = storeWith();
    store.push('"k"', '1');
    const snapshot = store.get('"k"');
    store.push('"k"', '2');
    store.delete('"k"');
    store.push('"k"', '3');
    expect(shown(snapshot)).toBe('[1]');
  });

  it('gives null for a key that is not set', () => {
    expect(storeWith().get('"k"')).toBe('null');
  });

  it('refuses a list that has grown over readBytes, and entries still have it', () => {
    const store = storeWith({ readBytes: 10, valueBytes: 10 });
    for (let i = 0; i < 6; i++) store.push('"k"', '1');
    expect(shown(store.get('"k"'))).toBe('READ_TOO_LARGE');
    expect(entriesOf(store)).toEqual([['"k"', '[1,1,1,1,1,1]']]);
  });
});

describe('push', () => {
  it('counts the elements of an array that set put there', () => {
    const store = storeWith();
    store.set('"k"', '["a,b",[1,2],{"c":"]"}]');
    expect(store.push('"k"', '4')).toBe('4');
    expect(shown(store.get('"k"'))).toBe('["a,b",[1,2],{"c":"]"},4]');
  });

  it('begins an empty array like no array', () => {
    const store = storeWith();
    store.set('"k"', '[]');
    expect(store.push('"k"', '1')).toBe('1');
    expect(shown(store.get('"k"'))).toBe('[1]');
  });

  it.each(['"[1]"', '1', 'true', 'null', '{"0":1}'])('refuses to append to %s', (text) => {
    const store = storeWith();
    store.set('"k"', text);
    expect(shown(store.push('"k"', '1'))).toBe('VALUE_NOT_A_LIST');
    expect(shown(store.get('"k"'))).toBe(text);
  });

  it('fills the store to the last byte, and not one further', () => {
    // Key 3, brackets 2, items 1 each, commas between: 3 + 2 + 1 = 6, then 2 more for each.
    const store = storeWith({ storeBytesPerRun: 8, valueBytes: 8 });
    expect([1, 2, 3].map(() => shown(store.push('"k"', '1')))).toEqual(['1', '2', 'STORE_BYTES_EXCEEDED']);
    expect(store.bytes).toBe(8);
  });

  it('fills a store to the last byte with the first item of an empty array, too', () => {
    const store = storeWith({ storeBytesPerRun: 6, valueBytes: 6 });
    store.set('"k"', '[]');
    expect(shown(store.push('"k"', '1'))).toBe('1');
    expect(store.bytes).toBe(6);
  });
});

describe('increment', () => {
  it('counts from 0 and takes fractions', () => {
    const store = storeWith();
    expect(store.increment('"k"', 0.1)).toBe('0.1');
    expect(store.increment('"k"', 0.2)).toBe('0.30000000000000004');
    expect(store.increment('"k"', -1)).toBe('-0.7');
  });

  it('goes to the last safe integer, and not one further', () => {
    const store = storeWith();
    expect(store.increment('"k"', Number.MAX_SAFE_INTEGER)).toBe('9007199254740991');
    expect(shown(store.increment('"k"', 1))).toBe('NUMBER_OUT_OF_RANGE');
    expect(shown(store.get('"k"'))).toBe('9007199254740991');
    expect(store.increment('"k"', -1)).toBe('9007199254740990');
  });

  it('refuses what would not be finite', () => {
    const store = storeWith();
    store.set('"k"', '1.7e308');
    expect(shown(store.increment('"k"', 1.7e308))).toBe('NUMBER_OUT_OF_RANGE');
    expect(shown(store.get('"k"'))).toBe('1.7e308');
  });

  it.each(['"1"', 'null', 'true', '[1]', '{}'])('refuses to count on %s', (text) => {
    const store = storeWith();
    store.set('"k"', text);
    expect(shown(store.increment('"k"', 1))).toBe('VALUE_NOT_A_NUMBER');
    expect(shown(store.get('"k"'))).toBe(text);
  });

  it('refuses to count on a list that push made', () => {
    const store = storeWith();
    store.push('"k"', '1');
    expect(shown(store.increment('"k"', 1))).toBe('VALUE_NOT_A_NUMBER');
  });
});

describe('keys', () => {
  it('are measured as the strings that they stand for, in UTF-8', () => {
    const store = storeWith({ keyBytes: 4 });
    expect(shown(store.set(JSON.stringify('\u0000\n"\\'), '1'))).toBe('');
    expect(shown(store.set(JSON.stringify('éé'), '1'))).toBe('');
    expect(shown(store.set(JSON.stringify('ééx'), '1'))).toBe('KEY_INVALID');
    expect(shown(store.push(JSON.stringify('12345'), '1'))).toBe('KEY_INVALID');
    expect(shown(store.increment(JSON.stringify('12345'), 1))).toBe('KEY_INVALID');
    expect(store.size).toBe(2);
  });

  it('make room again when they are deleted', () => {
    const store = storeWith({ storeKeysPerRun: 1 });
    store.set('"a"', '1');
    expect(shown(store.set('"b"', '1'))).toBe('STORE_KEYS_EXCEEDED');
    expect(store.delete('"a"')).toBe('true');
    expect(store.delete('"a"')).toBe('false');
    expect(shown(store.set('"b"', '1'))).toBe('');
    expect(store.bytes).toBe(4);
  });
});
