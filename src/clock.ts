// The only reader of the time and of the machine's randomness. Everything else gets them from here.
import { randomBytes } from 'node:crypto';
import { clearTimeout, machineTime, monotonicTime, setTimeout } from './machine-timers.ts';

export interface Clock {
  /** Milliseconds since the epoch. Never goes back. It follows the machine's time forward, also over a suspension, and not back. */
  now(): number;
  /** Calls `onTime` once, at `at` or soon after, unless cancelled. */
  wakeAt(at: number, onTime: () => void): { cancel(): void };
  /** Told when nothing runs and the next thing is due at `nextAt`. A clock that skips delays moves there. */
  idleUntil(nextAt: number): void;
  /** How far `now()` is ahead of the machine's time, in ms, because that was set back. Default: 0. New runs begin that much earlier. */
  readonly aheadMs?: number;
  /**
   * By how many ms `now()` has jumped forward, in all, because the machine was suspended or its time was set forward. Default: 0. No step
   * ran meanwhile, so none is charged for that time.
   */
  readonly jumpedMs?: number;
}

/** What a clock reads: the time of the machine, which can be set, and one that only goes forward and may stop with the machine. Both in ms. */
export interface TimeSource {
  machineTime(): number;
  monotonicTime(): number;
}

/** So often, in ms, a clock looks whether the machine's time has jumped. Node's own timers do not: they stop with the machine. */
const longestSleepMs = 30_000;

export function systemClock(source: TimeSource = { machineTime, monotonicTime }): Clock {
  return clockOver(source, () => {});
}

/** Time that jumps over every wait in which nothing runs: a chain of days ends at once, in the same order. */
export function skippingClock(source: TimeSource = { machineTime, monotonicTime }): Clock {
  return clockOver(source, (skip) => skip());
}

function clockOver(source: TimeSource, whenIdle: (skip: () => void) => void): Clock {
  /** From the monotonic time to this clock's. What has jumped and what was skipped are apart: only the first happened to the machine. */
  let offset = source.machineTime() - source.monotonicTime();
  let skippedMs = 0;
  let jumpedMs = 0;
  /** Without what was skipped. */
  const follow = (): number => {
    const time = source.monotonicTime() + offset;
    const behindMs = source.machineTime() - time;
    if (behindMs <= 0) return time;
    offset += behindMs;
    jumpedMs += behindMs;
    return time + behindMs;
  };
  const now = (): number => Math.floor(follow() + skippedMs);
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
        skippedMs += Math.max(0, nextAt - now());
      });
    },
    get aheadMs() {
      return Math.floor(follow() - source.machineTime());
    },
    get jumpedMs() {
      return jumpedMs;
    },
  };
}

/** What a time of the clock is by the machine's time as it is set now. */
export function onMachine(clock: Clock, at: number): number {
  return at - (clock.aheadMs ?? 0);
}

/** 256 bits that no tenant can guess, as 64 hex digits. */
export function randomSeed(): string {
  return randomBytes(32).toString('hex');
}
