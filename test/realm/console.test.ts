// The text of a log line: readable, bounded, and never an error, whatever the tenant passes.
import { describe, expect, test } from 'vitest';
import { createConsole, formatLog } from '../../src/realm/globals/console.ts';

const cyclic: { name: string; self?: unknown; list?: unknown[] } = { name: 'c' };
cyclic.self = cyclic;
cyclic.list = [cyclic];

const thrower = (): never => {
  throw new Error('from a getter');
};
const trapped = new Proxy({}, { ownKeys: thrower, get: thrower, getPrototypeOf: thrower });
const revocable = Proxy.revocable({}, {});
revocable.revoke();
const noStack = Object.assign(new TypeError('bad'), { stack: '' });

describe('formatLog', () => {
  test.each<[string, unknown[], string]>([
    ['strings as they are', ['a', '', '"b"\n'], 'a  "b"\n'],
    ['nothing', [], ''],
    [
      'primitives',
      [1, -0, Number.NaN, true, null, undefined, 10n, Symbol('s')],
      '1 0 NaN true null undefined 10n Symbol(s)',
    ],
    ['plain objects like JSON', [{ a: 1, b: 'x"y', c: [1, [2]], d: null }], '{"a":1,"b":"x\\"y","c":[1,[2]],"d":null}'],
    ['what JSON leaves out', [{ u: undefined, s: Symbol('s'), n: 1n }], '{"u":undefined,"s":Symbol(s),"n":1n}'],
    ['functions', [thrower, () => 1, { f: class Named {} }], '[Function thrower] [Function] {"f":[Function Named]}'],
    ['cycles', [cyclic], '{"name":"c","self":[Circular],"list":[[Circular]]}'],
    [
      'the same object twice, which is no cycle',
      [[noStack.cause, { x: cyclic.name }, { x: cyclic.name }]],
      '[undefined,{"x":"c"},{"x":"c"}]',
    ],
    ['dates as JSON has them', [new Date(0), [new Date(Number.NaN)]], '"1970-01-01T00:00:00.000Z" [null]'],
    ['Map and Set', [new Map([['a', { b: 1 }]]), new Set([1, 'x'])], 'Map(1) {"a" => {"b":1}} Set(2) {1,"x"}'],
    ['typed arrays', [new Uint8Array([1, 2]), new BigInt64Array(1)], 'Uint8Array [1,2] BigInt64Array [0n]'],
    ['regular expressions and boxes', [/x/g, Object('s'), Object(1), Object(false)], '/x/g "s" 1 false'],
    [
      'instances by their fields',
      [
        new (class Point {
          x = 1;
          #hidden = 2;
          get y() {
            return this.#hidden;
          }
        })(),
      ],
      '{"x":1}',
    ],
    ['objects without a prototype', [Object.assign(Object.create(null), { a: 1 })], '{"a":1}'],
    [
      'toJSON',
      [{ toJSON: () => ({ a: 1 }) }, { toJSON: () => 'text' }, { toJSON: () => undefined }],
      '{"a":1} "text" undefined',
    ],
    [
      'toJSON that gives its own object',
      [
        {
          a: 1,
          toJSON() {
            return this;
          },
        },
      ],
      '{"a":1,"toJSON":[Function toJSON]}',
    ],
    ['toJSON, asked once', [{ toJSON: () => ({ toJSON: () => 1 }) }], '{"toJSON":[Function toJSON]}'],
    ['errors without a stack', [noStack, { e: noStack }], 'TypeError: bad {"e":TypeError: bad}'],
    [
      'getters that throw',
      [
        {
          a: 1,
          get b() {
            return thrower();
          },
          c: 2,
        },
      ],
      '{"a":1,"b":[Thrown],"c":2}',
    ],
    [
      'toJSON that throws, or cannot be read',
      [
        { toJSON: thrower },
        {
          get toJSON() {
            return thrower();
          },
        },
      ],
      '[Thrown] [Thrown]',
    ],
    ['proxies that throw', [trapped, [trapped], revocable.proxy], '[Thrown] [[Thrown]] [Thrown]'],
    [
      'a length that throws',
      [new Proxy([1], { get: (list, key) => (key === 'length' ? thrower() : Reflect.get(list, key)) })],
      '[Thrown]',
    ],
    [
      'impostors',
      [Object.create(Map.prototype), Object.create(Date.prototype), Object.create(Uint8Array.prototype)],
      '{} [Thrown] {}',
    ],
    ['a sparse array', [new Array(2)], '[undefined,undefined]'],
  ])('writes %s', (_, values, expected) => {
    expect(formatLog(values)).toBe(expected);
  });

  test('writes errors as their stack, with causes and the errors they hold', () => {
    const cause = new Error('inner');
    const error = new AggregateError([cause], 'outer', { cause });
    expect(formatLog([error])).toBe(`${error.stack} [cause]: ${cause.stack} [errors]: [${cause.stack}]`);
    const own = new Error('self');
    own.cause = own;
    expect(formatLog([own])).toBe(`${own.stack} [cause]: [Circular]`);
  });

  test('writes an error whose every property throws', () => {
    const error = new Error('hidden');
    for (const key of ['stack', 'name', 'message', 'cause', 'errors'])
      Object.defineProperty(error, key, { get: thrower });
    expect(formatLog([error])).toBe('Error [cause]: [Thrown] [errors]: [Thrown]');
  });

  test('agrees with JSON for JSON', () => {
    const values = [[], {}, [[], {}], { a: { b: { c: ['d', 1.5, 1e300, true] } } }, { 'key "x"': '\u2028' }, [null]];
    expect(values.map((value) => formatLog([value]))).toEqual(values.map((value) => JSON.stringify(value)));
  });

  test('stops at a depth of ten', () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(formatLog([deep])).toBe(`${'['.repeat(10)}[Object]${']'.repeat(10)}`);
  });

  test('stops at a thousand entries', () => {
    expect(formatLog([new Array(5_000).fill(1)])).toBe(`[${new Array(1_000).fill(1).join()},… 4000 more]`);
    expect(formatLog([new Set(new Array(1_001).keys())])).toMatch(/,999,… 1 more}$/);
  });

  test('cuts a line at 64 KiB', () => {
    const line = formatLog(['x'.repeat(100_000), 'more']);
    expect(line).toBe(`${'x'.repeat(65_535)}…`);
    expect(formatLog(['x'.repeat(65_536)])).toBe('x'.repeat(65_536));
    const wide = new Array(1_000).fill(new Array(1_000).fill('text'));
    expect(formatLog([wide])).toHaveLength(65_536);
    expect(formatLog([{ a: 'y'.repeat(10_000_000) }])).toHaveLength(65_536);
  });

  test('cuts no character in two', () => {
    const line = formatLog([`${'x'.repeat(65_534)}😀😀`]);
    expect(line).toBe(`${'x'.repeat(65_534)}…`);
  });
});

describe('console', () => {
  test('keeps level and order, and works when its functions are taken out of it', () => {
    const lines: string[] = [];
    const console = createConsole({
      now: () => 0,
      seed: '',
      nonce: 0,
      sleep: async () => {},
      crashed: () => {},
      log: (level, text) => lines.push(`${level} ${text}`),
    }) as Record<string, (...values: unknown[]) => void>;
    const { log, info, warn, error, debug, trace, dir, table, assert } = console;
    for (const write of [log, info, warn, error, debug, trace]) write?.('a', { b: 1 });
    dir?.({ c: 1 }, { depth: 1 });
    table?.([1]);
    assert?.(true, 'unseen');
    assert?.(false, 'seen');
    const levels = ['log', 'info', 'warn', 'error', 'debug', 'debug'].map((level) => `${level} a {"b":1}`);
    expect(lines).toEqual([...levels, 'log {"c":1}', 'log [1]', 'error Assertion failed seen']);
  });
});
