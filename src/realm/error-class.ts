// The `Error` that code finds where built-ins are frozen. V8 reads `stackTraceLimit` off the engine's own constructor, as data: whoever could
// set it there would set it for all steps of the cell. So the engine's is kept out of sight, behind a bound function: that constructs
// the same errors, adds nothing to their stacks, and can have an accessor that lets assignments pass without effect.
import { writeStacksOf } from './error-stacks.ts';
import type { Overrides } from './overrides.ts';
import {
  defineHidden,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
} from './primordials.ts';

const EngineError = Error;
const stackLines = 10;

export function hideErrorOfEngine(overrides: Overrides): void {
  const SharedError = EngineError.bind(undefined) as ErrorConstructor;
  for (const key of ownKeys(EngineError)) {
    defineProperty(SharedError, key, getOwnPropertyDescriptor(EngineError, key) ?? {});
  }
  overrides.ignoreAssignment(SharedError, 'stackTraceLimit', stackLines);
  defineHidden(EngineError.prototype, 'constructor', SharedError);
  for (const key of ownKeys(globalThis)) {
    const value = getOwnPropertyDescriptor(globalThis, key)?.value;
    if (typeof value === 'function' && getPrototypeOf(value) === EngineError) Object.setPrototypeOf(value, SharedError);
  }
  defineHidden(globalThis, 'Error', SharedError);
  writeStacksOf(EngineError);
  // No property leads to it any more, and so nobody else would.
  freeze(EngineError);
}
