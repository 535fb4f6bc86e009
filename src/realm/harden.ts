// Makes the realm safe to share between steps: afterwards no built-in can be changed, none tells the time, none is random.
// Runs once per cell, after the realm's own modules and before any code of a tenant. What it relies on is in the isolate's
// own built-ins, so no tenant code may have run before.
import { tellOfData } from './descriptors.ts';
import { hideErrorOfEngine } from './error-class.ts';
import { createGlobals, globalNames, sharedObjects } from './globals/index.ts';
import { LogGroups } from './globals/log-groups.ts';
import type { StepContext } from './globals/step-context.ts';
import { hiddenIntrinsics } from './hidden-intrinsics.ts';
import { hideTextOf } from './native-text.ts';
import { Originals } from './originals.ts';
import { Overrides } from './overrides.ts';
import { freeze, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isFrozen, ownKeys } from './primordials.ts';
import { tame } from './tame.ts';

/**
 * Costs 3 ms for each cell, and one thing that lasts: V8's fast path for `replace`, `split` and `matchAll` with a regular
 * expression wants an untouched RegExp.prototype, so they take about 1 µs more a call. All else was as fast as before.
 */
export function harden(): void {
  tame(true);
  const overrides = new Overrides();
  hideErrorOfEngine(overrides);
  const originals = new Originals();
  const descriptorOf = tellOfData(overrides, originals);
  hideTextOf(() => [createGlobals(nobody, ownNames), sharedObjects, [Object, Reflect]], descriptorOf, Error);
  const roots = [globalThis, ...hiddenIntrinsics(), ...sharedObjects];
  findReachable(roots, overrides, originals);
  for (const object of originals.builtIns) freeze(object);
}

/** Its functions have the texts of all steps'. */
const nobody: StepContext = {
  ...{ now: () => 0, seed: '0'.repeat(64), nonce: 0, groups: new LogGroups() },
  ...{ log() {}, sleep() {}, crashed() {} },
};
const ownNames = globalNames.filter((name) => name !== 'globalThis');

/**
 * Finds all built-ins: what is reachable by own properties, accessors and prototypes, and lets objects that inherit any of it override it. No getter
 * runs, so nothing lazy comes to life, and nothing is frozen until all is found. To ask a thousand built-in functions for their names
 * and lengths would take as long as all else together, and V8 would begin to optimize this for each cell: those that have nothing else
 * are not asked.
 */
function findReachable(roots: readonly unknown[], overrides: Overrides, originals: Originals): void {
  const found = originals.builtIns;
  const queue: object[] = [];
  const find = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || found.has(value)) return;
    found.add(value);
    if (!isPlainFunction(value)) queue.push(value);
  };
  for (const root of roots) find(root);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    find(getPrototypeOf(next));
    for (const key of ownKeys(next)) {
      const descriptor = getOwnPropertyDescriptor(next, key);
      if (descriptor === undefined) continue;
      find(descriptor.value);
      // Nobody inherits from the global object, and names are looked up in it.
      const now = next === globalThis ? descriptor : overrides.enable(next, key, descriptor);
      originals.note(next, key, descriptor, now);
      const { get, set } = now;
      find(get);
      find(set);
    }
  }
}

/**
 * Functions that are no constructors have a name and a length, which are no objects. The exceptions are `Proxy`, which makes without a
 * prototype, and %ThrowTypeError%, whose name and length are not configurable from the start.
 */
function isPlainFunction(value: object): boolean {
  return (
    typeof value === 'function' &&
    !hasOwn(value, 'prototype') &&
    value !== Proxy &&
    !isFrozen(value) &&
    getPrototypeOf(value) === Function.prototype
  );
}
