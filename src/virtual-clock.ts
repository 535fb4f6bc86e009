// Time that stands still until somebody moves it. Whoever waits is told at his own time, in the order in which it comes.
import type { Clock } from './clock.ts';

export interface VirtualClock extends Clock {
  /** When the next one who waits is due; null if nobody waits. */
  readonly nextAt: number | null;
  /** Goes to `at`, and tells those who are due by then. */
  moveTo(at: number): void;
}

interface Sleeper {
  readonly at: number;
  readonly onTime: () => void;
}

export function createVirtualClock(startAt: number): VirtualClock {
  let now = startAt;
  // There is one for each queue of timers, and there are two of those.
  const sleepers = new Set<Sleeper>();
  const first = (): Sleeper | undefined => [...sleepers].sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    wakeAt(at, onTime) {
      const sleeper = { at, onTime };
      sleepers.add(sleeper);
      return { cancel: () => void sleepers.delete(sleeper) };
    },
    idleUntil() {},
    get nextAt() {
      return first()?.at ?? null;
    },
    moveTo(at) {
      for (let next = first(); next !== undefined && next.at <= at; next = first()) {
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.onTime();
      }
      now = Math.max(now, at);
    },
  };
}
