// Where a test runs: in the realm that steps share, in a context of its own, and in a context of the same engine that nothing was done to. Many
// tests run in one isolate, as fast as it can be.
import { compileWrapped, hostCallMs, loadRealm, openRealm } from '../../src/cell/blank-cell.ts';
import {
  type Context,
  createIsolate,
  disposeIsolate,
  type Isolate,
  type Module,
  type Reference,
} from '../../src/cell/isolate.ts';
import { createRealmSource, realmEntries } from '../../src/cell/realm-source.ts';
import { defaultLimits } from '../../src/limits.ts';
import { fieldSeparator, inboxLetters, opLetters, recordSeparator } from '../../src/protocol/records.ts';
import { globalNames } from '../../src/realm/globals/index.ts';

export const realmNames = ['plain', 'realm', 'context'] as const;
export type RealmName = (typeof realmNames)[number];

/** What was thrown, null if nothing was; `early` if the source could not even be read. */
export type Ending = { readonly name: string; readonly message: string; readonly isEarly: boolean } | null;

const testMs = 10_000;
const memoryMb = 256;
const testsPerIsolate = 300;
const bounds = { ...defaultLimits, delaySecondsMin: 0 };
const source = createRealmSource();

/** Runs workflows with one step, one after the other. */
export class Realms {
  readonly #name: RealmName;
  #isolate: Isolate | null = null;
  #shared: { readonly context: Context; readonly realm: Module } | null = null;
  #left = 0;

  constructor(name: RealmName) {
    this.#name = name;
  }

  run(code: string): Ending {
    if (this.#left-- <= 0 || this.#isolate?.isDisposed !== false) this.#renew();
    try {
      return this.#run(this.#isolate as Isolate, code);
    } catch (error) {
      // Nobody has handled a rejection, or it took too long, or its memory is used up: nobody knows what is left there.
      this.#left = 0;
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: `${error}` };
      return { name, message, isEarly: false };
    }
  }

  close(): void {
    if (this.#isolate !== null) disposeIsolate(this.#isolate);
    this.#isolate = null;
    this.#shared = null;
  }

  #renew(): void {
    this.close();
    this.#isolate = createIsolate(memoryMb);
    this.#left = testsPerIsolate;
    if (this.#name !== 'realm') return;
    const context = this.#isolate.createContextSync();
    this.#shared = { context, realm: loadRealm(this.#isolate, context, source, realmEntries.shared) };
  }

  #run(isolate: Isolate, code: string): Ending {
    const globals = this.#name === 'realm' ? globalNames : [];
    const script = early(() => compileWrapped(isolate, { code, identifiers: [], sharedFunctions: [] }, globals));
    if ('ending' in script) return script.ending;
    const context = this.#shared?.context ?? isolate.createContextSync();
    try {
      if (this.#name === 'plain') return plainEnding(context, script.value.runSync(context, { reference: true }));
      const realm = this.#shared?.realm ?? loadRealm(isolate, context, source, realmEntries.own);
      const factory = script.value.runSync(context, { reference: true, timeout: hostCallMs });
      const setup = { methods: ['start'], globals, exact: globals, isShared: false, bounds };
      return realmEnding(openRealm(realm, setup, factory));
    } finally {
      script.value.release();
      if (this.#shared === null) context.release();
    }
  }
}

function early<Value>(compile: () => Value): { readonly value: Value } | { readonly ending: Ending } {
  try {
    return { value: compile() };
  } catch (error) {
    const { name, message } = error as Error;
    return { ending: { name, message, isEarly: true } };
  }
}

function realmEnding({ deliver, take }: ReturnType<typeof openRealm>): Ending {
  const run = ['run', '0'.repeat(64), '{}'].map((text) => JSON.stringify(text));
  const records = [
    [inboxLetters.now, Date.UTC(2026, 0)],
    [inboxLetters.run, ...run],
    [inboxLetters.start, 0, 0, 1, 1, '{}'],
  ];
  deliver.applySync(undefined, [records.map((record) => record.join(fieldSeparator) + recordSeparator).join('')], {
    timeout: testMs,
  });
  const said = take.applySync(undefined, [], { timeout: testMs }) as string;
  for (const handle of [deliver, take]) handle.release();
  const [letter, , field = ''] = (said.trimEnd().split(recordSeparator).at(-1) ?? '').split(fieldSeparator);
  if (letter === opLetters.completed) return null;
  if (letter !== opLetters.failed) return { name: 'Stalled', message: 'The test did not end.', isEarly: false };
  const { name, message } = JSON.parse(field) as { name: string; message: string };
  return { name, message, isEarly: false };
}

/** What the realm does, in a few lines, and with nothing changed. */
const plainDriver = `
  const { stringify } = JSON, { get } = Reflect, text = String;
  let ending = { name: 'Stalled', message: 'The test did not end.', isEarly: false };
  (async () => {
    try {
      const [Workflow] = $0();
      await new Workflow().start();
      ending = null;
    } catch (error) {
      const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
      ending = isObject ? { name: text(get(error, 'name')), message: text(get(error, 'message')) } : { name: 'Error', message: text(error) };
    }
  })();
  return () => stringify({ __proto__: null, ending: ending && { __proto__: null, ...ending, isEarly: false } });`;

function plainEnding(context: Context, workflow: Reference): Ending {
  // As in the realms, the two functions around the source are called one after the other.
  const read = context.evalClosureSync(plainDriver, [workflow.derefInto()], {
    result: { reference: true },
    timeout: testMs,
  }) as Reference<() => string>;
  const { ending } = JSON.parse(read.applySync(undefined, [], { timeout: testMs })) as { ending: Ending };
  read.release();
  return ending;
}
