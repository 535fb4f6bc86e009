// What steps share of a source that is evaluated once for all of them. All of it that can be found is frozen, whatever its name is, so that no step
// leaves anything there for another one, even if the reading of the source (`admission/stateless.ts`) has missed something.
import {
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isFrozen,
  objectPrototype,
  ownKeys,
  SetOf,
  setAdd,
  setNext,
  setValues,
} from './primordials.ts';

/**
 * Freezes functions with all that hangs on them: prototypes, methods. False, and nothing is frozen, if there is anything else, such as a
 * list, an accessor or a prototype that inherits from more than Object: then nothing of it may be shared.
 */
export function freezeShared(functions: readonly unknown[]): boolean {
  const found = new SetOf<unknown>();
  for (let index = 0; index < functions.length; index++) setAdd(found, functions[index]);
  const walk = setValues(found); // It comes to what is added meanwhile.
  for (let next = setNext(walk); next.done !== true; next = setNext(walk)) {
    if (!addProperties(next.value, found)) return false;
  }
  const all = setValues(found);
  for (let next = setNext(all); next.done !== true; next = setNext(all)) freeze(next.value);
  return true;
}

/** False if there is one that may not be shared. */
function addProperties(holder: unknown, found: Set<unknown>): boolean {
  if (!isFunction(holder) && !isPlainObject(holder)) return false;
  const keys = ownKeys(holder);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? '';
    const property = getOwnPropertyDescriptor(holder, key);
    if (property === undefined || !('value' in property)) return false;
    const { value } = property;
    if (isFunction(value) || (key === 'prototype' && isFunction(holder))) setAdd(found, value);
    else if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return false;
  }
  return true;
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function' && isFrozen(getPrototypeOf(value));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && getPrototypeOf(value) === objectPrototype;
}
