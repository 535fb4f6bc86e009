// Everything that happens later happens in order, once, and not at all when it is cancelled.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { skippingClock, systemClock } from '../../src/index.ts';
import { type Timer, TimerQueue } from '../../src/schedule/timer-queue.ts';
import { manualClock } from '../manual-clock.ts';
import { seededRandom, seeds } from '../random.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

const dayMs = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

describe('order', () => {
  it('is by due time, then by the order in which they were added', () => {
    const clock = manualClock(0);
    const queue = new TimerQueue<unknown>(clock, () => {});
    const told: string[] = [];
    for (const [name, dueAt] of [
      ['late', 9],
      ['first', 5],
      ['second', 5],
      ['early', 1],
    ] as const) {
      queue.add(dueAt, null, () => told.push(name));
    }
    expect([queue.size, queue.nextAt]).toEqual([4, 1]);
    clock.advance(10);
    expect(told).toEqual(['early', 'first', 'second', 'late']);
    expect([queue.size, queue.nextAt, clock.sleepers]).toEqual([0, null, 0]);
  });

  it('is the same where more are due at once than are told in one go', () => {
    const clock = manualClock(5);
    const goes: number[] = [];
    const told: number[] = [];
    const queue = new TimerQueue<number>(clock, () => goes.push(told.length));
    for (let i = 0; i < 10_000; i++) queue.add(5, i, (owner) => told.push(owner));
    queue.fire(5);
    queue.fire(5); // The rest comes by itself.
    expect([told.length, queue.size, clock.sleepers]).toEqual([4_000, 6_000, 1]);
    queue.add(1, -1, (owner) => told.push(owner));
    clock.advance(1);
    expect(goes).toEqual([8_000, 10_001]);
    expect(told).toEqual([...Array(4_000).keys(), -1, ...Array.from({ length: 6_000 }, (_, i) => 4_000 + i)]);
    queue.add(7, 0, (owner) => told.push(owner));
    queue.fire(7);
    expect([told.length, queue.size]).toEqual([10_002, 0]);
  });

  it.each([
    ['all others are taken out', (queue: TimerQueue<number>) => void queue.sweep((owner) => owner > 0), 4_001],
    ['the clock is looked at again', (queue: TimerQueue<number>) => queue.refresh(), 6_001],
  ])('is that of what is due when it is asked for, also when %s behind a flood', (_, change, expected) => {
    const queue = new TimerQueue<number>(manualClock(5), () => {});
    let told = 0;
    for (let i = 1; i <= 6_000; i++) queue.add(5, i, () => told++);
    queue.fire(5);
    queue.add(6, 0, () => told++);
    change(queue);
    queue.fire(6);
    expect([told, queue.size]).toEqual([expected, 0]);
  });

  it('and time are those of a sorted list, whatever is added and cancelled', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const clock = manualClock(0);
      const queue = new TimerQueue<number>(clock, () => {});
      const waiting = new Map<number, { timer: Timer; dueAt: number }>();
      let told: [number, number][] = [];
      for (let id = 0; id < 600; id++) {
        const dueAt = clock.now() + random.below(40);
        waiting.set(id, { dueAt, timer: queue.add(dueAt, id, (owner) => told.push([owner, clock.now()])) });
        if (random.below(3) === 0) {
          const [cancelled, { timer }] = random.pick([...waiting]);
          queue.cancel(timer);
          queue.cancel(timer);
          waiting.delete(cancelled);
        }
        if (random.below(4) > 0) continue;
        clock.advance(random.below(15));
        const due = [...waiting].filter(([, entry]) => entry.dueAt <= clock.now());
        due.sort(([a, first], [b, second]) => first.dueAt - second.dueAt || a - b);
        for (const [dueId, { timer }] of due) {
          waiting.delete(dueId);
          queue.cancel(timer);
        }
        // What is due at once is told when the clock next moves, which it does at its own time.
        expect(
          told.map(([toldId]) => toldId),
          `seed ${seed}, ${id}`,
        ).toEqual(due.map(([dueId]) => dueId));
        told = [];
        expect(queue.size, `seed ${seed}, ${id}`).toBe(waiting.size);
      }
    }
  });
});

describe('a timer', () => {
  it('may add and cancel others while it is told', () => {
    const clock = manualClock(0);
    const queue = new TimerQueue<unknown>(clock, () => {});
    const told: string[] = [];
    const cancelled = queue.add(5, null, () => told.push('cancelled'));
    queue.add(5, null, () => {
      told.push('first');
      queue.cancel(cancelled);
    });
    queue.add(4, null, () => {
      told.push('zero');
      queue.cancel(cancelled);
      queue.add(4, null, () => told.push('added'));
    });
    clock.advance(10);
    expect(told).toEqual(['zero', 'added', 'first']);
  });

  it('is told whom it is for', () => {
    const clock = manualClock(100);
    const queue = new TimerQueue<number>(clock, () => {});
    const told: number[] = [];
    queue.add(50, 7, (owner) => told.push(owner));
    clock.advance(0);
    expect(told).toEqual([7]);
  });

  it('of 400 days is told after 400 days and not before, on the clock of the machine', () => {
    vi.useFakeTimers();
    const clock = systemClock();
    const queue = new TimerQueue<number>(clock, () => {});
    const told: number[] = [];
    const dueAt = clock.now() + 400 * dayMs;
    queue.add(dueAt, dueAt, (owner) => told.push(owner));
    vi.advanceTimersByTime(400 * dayMs - 1);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([dueAt]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is found due when the clock has been moved', () => {
    vi.useFakeTimers();
    const clock = skippingClock();
    const queue = new TimerQueue<number>(clock, () => {});
    const told: number[] = [];
    const dueAt = clock.now() + 400 * dayMs;
    queue.add(dueAt, dueAt, (owner) => told.push(owner));
    clock.idleUntil(dueAt);
    queue.refresh();
    vi.advanceTimersByTime(1);
    expect(told).toEqual([dueAt]);
  });
});

describe('the queue', () => {
  it('holds one timer of the clock, for what is due first', () => {
    const clock = manualClock(0);
    const queue = new TimerQueue<unknown>(clock, () => {});
    for (let dueAt = 100; dueAt > 0; dueAt--) queue.add(dueAt, null, () => {});
    expect(clock.sleepers).toBe(1);
  });

  it('says once per waking that it has told what was due', () => {
    const clock = manualClock(0);
    let wakings = 0;
    const queue = new TimerQueue<unknown>(clock, () => wakings++);
    for (const dueAt of [1, 1, 2]) queue.add(dueAt, null, () => {});
    clock.advance(1);
    expect(wakings).toBe(1);
    clock.advance(1);
    expect(wakings).toBe(2);
  });

  it('sweeps out what is for somebody who is gone, and keeps the order of the rest', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const clock = manualClock(0);
      const queue = new TimerQueue<number>(clock, () => {});
      const told: [number, number][] = [];
      const owners = Array.from({ length: 500 }, (_, owner) => ({ owner, dueAt: random.below(100) }));
      const timers = owners.map(({ owner, dueAt }) => queue.add(dueAt, owner, (of) => told.push([clock.now(), of])));
      queue.sweep((owner) => owner % 3 === 0);
      for (const timer of timers.slice(0, 60)) queue.cancel(timer); // Of those that are gone as well.
      const left = owners.slice(60).filter(({ owner }) => owner % 3 !== 0);
      expect(queue.size, `seed ${seed}`).toBe(left.length);
      clock.advance(100);
      const expected = left.toSorted((a, b) => a.dueAt - b.dueAt || a.owner - b.owner);
      expect(told, `seed ${seed}`).toEqual(expected.map(({ dueAt, owner }) => [dueAt, owner]));
    }
  });

  it('tells nothing after it has been closed', () => {
    const clock = manualClock(0);
    const told: string[] = [];
    const queue = new TimerQueue<unknown>(clock, () => told.push('woken'));
    queue.add(1, null, () => told.push('told'));
    queue.close();
    clock.advance(10);
    expect(told).toEqual([]);
    expect(clock.sleepers).toBe(0);
  });
});
