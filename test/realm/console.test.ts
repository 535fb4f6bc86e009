// The text of a log line: readable, bounded, and never an error, whatever the tenant passes.
import nodeConsole, { Console } from 'node:console';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createConsole, formatLog } from '../../src/realm/globals/console.ts';
import { createStep, type TestStep } from './test-step.ts';

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

/** What Node's own console writes, without the newline at the end. */
function asNode(use: (console: Console) => void): string {
  let written = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      written += chunk;
      done();
    },
  });
  use(new Console({ stdout }));
  return written.slice(0, -1);
}

function consoleOf(step = createStep()): { console: Console; step: TestStep } {
  return { console: createConsole(step) as Console, step };
}

describe('console', () => {
  test('keeps level and order, and works when its functions are taken out of it', () => {
    const { console, step } = consoleOf();
    const { log, info, warn, error, debug, dir, dirxml, assert } = console;
    for (const write of [log, info, warn, error, debug, dirxml]) write('a', { b: 1 });
    dir({ c: 1 }, { depth: 1 });
    dir('text');
    assert(true, 'unseen');
    assert(false, 'seen', 1);
    assert(false, { d: 1 });
    assert(0);
    const levels = ['log', 'info', 'warn', 'error', 'debug', 'log'].map((level) => `${level} a {"b":1}`);
    const asserted = ['seen 1', '{"d":1}'].map((text, index) => `error Assertion failed${index ? ' ' : ': '}${text}`);
    expect(step.lines).toEqual([...levels, 'log {"c":1}', "log 'text'", ...asserted, 'error Assertion failed']);
  });

  test('has what the console of Node has, and nothing that writes elsewhere', () => {
    const notHere = ['Console', 'context', 'createTask'];
    expect(Object.keys(consoleOf().console).sort()).toEqual(
      Object.keys(nodeConsole)
        .filter((name) => !notHere.includes(name) && !name.startsWith('_'))
        .sort(),
    );
  });

  test.each<[string, unknown, string[]?]>([
    [
      'objects',
      [
        { a: 1, b: 'x' },
        { a: 2, c: true },
      ],
    ],
    ['values that are no objects', [1, 'two', null, { k: 1 }, undefined, true]],
    ['lists', [[1, 2], [3]]],
    ['an object of objects', { r: { c: 1 }, s: { d: 2 } }],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
      ]),
    ],
    ['a Set', new Set(['a', 1])],
    ['some columns', [{ a: 1, b: 2 }, { b: 3 }], ['b', 'z']],
    ['no rows', []],
    ['quotes', [{ s: "it's", t: 'a"b\'c', n: 'l\nm', d: 'say "x"', all: '\'"`' }]],
    ['no object', 5],
    ['a text', 'text'],
  ])('draws a table of %s as Node does', (_, data, columns) => {
    const { console, step } = consoleOf();
    console.table(data, columns);
    expect(step.lines).toEqual([`log ${asNode((node) => node.table(data, columns))}`]);
  });

  test('draws a table in bounds, whatever throws', () => {
    const { console, step } = consoleOf();
    console.table(Array.from({ length: 1_500 }, (_, index) => ({ index })));
    console.table([Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`c${index}`, index]))]);
    console.table([{ long: 'x'.repeat(100_000) }]);
    console.table([
      {
        get a(): number {
          return thrower();
        },
        b: 1,
      },
    ]);
    console.table(trapped);
    console.table([trapped]);
    const [many, wide, long, getter, ...rest] = step.lines;
    expect(many).toMatch(/│ 999 {5}│ 999 {3}│\n└─+┴─+┘\n… 500 more$/);
    expect(wide?.split('\n')[1]?.split('│')).toHaveLength(103);
    expect(long?.length).toBeLessThan(2_000);
    expect(getter).toContain('[Thrown]');
    expect(rest).toEqual(['log [Thrown]', 'log [[Thrown]]']);
  });

  test('indents what is in a group, each line of it, at every level', () => {
    const { console, step } = consoleOf();
    const use = (to: Console): void => {
      to.group('Outer', 1);
      to.log('a\nb');
      to.groupCollapsed();
      to.info('in');
      to.groupEnd();
      to.log('out');
      to.groupEnd();
      to.groupEnd();
      to.log('end');
    };
    use(console);
    expect(step.lines.map((line) => line.replace(/^\w+ /, '')).join('\n')).toBe(asNode(use));
    for (let depth = 0; depth < 10_000; depth++) console.group();
    console.log('deep');
    for (let depth = 0; depth < 9_999; depth++) console.groupEnd();
    console.log('shallow');
    expect(step.lines.slice(-2)).toEqual([`log ${' '.repeat(100)}deep`, 'log   shallow']);
  });

  test('counts by label', () => {
    const { console, step } = consoleOf();
    for (const label of [undefined, 'x', undefined, 'x', '__proto__', '__proto__']) console.count(label);
    console.countReset();
    console.count();
    console.countReset('never');
    expect(step.lines).toEqual([
      ...['log default: 1', 'log x: 1', 'log default: 2', 'log x: 2', 'log __proto__: 1', 'log __proto__: 2'],
      ...['log default: 1', "warn Count for 'never' does not exist"],
    ]);
  });

  test("measures by label, on the step's own clock", () => {
    const { console, step } = consoleOf();
    console.time();
    console.time('long');
    console.time('long');
    step.time += 12;
    console.timeLog(undefined, 'so far', { a: 1 });
    console.timeEnd();
    console.timeEnd();
    for (const more of [1_238, 123_750, 3_600_000]) {
      step.time += more;
      console.timeLog('long');
    }
    console.timeEnd('long');
    console.timeLog('long');
    expect(step.lines).toEqual([
      "warn Label 'long' already exists for console.time()",
      ...[
        'log default: 12ms so far {"a":1}',
        'log default: 12ms',
        "warn No such label 'default' for console.timeEnd()",
      ],
      ...['log long: 1.250s', 'log long: 2:05.000 (m:ss.mmm)', 'log long: 1:02:05.000 (h:mm:ss.mmm)'],
      ...['log long: 1:02:05.000 (h:mm:ss.mmm)', "warn No such label 'long' for console.timeLog()"],
    ]);
  });

  test('takes any value as a label, and bounds labels in number and length', () => {
    const { console, step } = consoleOf();
    const { count, time } = console as unknown as Record<string, (label: unknown) => void>;
    for (const label of [null, Symbol('s'), { toString: thrower }, trapped, 1n, 'y'.repeat(5_000)]) count?.(label);
    const texts = ['null: 1', 'Symbol(s): 1', '{"toString":[Function thrower]}: 1', '[Thrown]: 1', '1: 1'];
    expect(step.lines.splice(0)).toEqual([...texts, `${'y'.repeat(1_000)}: 1`].map((text) => `log ${text}`));
    for (let label = 0; label < 1_001; label++) time?.(label);
    for (let label = 0; label < 1_001; label++) count?.(label);
    expect(step.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn A step has at most 1000 labels of console.time(). Free some by console.timeEnd().',
      ...Array(6).fill('warn A step has at most 1000 labels of console.count(). Free some by console.countReset().'),
    ]);
  });

  test('writes where it was called from as a trace', () => {
    const { console, step } = consoleOf();
    function caller(): void {
      console.trace('here', { a: 1 });
      console.trace();
    }
    caller();
    expect(step.lines[0]).toMatch(/^debug Trace: here \{"a":1\}\n {4}at caller \(/);
    expect(step.lines[1]).toMatch(/^debug Trace\n {4}at caller \(/);
  });
});
