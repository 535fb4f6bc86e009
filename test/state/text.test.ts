// JSON text is measured without being parsed; here it is held against the parser.
import { describe, expect, it } from 'vitest';
import { byteLength, countElements, decodedBytes } from '../../src/state/text.ts';
import { type Random, seededRandom, seeds } from '../random.ts';

const characters = [
  'a',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  ':',
  '\n',
  '\u0000',
  '\u001f',
  '\u007f',
  'é',
  '€',
  '😀',
  '\ud800',
];

function randomString(random: Random): string {
  return Array.from({ length: random.below(12) }, () => random.pick(characters)).join('');
}

function randomValue(random: Random, depth: number): unknown {
  const kind = random.below(depth > 0 ? 6 : 4);
  if (kind === 0) return random.pick([0, -1.5, 1e21, null, true, false]);
  if (kind < 4) return randomString(random);
  const items = Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1));
  return kind === 4 ? items : Object.fromEntries(items.map((item) => [randomString(random), item]));
}

describe('countElements', () => {
  it('counts what the parser finds in arrays of anything', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      for (let round = 0; round < 500; round++) {
        const list = Array.from({ length: random.below(5) }, () => randomValue(random, 3));
        const text = JSON.stringify(list);
        expect(countElements(text), `seed ${seed}: ${text}`).toBe(list.length);
      }
    }
  });

  it.each([
    ['[]', 0],
    ['[[]]', 1],
    ['[""]', 1],
    ['["\\\\",","]', 2],
    ['["\\"",1]', 2],
  ])('finds in %s %i elements', (text, count) => {
    expect(countElements(text)).toBe(count);
  });

  it.each(['[', '["', '["\\', '[{]', '[]]'])('comes to an end on %s, which no correct realm writes', (text) => {
    expect(countElements(text)).toBeTypeOf('number');
  });
});

describe('decodedBytes', () => {
  it('measures what the parser gives for any string', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      for (let round = 0; round < 500; round++) {
        const value = randomString(random);
        expect(decodedBytes(JSON.stringify(value)), `seed ${seed}: ${JSON.stringify(value)}`).toBe(byteLength(value));
      }
    }
  });
});
