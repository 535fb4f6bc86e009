// A clock that moves when a test says so. Whatever waits for time waits at a gate that the test holds.
import type { Clock } from '../src/index.ts';

export interface ManualClock extends Clock {
  /** Moves on, waking whoever is due on the way, each at its own time. */
  advance(ms: number): void;
  /** How many wait for a time. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly at: number;
  readonly onTime: () => void;
}

export function manualClock(startAt = 1_000_000): ManualClock {
  let now = startAt;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => now,
    wakeAt(at, onTime) {
      const sleeper = { at, onTime };
      sleepers.add(sleeper);
      return { cancel: () => void sleepers.delete(sleeper) };
    },
    idleUntil() {},
    advance(ms) {
      const end = now + ms;
      for (let next = firstDue(sleepers, end); next !== undefined; next = firstDue(sleepers, end)) {
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.onTime();
      }
      now = end;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

function firstDue(sleepers: ReadonlySet<Sleeper>, end: number): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.at <= end && (first === undefined || sleeper.at < first.at)) first = sleeper;
  }
  return first;
}
