import { describe, expect, it } from 'vitest';
import { skippingClock, systemClock, type TimeSource } from '../src/clock.ts';

interface Movable extends TimeSource {
  /** What has passed, awake; asleep; and by how much the machine's time was set. */
  passed: number;
  suspendedMs: number;
  shiftMs: number;
}

function movable(): Movable {
  const machine: Movable = {
    passed: 0,
    suspendedMs: 0,
    shiftMs: 0,
    machineTime: () => 1_000_000_000 + machine.passed + machine.suspendedMs + machine.shiftMs,
    monotonicTime: () => machine.passed,
  };
  return machine;
}

describe.each([
  ['the system clock', systemClock],
  ['the skipping clock', skippingClock],
])('%s', (_, makeClock) => {
  it('follows the time of the machine when it is set forward, and tells by how much it has jumped', () => {
    const machine = movable();
    const clock = makeClock(machine);
    const before = clock.now();
    machine.shiftMs += 3_600_000;
    expect(clock.now() - before).toBe(3_600_000);
    expect([clock.jumpedMs, clock.aheadMs]).toEqual([3_600_000, 0]);
  });

  it('follows a machine that was suspended, whose monotonic time stood still', () => {
    const machine = movable();
    const clock = makeClock(machine);
    const before = clock.now();
    machine.passed += 8_000;
    machine.suspendedMs += 5_000;
    machine.passed += 2_000;
    expect([clock.now() - before, clock.jumpedMs]).toEqual([15_000, 5_000]);
  });

  it('goes on at its pace when the time of the machine is set back, and tells how far it is ahead', () => {
    const machine = movable();
    const clock = makeClock(machine);
    const before = clock.now();
    machine.shiftMs -= 3_600_000;
    machine.passed += 10;
    expect([clock.now() - before, clock.aheadMs, clock.jumpedMs]).toEqual([10, 3_600_000, 0]);
    machine.shiftMs += 3_600_000; // It was right before.
    expect([clock.now() - before, clock.aheadMs, clock.jumpedMs]).toEqual([10, 0, 0]);
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
