// Durations as people read them.
import { describe, expect, it } from 'vitest';
import { countText, durationText, plural, runningText } from '../../src/cli/duration-text.ts';

describe('a duration', () => {
  it.each([
    [0, '0.00 s'],
    [-5, '0.00 s'],
    [420, '0.42 s'],
    [9_999, '10.00 s'],
    [10_000, '10.0 s'],
    [59_900, '59.9 s'],
    [59_999, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_900, '1 h'],
    [5_400_000, '1 h 30 min'],
    [86_400_000, '1 d'],
    [400 * 86_400_000, '400 d'],
    [183_600_000, '2 d 3 h'],
  ])('of %i ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('that runs keeps its form', () => {
    expect([0, 9_960, 10_000, 59_000, 60_000].map((ms) => runningText(ms, 1))).toEqual([
      '0.0 s',
      '10.0 s',
      '10.0 s',
      '59.0 s',
      '1 min',
    ]);
    expect(runningText(4_400, 0)).toBe('4 s');
  });
});

describe('a count', () => {
  it('has its thousands parted and its noun in the right number', () => {
    expect(countText(1_234_567)).toBe('1,234,567');
    expect([plural(0, 'key'), plural(1, 'key'), plural(2_000, 'key')]).toEqual(['0 keys', '1 key', '2,000 keys']);
  });
});
