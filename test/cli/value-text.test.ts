// Values for people: whole if they are small, within bounds if they are not.
import { describe, expect, it } from 'vitest';
import { deepJsonText, jsonText } from '../../src/cli/json-text.ts';
import { valueLines } from '../../src/cli/value-text.ts';
import { notPlain } from './command-line.ts';

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('a value', () => {
  it.each([
    [null, 'null'],
    [true, 'true'],
    [-1.5, '-1.5'],
    ['text "quoted"', '"text \\"quoted\\""'],
    [[], '[]'],
    [{}, '{}'],
    [[1, [2, {}]], '[1, [2, {}]]'],
    [{ a: 1, b: { c: [] } }, '{ "a": 1, "b": { "c": [] } }'],
  ])('that is small is one line: %j', (value, line) => {
    expect(valueLines(value)).toEqual([line]);
    expect(valueLines(value, 'key: ')).toEqual([`key: ${line}`]);
  });

  it('that is larger has a line for each of its first entries', () => {
    const items = Array.from({ length: 100 }, (_, id) => ({ id, status: 'done' }));
    expect(valueLines(items, 'results: ')).toEqual([
      'results: [',
      ...[0, 1, 2, 3, 4].map((id) => `  { "id": ${id}, "status": "done" },`),
      '  … 95 more',
      ']',
    ]);
  });

  it('with many names shows the first of them', () => {
    const value = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`name${index}`, index]));
    const lines = valueLines(value);
    expect(lines.slice(0, 3)).toEqual(['{', '  "name0": 0,', '  "name1": 1,']);
    expect(lines.slice(-2)).toEqual(['  … 28 more', '}']);
  });

  it('is escaped where it would not print', () => {
    const hostile = '\x1b[31m\u202e\u009b\u2028\n';
    for (const value of [hostile, { [hostile]: hostile.repeat(50) }, [hostile, { a: [hostile] }]]) {
      for (const line of valueLines(value)) expect(line).not.toMatch(notPlain);
    }
    expect(valueLines('a\u202eb')).toEqual(['"a\\u202eb"']);
  });

  it('stays within bounds, whatever it is', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`n${index}`, Array(100).fill('x'.repeat(90))]),
    );
    for (const value of [
      nested(5_000),
      wide,
      'x'.repeat(1_000_000),
      Array(1_000_000).fill(0),
      Array(300).fill(nested(300)),
    ]) {
      const lines = valueLines(value);
      expect(lines.length).toBeLessThanOrEqual(25);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2_000);
    }
  });

  it('shows own names that look like others', () => {
    expect(valueLines(JSON.parse('{"__proto__":{"constructor":1}}'))).toEqual([
      '{ "__proto__": { "constructor": 1 } }',
    ]);
  });
});

describe('JSON text', () => {
  it('is that of JSON.stringify', () => {
    const value = { a: [1, 'x\n', null, { b: [] }, []], c: undefined, d: {}, e: { f: undefined, g: false } };
    expect(deepJsonText(value)).toBe(JSON.stringify(value));
    expect(jsonText(value)).toBe(JSON.stringify(value));
    for (const scalar of [null, 1, 'a', true]) expect(deepJsonText(scalar)).toBe(JSON.stringify(scalar));
  });

  it('is there for values that are nested too deeply for JSON.stringify', () => {
    const deep = Object.assign(Object.create(null), { deep: nested(200_000) });
    const text = jsonText(deep);
    expect(text.startsWith('{"deep":{"a":[{"a":[')).toBe(true);
    expect(text.length).toBe('{"deep":}'.length + 100_000 * '{"a":[]}'.length + 1);
  });
});
