// A step's timers. The host says when time has passed; an error of a callback is nobody's to catch, so it surfaces as an
// unhandled rejection. A step does not wait for its timers: one that is still running when the step ends never fires.
import { apply, numberOf, RangeErrorOf, SetOf, setAdd, setDelete, setHas, TypeErrorOf, trunc } from '../primordials.ts';
import type { StepContext } from './step-context.ts';

/** What Node and browsers hold in 32 bits. They wrap or fire at once beyond it; here it is an error. */
const delayMsMax = 2 ** 31 - 1;

export interface Timers {
  readonly setTimeout: unknown;
  readonly clearTimeout: unknown;
  readonly setInterval: unknown;
  readonly clearInterval: unknown;
}

type Callback = (...args: unknown[]) => unknown;

export function createTimers(step: StepContext): Timers {
  const running = new SetOf<number>();
  let lastId = 0;

  function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): number {
    const call = callable('setTimeout', callback);
    const ms = delayMs('setTimeout', delay, 0);
    const id = begin();
    step.sleep(ms, () => {
      void fireOnce(id, call, args);
    });
    return id;
  }

  function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): number {
    const call = callable('setInterval', callback);
    // An interval of 0 would never let the step rest; Node counts it as 1 as well.
    const ms = delayMs('setInterval', delay, 1);
    const id = begin();
    step.sleep(ms, () => {
      void fireAgain(id, call, args, ms);
    });
    return id;
  }

  function begin(): number {
    setAdd(running, ++lastId);
    return lastId;
  }

  // Nobody awaits these on purpose: what the callback throws has to become an unhandled rejection. Each gives way twice, as
  // an await of a promise of the realm once did: the order of a step's ops is in journals that are kept.
  async function fireOnce(id: number, call: Callback, args: unknown[]): Promise<void> {
    await undefined;
    await undefined;
    if (setDelete(running, id)) apply(call, undefined, args);
  }

  async function fireAgain(id: number, call: Callback, args: unknown[], ms: number): Promise<void> {
    await undefined;
    await undefined;
    if (setHas(running, id)) apply(call, undefined, args);
    if (!setHas(running, id)) return;
    step.sleep(ms, () => {
      void fireAgain(id, call, args, ms);
    });
  }

  /** Unknown ids are ignored, as everywhere. */
  function clear(id: unknown): void {
    if (typeof id === 'number' || typeof id === 'string') setDelete(running, numberOf(id));
  }

  return { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
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
