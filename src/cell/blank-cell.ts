// A cell before it has a tenant: an isolate whose realm is hardened and, if it is made beforehand, has run a step of nobody's, so
// that whoever gets it does not wait for V8 to compile all that. No tenant's code has been near it.
import { splitExport } from '../protocol/exported-name.ts';
import type { CellSpec } from '../protocol/frames.ts';
import { fieldSeparator, inboxLetters, recordSeparator } from '../protocol/records.ts';
import { isSameRegion, nativeRegion, type Region } from '../protocol/region.ts';
import { sourceName } from '../realm/author-lines.ts';
import { globalNames } from '../realm/globals/index.ts';
import type { Realm, RealmSetup } from '../realm/realm.ts';
import { boundNames, inGlobalScope } from './global-scope.ts';
import {
  type Context,
  createIsolate,
  disposeIsolate,
  type Isolate,
  type Module,
  type Reference,
  type Script,
} from './isolate.ts';
import { type ModuleSource, realmEntries } from './realm-source.ts';
import type { Guard, Watchdog } from './watchdog.ts';

export type Source = (specifier: string, referrer?: string) => ModuleSource;

export interface BlankCell {
  readonly isolate: Isolate;
  readonly context: Context;
  readonly realm: Module;
  readonly guard: Guard;
  readonly memoryMb: number;
  readonly region: Region;
}

/** What tells one blank cell from another. */
export type BlankSpec = Pick<CellSpec, 'memoryMb' | 'region'>;

/** Room for what no tenant's code takes part in, whatever budget it has: the realm's own start, the text of a turn. */
export const hostCallMs = 5_000;

/** `isWarm`: whether there is time to run nobody's step. Throws if it cannot be made. */
export function makeBlankCell(spec: BlankSpec, source: Source, watchdog: Watchdog, isWarm: boolean): BlankCell {
  const { memoryMb, region } = spec;
  const isolate = createIsolate(memoryMb);
  try {
    const guard = watchdog.guard(isolate);
    return guard(hostCallMs, () => {
      const context = isolate.createContextSync();
      useRegion(isolate, context, source, region);
      const realm = loadRealm(isolate, context, source, realmEntries.shared);
      if (isWarm) runNobodysStep(isolate, context, realm);
      return { isolate, context, realm, guard, memoryMb, region };
    });
  } catch (error) {
    disposeIsolate(isolate);
    throw error;
  }
}

/**
 * Two functions, so that the source may declare names that its globals have too; both prologues take two lines, which
 * `lineOffset` takes off again, so that errors show the author's own lines. The first one gives the second, and has returned when the source
 * is evaluated: it would stand in stacks. `bound`: see {@link boundNames}.
 */
export function wrapped(
  code: string,
  globals: readonly string[],
  functions: readonly string[],
  bound: readonly string[] | null,
): string {
  const { body, name } = splitExport(code);
  const results = [name, ...functions].join(', ');
  const names = bound ?? globals;
  const text = `(function (${names.join(', ')}) { 'use strict'; return function () {\n\n${body}\n;return [${results}];\n}; })`;
  return bound === null ? text : inGlobalScope(text, globals, bound);
}

/**
 * A script of the source in its two functions. The source is compiled by itself first, as a module, for that is how it was read: one that would
 * close these functions and go on outside of them is none. Throws then.
 */
export function compileWrapped(
  isolate: Isolate,
  { code, identifiers, sharedFunctions }: Pick<CellSpec, 'code' | 'identifiers' | 'sharedFunctions'>,
  globals: readonly string[],
): Script {
  isolate.compileModuleSync(code, { filename: sourceName }).release();
  const text = wrapped(code, globals, sharedFunctions ?? [], boundNames(code, identifiers, globals));
  return isolate.compileScriptSync(text, { filename: sourceName, lineOffset: -2 });
}

/** The two halves of a turn, of a realm for this workflow, and the realm itself. */
export function openRealm(
  entry: Module,
  setup: Omit<RealmSetup, 'bounds'> & Pick<CellSpec, 'bounds'>,
  factory: Reference,
): { readonly deliver: Reference; readonly take: Reference<Realm['take']>; readonly realm: Reference<Realm> } {
  const { namespace } = entry;
  const createRealm = namespace.getSync('createRealm', { reference: true });
  const result = { reference: true } as const;
  const text = JSON.stringify(setup);
  const realm = createRealm.applySync(undefined, [text, factory.derefInto()], { result }) as Reference<Realm>;
  const halves = {
    deliver: realm.getSync('deliver', { reference: true }),
    take: realm.getSync('take', { reference: true }) as Reference<Realm['take']>,
    realm,
  };
  // What has a handle is not collected, and those of isolated-vm go late if nobody lets go of them.
  for (const handle of [createRealm, namespace, factory]) handle.release();
  return halves;
}

/** What the realm knows of a rejection. Its code asks getters of the tenant's. */
export function rejectionIn(realm: Reference<Realm>, message: string, allowedMs: number): unknown {
  const rejection = realm.getSync('rejection', { reference: true }) as Reference<Realm['rejection']>;
  return rejection.applySync(undefined, [message], { timeout: allowedMs });
}

const nobodysBounds = {
  opsInFlightPerStep: 10,
  opBytesInFlightPerStep: 1_000,
  opBytesWaitingPerStep: 1_000,
  payloadBytes: 1_000,
  valueBytes: 1_000,
  keyBytes: 100,
  logBytesPerStep: 1_000,
  delaySecondsMin: 0,
};
const nobodysStep = `class Workflow {
  async start(data, headers, api) {
    api.log('a', { b: 1 });
    await Promise.all([
      api.runStore.get('k'), api.runStore.set('k', [1]), api.runStore.push('k', 1), api.runStore.increment('k'),
      api.runStore.delete('k'), api.scheduleNextStep({ action: 'next', delay: '1 s', payload: {} }),
    ]);
  }
  async next() {}
}`;

/** All ops once: what it says goes nowhere, and nothing of it stays. */
function runNobodysStep(isolate: Isolate, context: Context, realm: Module): void {
  const script = isolate.compileScriptSync(wrapped(nobodysStep, globalNames, [], null), {
    filename: 'stepwell:nobody',
  });
  const factory = script.runSync(context, { reference: true, timeout: hostCallMs });
  const setup = {
    methods: ['start', 'next'],
    globals: globalNames,
    exact: globalNames,
    isShared: false,
    bounds: nobodysBounds,
  };
  const { deliver, take } = openRealm(realm, setup, factory);
  const turn = (...records: (string | number)[][]): void => {
    deliver.applySync(undefined, [records.map((record) => record.join(fieldSeparator) + recordSeparator).join('')], {
      timeout: hostCallMs,
    });
    take.applySync(undefined, [], { timeout: hostCallMs });
  };
  const run = ['run', '0'.repeat(64), '{}'].map((text) => JSON.stringify(text));
  turn([inboxLetters.now, 1], [inboxLetters.run, ...run], [inboxLetters.start, 0, 0, 1, 1, '{}']);
  turn(...Array.from({ length: 7 }, (_, position) => [inboxLetters.resolve, 0, position, '1']));
}

/** Before the realm is loaded, which takes the built-ins as it finds them. */
export function useRegion(isolate: Isolate, context: Context, source: Source, region: Region): void {
  if (isSameRegion(region, nativeRegion())) return;
  const entry = loadRealm(isolate, context, source, realmEntries.region);
  const use = entry.namespace.getSync('useRegion', { reference: true }) as Reference<(region: string) => void>;
  use.applySync(undefined, [JSON.stringify(region)], { timeout: hostCallMs });
  for (const handle of [use, entry]) handle.release();
}

/** `entry`: see {@link realmEntries}. */
export function loadRealm(isolate: Isolate, context: Context, source: Source, entry: string): Module {
  const modules = new Map<string, Module>();
  const urls = new Map<Module, string>();
  const load = (specifier: string, referrer?: string): Module => {
    const { specifier: url, code } = source(specifier, referrer);
    const known = modules.get(url);
    if (known !== undefined) return known;
    const module = isolate.compileModuleSync(code, { filename: 'stepwell:realm' });
    modules.set(url, module);
    urls.set(module, url);
    return module;
  };
  const module = load(entry);
  module.instantiateSync(context, (specifier, referrer) => load(specifier, urls.get(referrer)));
  module.evaluateSync({ timeout: hostCallMs });
  for (const other of modules.values()) if (other !== module) other.release();
  return module;
}
