import { afterEach, describe, expect, it, vi } from 'vitest';
import { skippingClock, systemClock } from '../src/clock.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['the system clock', systemClock],
  ['the skipping clock', skippingClock],
])('%s', (_, makeClock) => {
  it.each([-3_600_000, 3_600_000])('does not follow when the time of the machine is set by %i ms', (shift) => {
    const clock = makeClock();
    const before = clock.now();
    const real = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => real + shift);
    expect(Math.abs(clock.now() - before)).toBeLessThan(600_000);
  });

  it('never goes back', () => {
    const clock = makeClock();
    const times = Array.from({ length: 10_000 }, () => clock.now());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('wakes who asked, unless cancelled', async () => {
    const clock = makeClock();
    const woken: string[] = [];
    clock.wakeAt(clock.now() + 2, () => woken.push('cancelled')).cancel();
    await new Promise<void>((resolve) => {
      clock.wakeAt(clock.now() + 4, () => {
        woken.push('late');
        resolve();
      });
    });
    expect(woken).toEqual(['late']);
  });
});

describe('the skipping clock', () => {
  it('moves to what is due when nothing runs, and never back', () => {
    const clock = skippingClock();
    const later = clock.now() + 400 * 86_400_000;
    clock.idleUntil(later);
    expect(clock.now()).toBeGreaterThanOrEqual(later);
    clock.idleUntil(later - 1_000);
    expect(clock.now()).toBeGreaterThanOrEqual(later);
  });
});
