// The realm of a cell that its steps share: hardens the isolate before any tenant code is compiled.
import { copyOfDatePrototype } from './globals/date.ts';
import { createGlobals, sharedGlobals } from './globals/index.ts';
import { harden } from './harden.ts';
import { type Realm, realmOf, type WorkflowFactory } from './realm.ts';

harden();

export function createRealm(setupText: string, workflowFactory: WorkflowFactory): Realm {
  return realmOf(setupText, workflowFactory, (step, { globals, exact }) =>
    step === null
      ? sharedGlobals(globals)
      : createGlobals(step, globals, { exact, datePrototype: copyOfDatePrototype }),
  );
}
