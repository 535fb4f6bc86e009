// The globals of one step. What differs from step to step (time, randomness, the log, timers) is made for each; what does
// not is made once, shared and frozen. The isolate itself has none of them.
import { atob, btoa } from './base64.ts';
import { type Clone, createStructuredClone, structuredClone } from './clone.ts';
import { createConsole } from './console.ts';
import { createCrypto } from './crypto.ts';
import { copyOfDatePrototype, createDate, createPlainDate } from './date.ts';
import { TextDecoder, TextEncoder } from './encoding.ts';
import { createFunction } from './function.ts';
import { createGlobalThis } from './global-this.ts';
import { createIntl } from './intl.ts';
import { createMath, createPlainMath } from './math.ts';
import { queueMicrotask } from './microtask.ts';
import { createPerformance } from './performance.ts';
import { PerformanceMark, PerformanceMeasure } from './performance-entry.ts';
import type { StepContext } from './step-context.ts';
import { createTemporal } from './temporal.ts';
import { Timeout } from './timeout.ts';
import { createTimers, type Timers } from './timers.ts';

const sharedTemporal: unknown = Reflect.get(globalThis, 'Temporal');

/** What steps share. Frozen with the realm. */
const shared: { readonly [name: string]: object } = {
  queueMicrotask,
  structuredClone,
  TextEncoder,
  TextDecoder,
  atob,
  btoa,
};

/** What the globals of one step are made from, besides the step: what they have in common, and how exact they have to be. */
interface Kit {
  timers(): Timers;
  date(): DateConstructor;
  isExact(name: string): boolean;
  clone(): Clone;
  /** The step's `globalThis`; not before all of its globals are made. */
  global(): object;
}

type Creator = (step: StepContext, kit: Kit) => unknown;

/** In the order of {@link globalNames}. */
const creators: { readonly [name: string]: Creator } = {
  console: createConsole,
  Math: (step, { isExact }) => (isExact('Math') ? createMath(step) : createPlainMath(step)),
  Date: (_, { date }) => date(),
  Intl: (step, { isExact }) => (isExact('Intl') ? createIntl(step) : Intl),
  Temporal: (step, { isExact }) => (isExact('Temporal') ? createTemporal(step) : sharedTemporal),
  crypto: createCrypto,
  performance: (step, kit) => createPerformance(step, kit.clone()),
  setTimeout: (_, { timers }) => timers().setTimeout,
  clearTimeout: (_, { timers }) => timers().clearTimeout,
  setInterval: (_, { timers }) => timers().setInterval,
  clearInterval: (_, { timers }) => timers().clearInterval,
  ...Object.fromEntries(Object.entries(shared).map(([name, value]) => [name, () => value])),
  Function: (_, { global, isExact }) => (isExact('Function') ? createFunction(global, globalNames) : Function),
  structuredClone: (_, kit) => kit.clone(),
};

/** Timers and entries of `performance` are objects of classes that steps share. */
export const sharedObjects: readonly object[] = [
  ...Object.values(shared),
  ...[Timeout, PerformanceMark, PerformanceMeasure],
];

/** Those of {@link globalNames} that all steps of a cell share, unless it is exact in what it differs. */
export const sharedGlobalNames: readonly string[] = Object.keys(shared);

export const globalNames: readonly string[] = [...Object.keys(creators), 'globalThis'];

/** What steps that share their source find, in the order of `names`: nothing of any step. The rest is undefined, and not used by such a source. */
export function sharedGlobals(names: readonly string[]): unknown[] {
  return names.map((name) => sharedStandards[name] ?? shared[name]);
}

/** Without what tells the time or is random. */
const sharedStandards: { readonly [name: string]: unknown } = { __proto__: null, Math, Intl, Temporal: sharedTemporal };

/** How the globals of a step are made. */
export interface GlobalsLook {
  /** Names of those that have to be like the engine's own in all that code can ask of them. The others only have to work. */
  readonly exact: readonly string[];
  /** For the dates of one step. */
  readonly datePrototype: () => object;
}

/** Values in the order of `names`, which is a subset of {@link globalNames}. */
export function createGlobals(step: StepContext, names: readonly string[], look: GlobalsLook = everyExact): unknown[] {
  const own: Record<string, unknown> = {};
  let global: Record<string, unknown> = own;
  const kit = kitOf(step, look, () => global);
  const needsGlobal = names.includes('globalThis') || (names.includes('Function') && kit.isExact('Function'));
  if (!needsGlobal) return createEach(step, names, kit);
  const values = createEach(step, creatorNames, kit);
  for (let index = 0; index < creatorNames.length; index++) {
    if (values[index] !== undefined) own[creatorNames[index] ?? ''] = values[index];
  }
  global = createGlobalThis(own, kit.isExact('globalThis'));
  return names.map((name) => global[name]);
}

const creatorNames: readonly string[] = Object.keys(creators);

const everyExact: GlobalsLook = { exact: globalNames, datePrototype: copyOfDatePrototype };

function kitOf(step: StepContext, { exact, datePrototype }: GlobalsLook, global: () => object): Kit {
  let timers: Timers | undefined;
  let date: DateConstructor | undefined;
  const isExact = (name: string): boolean => exact.includes(name);
  function dateOfStep(): DateConstructor {
    date ??= isExact('Date') ? createDate(step, datePrototype()) : createPlainDate(step);
    return date;
  }
  return {
    isExact,
    global,
    clone: () => (isExact('Date') ? createStructuredClone(dateOfStep()) : structuredClone),
    timers() {
      timers ??= createTimers(step);
      return timers;
    },
    date: dateOfStep,
  };
}

function createEach(step: StepContext, names: readonly string[], kit: Kit): unknown[] {
  return names.map((name) => {
    const create = creators[name];
    if (create === undefined) throw new Error(`No global is called ${name}.`);
    return create(step, kit);
  });
}
