// Timers of turns are set so that they are up together: the thread that isolated-vm keeps for them wakes once for all of those.
import { expect, it } from 'vitest';
import { timerMs } from '../../src/cell/timed-turn.ts';

const gridMs = 10;
/** When calls begin: 20,000 of them, one each 70 µs. */
const begun = Array.from({ length: 20_000 }, (_, i) => 12_345.678 + i * 0.07);

it.each([1, 50, 4_987])(
  'gives a call of %i ms its time, and at most one step of the grid and a ms more',
  (allowedMs) => {
    const given = begun.map((now) => timerMs(allowedMs, now));
    expect(Math.min(...given)).toBeGreaterThanOrEqual(allowedMs);
    expect(Math.max(...given)).toBeLessThanOrEqual(allowedMs + gridMs + 1);
    expect(given.every(Number.isInteger)).toBe(true);
  },
);

it('has timers up within a ms of each other, one step of the grid after those before', () => {
  const up = begun.map((now) => now + timerMs(50, now));
  expect(up.filter((ms) => ms % gridMs >= 1)).toEqual([]);
  expect(new Set(up.map((ms) => Math.floor(ms / gridMs))).size).toBeLessThanOrEqual((20_000 * 0.07) / gridMs + 1);
});
