import { describe, expect, it } from 'vitest';
import { delayMaxSeconds, parseDelay } from '../../src/protocol/duration.ts';

describe('parseDelay takes', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [-0, 0],
    [10, 10_000],
    [0.5, 500],
    [0.0004, 0],
    [1.2345, 1_235],
    [delayMaxSeconds, 34_560_000_000],
    ['30 sec', 30_000],
    ['30 seconds', 30_000],
    ['5 min', 300_000],
    ['5 minutes', 300_000],
    ['2 hr', 7_200_000],
    ['2 hours', 7_200_000],
    ['1 day', 86_400_000],
    ['3 days', 259_200_000],
    ['1 week', 604_800_000],
    ['2 weeks', 1_209_600_000],
    ['1.5 hours', 5_400_000],
    ['0.1 sec', 100],
    ['0 sec', 0],
    ['5min', 300_000],
    ['5    min', 300_000],
    ['400 days', 34_560_000_000],
  ])('%j as %j ms', (delay, milliseconds) => {
    expect(parseDelay(delay, 0)).toBe(milliseconds);
  });

  it.each([
    [1_000, ['sec', 'secs', 'second', 'seconds']],
    [60_000, ['min', 'mins', 'minute', 'minutes']],
    [3_600_000, ['hr', 'hrs', 'hour', 'hours']],
    [86_400_000, ['day', 'days']],
    [604_800_000, ['week', 'weeks']],
  ])('each spelling of a unit of %d ms', (milliseconds, units) => {
    expect(units.map((unit) => parseDelay(`2 ${unit}`, 0))).toEqual(units.map(() => 2 * milliseconds));
  });
});

describe('parseDelay refuses, with a sentence,', () => {
  it.each([
    [-1],
    [-0.001],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    [delayMaxSeconds + 0.001],
    [null],
    [true],
    [10n],
    [Symbol('10')],
    [['10']],
    [{ seconds: 10 }],
    [() => 10],
    [''],
    ['10'],
    ['sec'],
    ['10 SEC'],
    ['10 Sec'],
    [' 10 sec'],
    ['10 sec '],
    ['10\tsec'],
    ['10 sec\n'],
    ['-10 sec'],
    ['+10 sec'],
    ['1e3 sec'],
    ['.5 hours'],
    ['5. hours'],
    ['1,5 hours'],
    ['0x10 sec'],
    ['١ sec'],
    ['1 hour 30 min'],
    ['10 fortnights'],
    ['10 constructor'],
    ['10 toString'],
    ['401 days'],
    ['58 weeks'],
    [`${'9'.repeat(60)} sec`],
    [`${'0'.repeat(64)}1 sec`],
    ['9'.repeat(10_000_000)],
  ])('%#', (delay) => {
    expect(parseDelay(delay, 0)).toMatch(/^Expected `delay` .{10,400}\.$/u);
  });

  it.each(['1 month', '2 months', '1 mo', '1 year', '3 years', '1 yr', '2 yrs'])('%s, and says why', (delay) => {
    expect(parseDelay(delay, 0)).toContain('not a fixed number of seconds');
  });
});

describe('parseDelay with a shortest delay', () => {
  it('takes that delay and anything longer', () => {
    expect(parseDelay(10, 10)).toBe(10_000);
    expect(parseDelay('10 sec', 10)).toBe(10_000);
    expect(parseDelay('1 min', 10)).toBe(60_000);
  });

  it.each([9.999, 0.001, 0, undefined, '9 sec', '0 sec'])('refuses %j instead of raising it', (delay) => {
    expect(parseDelay(delay, 10)).toContain('at least 10 seconds');
  });
});

describe('the sentence of parseDelay', () => {
  it('quotes at most 60 characters of what it got', () => {
    const sentence = String(parseDelay('x'.repeat(1_000), 0));
    expect(sentence).toContain(`"${'x'.repeat(60)}…"`);
    expect(sentence).not.toContain('x'.repeat(61));
  });

  it('holds no character that a terminal acts upon', () => {
    const hostile = '\u001b[2J\u0007\u007f\u009b31m\u202e\u2066\u2028\ufeff\ud800';
    expect(String(parseDelay(hostile, 0))).toMatch(/^[^\p{C}\u2028\u2029]*$/u);
  });

  it('is made without calling into the value', () => {
    const trap = (): never => {
      throw new Error('called');
    };
    const hostile = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap });
    expect(parseDelay(hostile, 0)).toContain('got an object');
    expect(parseDelay({ toString: trap, valueOf: trap, toJSON: trap }, 0)).toContain('got an object');
  });
});
