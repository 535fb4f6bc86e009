// When a source gets globals that are exact, and when it cannot tell them from cheaper ones.
import { describe, expect, test } from 'vitest';
import { exactNames } from '../../src/cell/exact-names.ts';
import { globalNames } from '../../src/realm/globals/index.ts';

const given = ['console', 'Math', 'Date', 'Intl', 'Temporal'];
const exactOf = (code: string) => exactNames(code, given, given).filter((name) => name !== 'console');

describe('a source that uses its globals plainly', () => {
  test.each([
    'const now = Date.now(); return new Date().toISOString() + new Date(now).getTime();',
    'return value instanceof Date ? Date.parse ("2020") : Date.UTC(2020);',
    'return Math.max(1, Math . random()) + Math.PI;',
    "return new Intl.NumberFormat('en').format(1) + Intl . getCanonicalLocales('EN') + new Intl?.Collator().compare(1, 2)",
    "return Temporal.PlainDate.from('2020-01-01').equals(Temporal.Instant.from(text)) && Temporal.Duration == null",
    'class Late extends Error { constructor() { super(new Date().toJSON()) } }',
  ])('%s', (code) => expect(exactOf(code)).toEqual([]));
});

describe('a source that may look closer', () => {
  test.each([
    ['const { now } = Date;', ['Date']],
    ['return Date.length', ['Date']],
    ['return new Date().constructor', ['Date']],
    ['return Object.getPrototypeOf(new Date())', ['Date']],
    ['return Object.keys(Math)', ['Math']],
    ['const m = Math, key = "PI"; return Math[key]', ['Math']],
    ["return new Intl.DateTimeFormat('en').format()", ['Intl']],
    ['return globalThis.Intl.DateTimeFormat', ['Intl']],
    ['return Temporal.Now.instant()', ['Temporal']],
    ['const { Now } = Temporal', ['Temporal']],
    ['return Object.keys(Intl)', ['Intl']],
    ['return Intl[data]', ['Intl']],
    ['Intl.Segmenter ??= class {}', ['Intl']],
    ['Temporal.Now2 = 1', ['Temporal']],
    ['delete Intl.Segmenter', ['Intl']],
    ['return Intl.\\u0044ateTimeFormat', ['Intl', 'Temporal']],
    ["return new Function('return new Inter().n')", ['Intl', 'Temporal']],
    ['delete Math.PI', ['Math']],
    ['delete  Math.random', ['Math']],
  ])('%s', (code, names) => expect(exactOf(code)).toEqual(names));

  test('by code that it makes from text, or by the global object', () => {
    const all = globalNames.filter((name) => name !== 'Function');
    expect(exactNames('eval(text)', ['eval'], given)).toEqual(all);
    expect(exactNames('globalThis[name]', ['globalThis'], ['globalThis'])).toEqual(all);
    const plain = exactNames('globalThis.count ??= 1', ['globalThis'], ['globalThis']);
    expect(plain).not.toEqual(expect.arrayContaining(['Date']));
    for (const constant of ['globalThis.NaN = 1', 'delete globalThis?.Infinity', 'globalThis . undefined = 1']) {
      expect(exactNames(constant, ['globalThis'], ['globalThis'])).toContain('globalThis');
    }
    expect(exactNames('globalThis.NaNs = 1', ['globalThis'], ['globalThis'])).not.toContain('globalThis');
    expect(exactNames('new globalThis.Date()', ['globalThis'], ['globalThis'])).toContain('Date');
  });
});

test("Function is the step's own where code is made from text, unless it is compared with what functions lead to", () => {
  const isOwn = (code: string) => exactNames(code, ['Function'], ['Function']).includes('Function');
  expect(['new Function("return this")()', 'Function ("return 1")'].map(isOwn)).toEqual([true, true]);
  const compares = [
    'f instanceof Function',
    'Function("1"); f.constructor === Function',
    'Function("1"); assert.equal(f.constructor, Function)',
    'Function("1"); if (f.constructor !== Function || Function != f.constructor) throw f',
  ];
  expect(compares.map(isOwn)).toEqual(compares.map(() => false));
});
