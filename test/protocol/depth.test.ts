import { describe, expect, it } from 'vitest';
import { depthMost, isTooDeep } from '../../src/protocol/depth.ts';
import { seededRandom, seeds } from '../random.ts';

/** Brackets of both kinds around each other, each with company that a reader of brackets might stumble over. */
function nested(depth: number, random: ReturnType<typeof seededRandom>): string {
  const company = ['"[[[{"', '"\\\\"', '"\\""', '"\\\\\\"{["', '"\\u005b"', '[]', '{}', '[[]]', '0'];
  let text = '0';
  for (let i = 0; i < depth; i++) {
    const other = random.pick(company);
    text =
      random.below(2) === 0 ? `[${other},${text},${other}]` : `{"[\\"{":${text},${JSON.stringify(`${i}`)}:${other}}`;
  }
  return text;
}

/** Arrays and objects around each other, one by one. */
function levelsOf(json: string): number {
  let most = 0;
  const waiting: [unknown, number][] = [[JSON.parse(json), 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next;
    most = Math.max(most, depth);
    if (typeof value !== 'object' || value === null) continue;
    most = Math.max(most, depth + 1);
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
  return most;
}

describe('a text that is too deep', () => {
  it('is one whose value is', () => {
    const found = new Set<boolean>();
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      for (let i = 0; i < 20; i++) {
        const text = nested(depthMost - 5 + random.below(10), random);
        const isDeeper = levelsOf(text) > depthMost;
        found.add(isDeeper);
        expect(isTooDeep(text), `seed ${seed}, ${i}`).toBe(isDeeper);
      }
    }
    expect(found.size).toBe(2);
  });

  it('is none that is only long', () => {
    for (const text of [
      `"${'['.repeat(1e5)}"`,
      `[${'[],'.repeat(1e5)}0]`,
      `"${'\\\\'.repeat(1e5)}"`,
      `"${'\\"['.repeat(1e5)}"`,
    ]) {
      JSON.parse(text);
      expect(isTooDeep(text)).toBe(false);
    }
    expect(isTooDeep('['.repeat(depthMost) + ']'.repeat(depthMost))).toBe(false);
    expect(isTooDeep('['.repeat(depthMost + 1) + ']'.repeat(depthMost + 1))).toBe(true);
  });

  it('ends, whatever is no JSON', () => {
    for (const text of [']'.repeat(1e4), `"${'x'.repeat(1e4)}`, '"\\'.repeat(5_000), '{'.repeat(1e4)]) isTooDeep(text);
  });
});
