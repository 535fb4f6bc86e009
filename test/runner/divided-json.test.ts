// A long JSON text is read a part at a time, and gives what `JSON.parse` gives.
import { describe, expect, it } from 'vitest';
import { undividedly } from '../../src/background-work.ts';
import { parsed, parsedInParts } from '../../src/runner/divided-json.ts';
import { type Random, seededRandom, seeds } from '../random.ts';

function partsOf(text: string): number {
  const parts = parsedInParts(text);
  let count = 1;
  while (parts.next().done !== true) count++;
  return count;
}

/** Long enough to be read in parts. */
function long(text: string): string {
  return `${text.slice(0, 1)}${' '.repeat(20_000)}${text.slice(1)}`;
}

const strings = [
  '',
  'a',
  '"',
  '\\',
  '\\"',
  'é',
  '😀',
  '\ud800',
  '\u2028',
  'x'.repeat(50),
  '__proto__',
  'toString',
  '7',
];
const numbers = [0, -0, 1, -1, 1.5, 1e21, 5e-324, -1.7e308, 2 ** 53];

function anyValue(random: Random, depth: number): unknown {
  const kind = random.below(depth > 4 ? 4 : 6);
  if (kind === 0) return random.pick(strings);
  if (kind === 1) return random.pick(numbers);
  if (kind === 2) return random.pick([true, false, null]);
  if (kind === 3) return random.pick([[], {}]);
  const members = Array.from({ length: random.below(8) }, () => anyValue(random, depth + 1));
  if (kind === 4) return members;
  const object = {};
  for (const value of members) {
    Object.defineProperty(object, random.pick(strings), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

describe('a long text', () => {
  it.each(seeds())('gives what it gives in one go (seed %s)', (seed) => {
    const random = seededRandom(seed);
    const value = Array.from({ length: 400 }, () => anyValue(random, 0));
    for (const space of ['', '\t', '\r\n ']) {
      const text = long(JSON.stringify(value, null, space));
      const made = undividedly(parsedInParts(text));
      expect(JSON.stringify(made)).toBe(JSON.stringify(value)); // `JSON.parse` of Node 26.10 mixes up keys that have escapes.
    }
  });

  it('of 350,000 objects is read in so many parts that none of them is long', () => {
    expect(partsOf(`[${'{},'.repeat(349_999)}{}]`)).toBeGreaterThan(170);
    expect(partsOf(`{"a":[${'{"b":[]},'.repeat(99_999)}{}]}`)).toBeGreaterThan(90);
  });

  it.each([
    '[1,]',
    '[1 2]',
    '[1',
    '[}',
    '{"a"}',
    '{"a":1,}',
    '{a:1}',
    '[01]',
    '[+1]',
    '[1.]',
    '[tru]',
    '["\n"]',
    '["a]',
    '[] []',
    '[]]',
    '[undefined]',
    '[\u00a01]',
  ])('that is no JSON stays text: %s', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(undividedly(parsedInParts(long(text)))).toBe(long(text));
  });

  it.each([999, 1_000, 1_001])('nested %i deep is as it is in one go', (depth) => {
    const text = long(`[${'['.repeat(depth - 1)}${']'.repeat(depth)}`);
    expect(undividedly(parsedInParts(text))).toEqual(parsed(text));
    expect(typeof undividedly(parsedInParts(text))).toBe(depth > 1_000 ? 'string' : 'object');
  });

  it('has its last value where a key stands in it twice', () => {
    const text = long('{"a":1,"b":2,"a":3,"__proto__":1,"__proto__":{"x":1}}');
    const value = undividedly(parsedInParts(text));
    expect(Object.entries(value as object)).toEqual(Object.entries(JSON.parse(text)));
  });
});
