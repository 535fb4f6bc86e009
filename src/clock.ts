// The only reader of the time and of the machine's randomness. Everything else gets them from here.
import { randomBytes } from 'node:crypto';

export interface Clock {
  /** Milliseconds since the epoch. Never goes back, whatever happens to the machine's time. */
  now(): number;
  /** Calls `onTime` once, at `at` or soon after, unless cancelled. */
  wakeAt(at: number, onTime: () => void): { cancel(): void };
  /** Told when nothing runs and the next thing is due at `nextAt`. A clock that skips delays moves there. */
  idleUntil(nextAt: number): void;
}

/** Node's timers end at 2^31 - 1 ms (24.8 days). */
const longestSleepMs = 3_600_000;

export function systemClock(): Clock {
  return clockWithOffset(() => {});
}

/** Time that jumps over every wait in which nothing runs: a chain of days ends at once, in the same order. */
export function skippingClock(): Clock {
  return clockWithOffset((move) => move());
}

function clockWithOffset(whenIdle: (move: () => void) => void): Clock {
  // What is due is due by the monotonic clock: setting the machine's time neither stops nor ends what runs.
  const epoch = Date.now() - performance.now();
  let latest = 0;
  let offset = 0;
  const now = (): number => {
    latest = Math.max(latest, Math.floor(epoch + performance.now()) + offset);
    return latest;
  };
  return {
    now,
    wakeAt(at, onTime) {
      let timer: NodeJS.Timeout;
      const sleep = (): void => {
        const left = at - now();
        timer = setTimeout(left > longestSleepMs ? sleep : onTime, Math.min(Math.max(left, 0), longestSleepMs));
      };
      sleep();
      return { cancel: () => clearTimeout(timer) };
    },
    idleUntil(nextAt) {
      whenIdle(() => {
        offset += Math.max(0, nextAt - now());
      });
    },
  };
}

/** 256 bits that no tenant can guess, as 64 hex digits. */
export function randomSeed(): string {
  return randomBytes(32).toString('hex');
}
