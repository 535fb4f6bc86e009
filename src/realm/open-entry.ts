// The realm of a context that one step has for itself: it may change all that is there, and what it changes goes with it. What the engine
// must not tell, such as the time, is taken out as elsewhere. Once the step has begun, nothing of this realm is to be relied on: whoever takes
// text out of it holds that against what the step may say.
import { writeStacksOf } from './error-stacks.ts';
import { defineGlobal } from './globals/global-this.ts';
import { createGlobals, type GlobalsLook, globalNames } from './globals/index.ts';
import { hideTextOf } from './native-text.ts';
import { ErrorOf, getOwnPropertyDescriptor, OriginalDate } from './primordials.ts';
import { type Realm, realmOf, type WorkflowFactory } from './realm.ts';
import type { Step } from './step.ts';
import { tame } from './tame.ts';

tame(false);
writeStacksOf(Error);

/** No other step has the engine's own prototype of dates, and its Function makes code that finds the globals of this one. */
const exact = globalNames.filter((name) => name !== 'Function');
const look: GlobalsLook = { exact, datePrototype: () => OriginalDate.prototype };
const ownNames = globalNames.filter((name) => name !== 'globalThis');

export function createRealm(setupText: string, workflowFactory: WorkflowFactory): Realm {
  return realmOf(setupText, workflowFactory, installGlobals);
}

/** In the global object itself: what a polyfill puts there, all code finds under its name. */
function installGlobals(step: Step | null): unknown[] {
  if (step === null) throw new ErrorOf('Steps in contexts of their own share nothing.');
  const values = createGlobals(step, ownNames, look);
  hideTextOf(() => values, getOwnPropertyDescriptor);
  for (const [index, name] of ownNames.entries()) {
    if (values[index] === undefined) continue; // An engine has no Temporal.
    defineGlobal(globalThis, name, values[index]);
  }
  return [];
}
