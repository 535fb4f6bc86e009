// A step's timers. The host says when time has passed; an error of a callback is nobody's to catch, so it surfaces as an
// unhandled rejection. A step does not wait for its timers: one that is still running when the step ends never fires.
import { apply } from '../primordials.ts';
import type { StepContext } from './step-context.ts';

/** What Node and browsers hold in 32 bits. They wrap or fire at once beyond it; here it is an error. */
const delayMsMax = 2 ** 31 - 1;

export interface Timers {
  readonly setTimeout: unknown;
  readonly clearTimeout: unknown;
  readonly setInterval: unknown;
  readonly clearInterval: unknown;
}

export function createTimers(step: StepContext): Timers {
  const running = new Set<number>();
  let lastId = 0;

  function begin(run: (id: number) => Promise<void>): number {
    const id = ++lastId;
    running.add(id);
    // Not awaited on purpose: what the callback throws has to become an unhandled rejection.
    void run(id);
    return id;
  }

  function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): number {
    const call = callable('setTimeout', callback);
    const ms = delayMs('setTimeout', delay, 0);
    return begin(async (id) => {
      await step.sleep(ms);
      if (running.delete(id)) apply(call, undefined, args);
    });
  }

  function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): number {
    const call = callable('setInterval', callback);
    // An interval of 0 would never let the step rest; Node counts it as 1 as well.
    const ms = delayMs('setInterval', delay, 1);
    return begin(async (id) => {
      while (running.has(id)) {
        await step.sleep(ms);
        if (running.has(id)) apply(call, undefined, args);
      }
    });
  }

  /** Unknown ids are ignored, as everywhere. */
  function clear(id: unknown): void {
    if (typeof id === 'number' || typeof id === 'string') running.delete(Number(id));
  }

  return { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
}

function callable(name: string, callback: unknown): (...args: unknown[]) => unknown {
  if (typeof callback === 'function') return callback as (...args: unknown[]) => unknown;
  throw new TypeError(`${name} expects a function, got a value of type ${typeof callback}.`);
}

function delayMs(name: string, delay: unknown, least: number): number {
  const ms = Math.trunc(Number(delay));
  if (ms > delayMsMax) {
    throw new RangeError(`${name} takes up to ${delayMsMax} ms, got ${ms}. For longer, use api.scheduleNextStep.`);
  }
  return ms > least ? ms : least;
}
