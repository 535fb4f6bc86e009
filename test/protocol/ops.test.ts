// The text of a turn may have been written by a tenant who has broken the realm: each record is exactly right, or a breach.
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import { ProtocolBreach } from '../../src/protocol/frames.ts';
import { type OpLengths, opLengthsOf } from '../../src/protocol/op-lengths.ts';
import { type Op, readOps } from '../../src/protocol/ops.ts';

const lengths = opLengthsOf(defaultLimits);

function read(text: string, most: OpLengths = lengths): [number, Op][] {
  const found: [number, Op][] = [];
  for (let at = 0; at < text.length; ) at = readOps(text, most, (ref, op) => found.push([ref, op]), at);
  return found;
}

function op(kind: Op['kind'], fields: Partial<Op> = {}): Op {
  return { kind, key: '', value: '', amount: 0, method: -1, ...fields };
}

describe('a record of each kind', () => {
  it.each<[string, Op]>([
    ['g\t7\t"k"', op('get', { key: '"k"' })],
    ['d\t7\t"k"', op('delete', { key: '"k"' })],
    ['s\t7\t"k"\t{"a":1}', op('set', { key: '"k"', value: '{"a":1}' })],
    ['p\t7\t"k"\t[1]', op('push', { key: '"k"', value: '[1]' })],
    ['i\t7\t"k"\t-0.5', op('increment', { key: '"k"', amount: -0.5 })],
    ['n\t7\t2\t{}\t1500', op('schedule', { value: '{}', amount: 1_500, method: 2 })],
    ['t\t7\t20', op('sleep', { amount: 20 })],
    ['l\t7\twarn\t"text"', op('log', { key: 'warn', value: '"text"' })],
    ['c\t7\t{"out":1}', op('completed', { value: '{"out":1}' })],
    ['c\t7\t', op('completed')],
    ['f\t7\t{"name":"Error"}', op('failed', { value: '{"name":"Error"}' })],
  ])('%j is read', (record, expected) => {
    expect(read(`${record}\n`)).toEqual([[7, expected]]);
  });

  it('is read in the order in which they stand', () => {
    expect(read('g\t1\t"a"\ng\t2\t"b"\nc\t1\t\n').map(([ref, { kind }]) => [ref, kind])).toEqual([
      [1, 'get'],
      [2, 'get'],
      [1, 'completed'],
    ]);
  });

  it('a turn without ops has none', () => {
    expect(read('')).toEqual([]);
  });

  it('keeps text of any length and script as it is', () => {
    for (const value of ['"é€😀"', `"${'€'.repeat(10_000)}"`, '"x"'.padEnd(13), '"\u2028"']) {
      expect(read(`s\t1\t"k"\t${value}\n`)[0]?.[1].value).toBe(value);
    }
  });
});

describe('text that no correct realm writes is a breach:', () => {
  it.each([
    ['no end of record', 'g\t1\t"k"'],
    ['an end in the middle of a record', 'g\t1\t"k"\nc\t1'],
    ['an empty record', '\n'],
    ['two ends of record', 'g\t1\t"k"\n\n'],
    ['a letter alone', 'g\n'],
    ['no letter', '\t1\t"k"\n'],
    ['an unknown letter', 'x\t1\t"k"\n'],
    ['a letter of the other direction', 'R\t1\t0\t1\n'],
    ['a word for a letter', 'get\t1\t"k"\n'],
    ['a carriage return', 'g\t1\t"k"\r\n'],
    ['no reference', 'g\t\t"k"\n'],
    ['a reference that is no number', 'g\tone\t"k"\n'],
    ['a negative reference', 'g\t-1\t"k"\n'],
    ['a broken reference', 'g\t1.5\t"k"\n'],
    ['an endless reference', 'g\tInfinity\t"k"\n'],
    ['an unsafe reference', 'g\t9007199254740992\t"k"\n'],
    ['no key', 'g\t1\t\n'],
    ['an empty key', 'g\t1\t""\n'],
    ['a key that is no string', 'g\t1\t123\n'],
    ['a key that does not open', 's\t1\tk"\t1\n'],
    ['a key that does not close', 's\t1\t"k\t1\n'],
    ['a get with a value', 'g\t1\t"k"\t1\n'],
    ['a set without a value', 's\t1\t"k"\n'],
    ['a set with an empty value', 's\t1\t"k"\t\n'],
    ['a set with two values', 's\t1\t"k"\t1\t2\n'],
    ['a push with an empty item', 'p\t1\t"k"\t\n'],
    ['an increment by nothing', 'i\t1\t"k"\t\n'],
    ['an increment by no number', 'i\t1\t"k"\tNaN\n'],
    ['an endless increment', 'i\t1\t"k"\t1e999\n'],
    ['a schedule without a delay', 'n\t1\t2\t{}\n'],
    ['a schedule with an empty delay', 'n\t1\t2\t{}\t\n'],
    ['a schedule with a negative delay', 'n\t1\t2\t{}\t-1\n'],
    ['a schedule after 400 days', `n\t1\t2\t{}\t${400 * 86_400_000 + 1}\n`],
    ['a schedule without a payload', 'n\t1\t2\t\t0\n'],
    ['a schedule of no method', 'n\t1\t\t{}\t0\n'],
    ['a schedule of a method by name', 'n\t1\tnext\t{}\t0\n'],
    ['a schedule of method -1', 'n\t1\t-1\t{}\t0\n'],
    ['a schedule with one field more', 'n\t1\t2\t{}\t0\t0\n'],
    ['a sleep for no time', 't\t1\t\n'],
    ['a sleep for a negative time', 't\t1\t-1\n'],
    ['a sleep without end', 't\t1\tInfinity\n'],
    ['a sleep for no number', 't\t1\tNaN\n'],
    ['a log of an unknown level', 'l\t1\tfatal\t"x"\n'],
    ['a log of an inherited level', 'l\t1\tconstructor\t"x"\n'],
    ['a log without text', 'l\t1\tlog\t\n'],
    ['an end without an output field', 'c\t1\n'],
    ['an end with two outputs', 'c\t1\t1\t2\n'],
    ['a failure with two errors', 'f\t1\t{}\t{}\n'],
  ])('%s', (_, text) => {
    expect(() => read(text)).toThrow(ProtocolBreach);
  });

  it('after ops that were right, which have been told', () => {
    const found: number[] = [];
    expect(() => readOps('g\t1\t"k"\nx\t2\t"k"\n', lengths, (ref) => found.push(ref))).toThrow(ProtocolBreach);
    expect(found).toEqual([1]);
  });
});

describe('a text that is longer than a correct realm writes is a breach, and is not read:', () => {
  const most: OpLengths = { key: 10, value: 20, payload: 30, log: 40, failure: 50, turn: 1_000, records: 100 };
  const json = (length: number): string => `"${'x'.repeat(length - 2)}"`;

  it.each<[string, number, (text: string) => string]>([
    ['the key of a get', most.key, (text) => `g\t1\t${text}\n`],
    ['the key of a delete', most.key, (text) => `d\t1\t${text}\n`],
    ['the key of a set', most.key, (text) => `s\t1\t${text}\t1\n`],
    ['the key of a push', most.key, (text) => `p\t1\t${text}\t1\n`],
    ['the key of an increment', most.key, (text) => `i\t1\t${text}\t1\n`],
    ['a value', most.value, (text) => `s\t1\t"k"\t${text}\n`],
    ['an item', most.value, (text) => `p\t1\t"k"\t${text}\n`],
    ['a payload', most.payload, (text) => `n\t1\t0\t${text}\t0\n`],
    ['an output', most.payload, (text) => `c\t1\t${text}\n`],
    ['a line of the log', most.log, (text) => `l\t1\tlog\t${text}\n`],
    ['a failure', most.failure, (text) => `f\t1\t${text}\n`],
  ])('%s', (_, length, record) => {
    expect(read(record(json(length)), most)).toHaveLength(1);
    expect(() => read(record(json(length + 1)), most)).toThrow(ProtocolBreach);
  });

  it.each([
    ['a delta', `i\t1\t"k"\t${'0'.repeat(33)}\n`],
    ['a delay', `n\t1\t0\t{}\t${'0'.repeat(33)}\n`],
    ['the number of a method', `n\t1\t${'0'.repeat(33)}\t{}\t0\n`],
    ['the time of a timer', `t\t1\t${'0'.repeat(33)}\n`],
    ['the level of a line', `l\t1\t${'x'.repeat(33)}\t""\n`],
  ])('%s', (_, record) => {
    expect(() => read(record, most)).toThrow(ProtocolBreach);
  });
});

describe('a long turn', () => {
  const lengthsOf = (text: string): number[] => {
    const counts: number[] = [];
    for (let at = 0, count = 0; at < text.length; count = 0) {
      at = readOps(text, lengths, () => count++, at);
      counts.push(count);
    }
    return counts;
  };

  it('is read some ops at a time, in order', () => {
    const text = Array.from({ length: 150 }, (_, ref) => `g\t${ref}\t"k"\n`).join('');
    expect(lengthsOf(text)).toEqual([64, 64, 22]);
    expect(read(text).map(([ref]) => ref)).toEqual(Array.from({ length: 150 }, (_, ref) => ref));
  });

  it('is read some text at a time', () => {
    const value = `"${'x'.repeat(30_000)}"`;
    const text = Array.from({ length: 7 }, (_, ref) => `s\t${ref}\t"k"\t${value}\n`).join('');
    expect(lengthsOf(text)).toEqual([3, 3, 1]);
  });
});
