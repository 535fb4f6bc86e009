// Where a test runs: in the realm that steps share, in a context of its own, and in plain V8, a context that nothing was done to. In the
// first two it is checked and opened as a workflow of a tenant is. Many tests run in one isolate, as fast as it can be.
import { checkSource } from '../../src/admission/check.ts';
import { compileWrapped, hostCallMs, loadRealm, openRealm } from '../../src/cell/blank-cell.ts';
import { globalsFor } from '../../src/cell/cell.ts';
import { exactNames } from '../../src/cell/exact-names.ts';
import {
  type Context,
  createIsolate,
  disposeIsolate,
  type Isolate,
  type Module,
  type Reference,
} from '../../src/cell/isolate.ts';
import { createRealmSource, realmEntries } from '../../src/cell/realm-source.ts';
import type { Finding } from '../../src/errors.ts';
import { defaultLimits } from '../../src/limits.ts';
import { fieldSeparator, inboxLetters, opLetters, recordSeparator } from '../../src/protocol/records.ts';

export const realmNames = ['plain', 'realm', 'context'] as const;
export type RealmName = (typeof realmNames)[number];
export type Passed = { readonly [Name in RealmName]: boolean };

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
    const isFirst = this.#left === testsPerIsolate - 1;
    try {
      return this.#run(this.#isolate as Isolate, code);
    } catch (error) {
      // Nobody has handled a rejection, or it took too long, or its memory is used up: nobody knows what is left there.
      this.#left = 0;
      // The memory may be what tests before it have left.
      if (this.#isolate?.isDisposed === true && !isFirst) return this.run(code);
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
    this.#left = testsPerIsolate - 1;
    if (this.#name !== 'realm') return;
    const context = this.#isolate.createContextSync();
    this.#shared = { context, realm: loadRealm(this.#isolate, context, source, realmEntries.shared) };
  }

  #run(isolate: Isolate, code: string): Ending {
    if (this.#name === 'plain') return this.#runPlain(isolate, code);
    const check = checkSource(code);
    if (!check.ok) return { name: 'SyntaxError', message: refusalOf(check.findings), isEarly: true };
    const { program } = check;
    const { methods, sharedFunctions } = program;
    const globals = this.#name === 'realm' ? globalsFor(program) : [];
    const exact = this.#name === 'realm' ? exactNames(program.code, program.identifiers, globals) : [];
    const script = early(isolate, () => compileWrapped(isolate, program, globals));
    if ('ending' in script) return script.ending;
    const context = this.#shared?.context ?? isolate.createContextSync();
    try {
      const realm = this.#shared?.realm ?? loadRealm(isolate, context, source, realmEntries.own);
      const factory = script.value.runSync(context, { reference: true, timeout: hostCallMs });
      const isShared = this.#name === 'realm' && sharedFunctions !== null;
      return realmEnding(openRealm(realm, { methods, globals, exact, isShared, bounds }, factory));
    } finally {
      script.value.release();
      if (this.#shared === null) context.release();
    }
  }

  #runPlain(isolate: Isolate, code: string): Ending {
    const script = early(isolate, () => compileWrapped(isolate, { code, identifiers: [], sharedFunctions: [] }, []));
    if ('ending' in script) return script.ending;
    const context = isolate.createContextSync();
    try {
      return plainEnding(context, script.value.runSync(context, { reference: true }));
    } finally {
      script.value.release();
      context.release();
    }
  }
}

/** As the runner refuses a source. */
function refusalOf(findings: readonly Finding[]): string {
  return `The check refuses it: ${findings[0]?.message ?? ''}`;
}

function early<Value>(isolate: Isolate, compile: () => Value): { readonly value: Value } | { readonly ending: Ending } {
  try {
    return { value: compile() };
  } catch (error) {
    if (isolate.isDisposed) throw error;
    const { name, message } = error as Error;
    return { ending: { name, message, isEarly: true } };
  }
}

function realmEnding({ deliver, take, realm }: ReturnType<typeof openRealm>): Ending {
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
  for (const handle of [deliver, take, realm]) handle.release();
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
      const [Workflow] = $0()();
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
