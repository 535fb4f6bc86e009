// What an embedder hands over is what a step gets, or is refused by its path.
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { jsonTextOf } from '../../src/runner/json-values.ts';

const foreign = (code: string): unknown => runInContext(code, createContext());
const circle: { list: unknown[] } = { list: [] };
circle.list.push(circle);

describe('a value that JSON carries', () => {
  it.each<[string, unknown]>([
    ['plain data', { a: [1, 'two', null, { b: true }], ['__proto__ ']: -1.5 }],
    ['no prototype', Object.assign(Object.create(null), { a: 1 })],
    ['undefined in a record', { a: undefined, b: 1 }],
    ['a Date', { at: new Date(0) }],
    ['a Date of another context', foreign('({ at: new Date(0) })')],
    [
      'a class with fields',
      new (class Point {
        x = 1;
      })(),
    ],
    [
      'a class with toJSON',
      new (class Money {
        toJSON(): string {
          return '1.00';
        }
      })(),
    ],
    ['a URL', { url: new URL('https://a.b/') }],
    ['boxes', [Object('s'), Object(1), Object(false)]],
    ['the same object twice', ((same) => [same, same, { same }])({ a: 1 })],
    ['a list of another context', foreign('[1, { a: 2 }]')],
  ])('is written as JSON.stringify does: %s', (_, value) => {
    expect(jsonTextOf(value, 'data')).toBe(JSON.stringify(value));
  });
});

describe('a value that JSON would change', () => {
  it.each<[unknown, string]>([
    [{ items: [{ price: 1 }, { price: Number.NaN }] }, '`data.items[1].price` is NaN. Use null or a text'],
    [Number.NEGATIVE_INFINITY, '`data` is -Infinity. Use null or a text'],
    [{ map: new Map() }, '`data.map` is a Map. Use `Object.fromEntries(map)` or `[...map]`'],
    [foreign('new Map()'), '`data` is a Map. Use `Object.fromEntries(map)` or `[...map]`'],
    [[new Set()], '`data[0]` is a Set. Use `[...set]`'],
    [[1, undefined], '`data[1]` is undefined, in a list. Use null'],
    [new Array(1), '`data[0]` is undefined, in a list. Use null'],
    [
      { at: new (class Day extends Date {})(0) },
      '`data.at` is a Date of a class of its own, of which only the time would be left. Use `toISOString()`',
    ],
    [{ at: new Date(Number.NaN) }, '`data.at` is an invalid Date. Use null'],
    [{ 'a b': () => 1 }, '`data["a b"]` is a function, which no step can call. Pass data'],
    [[Symbol('s')], '`data[0]` is a symbol. Use a text'],
    [{ n: 1n }, '`data.n` is a BigInt. Use a text, such as `String(value)`, or a number'],
    [{ n: Object(1n) }, '`data.n` is a BigInt. Use a text, such as `String(value)`'],
    [{ bytes: Buffer.from('a') }, '`data.bytes` is bytes. Use a list, `Array.from(bytes)`, or a text such as base64'],
    [new ArrayBuffer(1), '`data` is bytes. Use a list, `Array.from(bytes)`, or a text such as base64'],
    [{ later: Promise.resolve() }, '`data.later` is a promise. Await it first'],
    [{ e: new Error('x') }, '`data.e` is an error, of which JSON carries no message. Use `error.message`'],
    [/a/, '`data` is a regular expression. Use its `source`'],
    [circle, '`data.list[0]` is circular: it is `data`, which holds it. Use an id, or leave it out'],
    [undefined, '`data` is undefined. Leave it out, or use null'],
    [
      {
        get a() {
          throw new Error('no');
        },
      },
      '`data` cannot be read: no',
    ],
    [{ toJSON: () => undefined }, '`data` is undefined. Leave it out, or use null'],
  ])('is refused by its path: %#', (value, why) => {
    expect(jsonTextOf(value, 'data')).toEqual({ why });
  });
});
