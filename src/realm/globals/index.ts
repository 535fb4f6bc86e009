// The globals of one step. What differs from step to step (time, randomness, the log, timers) is made for each; what does
// not is made once, shared and frozen. The isolate itself has none of them.
import { atob, btoa } from './base64.ts';
import { structuredClone } from './clone.ts';
import { createConsole } from './console.ts';
import { createCrypto } from './crypto.ts';
import { createDate } from './date.ts';
import { TextDecoder, TextEncoder } from './encoding.ts';
import { createGlobalThis } from './global-this.ts';
import { createMath } from './math.ts';
import { queueMicrotask } from './microtask.ts';
import { createPerformance } from './performance.ts';
import type { StepContext } from './step-context.ts';
import { createTimers, type Timers } from './timers.ts';

/** What steps share. Frozen with the realm. */
const shared: { readonly [name: string]: object } = {
  queueMicrotask,
  structuredClone,
  TextEncoder,
  TextDecoder,
  atob,
  btoa,
};

type Creator = (step: StepContext, timers: () => Timers) => unknown;

/** In the order of {@link globalNames}. */
const creators: { readonly [name: string]: Creator } = {
  console: createConsole,
  Math: createMath,
  Date: createDate,
  crypto: createCrypto,
  performance: createPerformance,
  setTimeout: (_, timers) => timers().setTimeout,
  clearTimeout: (_, timers) => timers().clearTimeout,
  setInterval: (_, timers) => timers().setInterval,
  clearInterval: (_, timers) => timers().clearInterval,
  ...Object.fromEntries(Object.entries(shared).map(([name, value]) => [name, () => value])),
};

export const sharedObjects: readonly object[] = Object.values(shared);

/** Those of {@link globalNames} that all steps of a cell share. */
export const sharedGlobalNames: readonly string[] = Object.keys(shared);

export const globalNames: readonly string[] = [...Object.keys(creators), 'globalThis'];

/** Values in the order of `names`, which is a subset of {@link globalNames}. */
export function createGlobals(step: StepContext, names: readonly string[]): unknown[] {
  if (!names.includes('globalThis')) return createEach(step, names);
  const own: Record<string, unknown> = {};
  const values = createEach(step, creatorNames);
  for (let index = 0; index < creatorNames.length; index++) own[creatorNames[index] ?? ''] = values[index];
  const global = createGlobalThis(own);
  return names.map((name) => global[name]);
}

const creatorNames: readonly string[] = Object.keys(creators);

function createEach(step: StepContext, names: readonly string[]): unknown[] {
  let timers: Timers | undefined;
  const timersOf = (): Timers => {
    timers ??= createTimers(step);
    return timers;
  };
  return names.map((name) => {
    const create = creators[name];
    if (create === undefined) throw new Error(`No global is called ${name}.`);
    return create(step, timersOf);
  });
}
