// A step's timers. The host says when time has passed; an error of a callback is nobody's to catch, so the step fails of
// it. A step does not wait for its timers: one that is still running when the step ends never fires.
import { MapOf, mapDelete, mapGet, mapSet, numberOf, RangeErrorOf, TypeErrorOf, trunc } from '../primordials.ts';
import type { StepContext } from './step-context.ts';
import { type Callback, Timeout, type TimerList } from './timeout.ts';

/** What Node and browsers hold in 32 bits. They wrap or fire at once beyond it; here it is an error. */
const delayMsMax = 2 ** 31 - 1;

export interface Timers {
  readonly setTimeout: unknown;
  readonly clearTimeout: unknown;
  readonly setInterval: unknown;
  readonly clearInterval: unknown;
}

export function createTimers(step: StepContext): Timers {
  const running = new MapOf<number, Timeout>();
  let lastId = 0;

  const list: TimerList = {
    sleep: (ms, callback) => step.sleep(ms, callback),
    crashed: (error) => step.crashed(error),
    remove: (id) => mapDelete(running, id),
    note: (id, timeout) => mapSet(running, id, timeout),
  };

  function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
    const call = callable('setTimeout', callback);
    const ms = delayMs('setTimeout', delay, 0);
    return new Timeout(list, { id: ++lastId, call, args, ms, repeats: false });
  }

  function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
    const call = callable('setInterval', callback);
    // An interval of 0 would never let the step rest; Node counts it as 1 as well.
    const ms = delayMs('setInterval', delay, 1);
    return new Timeout(list, { id: ++lastId, call, args, ms, repeats: true });
  }

  /** Unknown ids are ignored, as everywhere. */
  function clear(timer: unknown): void {
    if (Timeout.isTimeout(timer)) timer.close();
    else if (typeof timer === 'number' || typeof timer === 'string') mapGet(running, numberOf(timer))?.close();
  }

  return {
    setTimeout,
    setInterval,
    clearTimeout: { clearTimeout: (timer: unknown) => clear(timer) }.clearTimeout,
    clearInterval: { clearInterval: (timer: unknown) => clear(timer) }.clearInterval,
  };
}

function callable(name: string, callback: unknown): Callback {
  if (typeof callback === 'function') return callback as Callback;
  throw new TypeErrorOf(`${name} expects a function, got a value of type ${typeof callback}.`);
}

function delayMs(name: string, delay: unknown, least: number): number {
  const ms = trunc(numberOf(delay));
  if (ms > delayMsMax) {
    throw new RangeErrorOf(`${name} takes up to ${delayMsMax} ms, got ${ms}. For longer, use api.scheduleNextStep.`);
  }
  return ms > least ? ms : least;
}
