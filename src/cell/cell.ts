// One isolate with a hardened realm, owned by one tenant and one workflow. The only importer of isolated-vm.
// Entered turn by turn, synchronously, under a timer; after any breach it is disposed, never entered again.
import ivm from 'isolated-vm';
import type { CellSpec, LossReason } from '../protocol/frames.ts';
import type { Realm } from '../realm/entry.ts';
import { globalNames } from '../realm/globals/index.ts';
import { sourceName } from '../realm/thrown.ts';
import { createRealmSource, realmEntry } from './realm-source.ts';

export type TurnResult =
  | { readonly kind: 'turn'; readonly text: string; readonly cpuMicros: number }
  | { readonly kind: 'lost'; readonly reason: LossReason; readonly detail: string; readonly cpuMicros: number };

export interface Cell {
  /** Delivers `text`, lets microtasks drain, takes the ops out. Ends after `budgetMs` at the latest. */
  turn(text: string, budgetMs: number): TurnResult;
  heapBytes(): number;
  dispose(): void;
}

/** Room for the text of a turn, and for the realm's own start, whatever budget the tenant has. */
const hostCallMs = 5_000;

/** Makes cells. One per thread: it keeps the realm's sources. */
export function createCellFactory(): (spec: CellSpec) => Cell {
  const source = createRealmSource();
  return (spec) => {
    const isolate = new ivm.Isolate({ memoryLimit: Math.max(spec.memoryMb, smallestIsolateMb) });
    try {
      return openCell(isolate, spec, source);
    } catch (error) {
      if (!isolate.isDisposed) isolate.dispose();
      throw error;
    }
  };
}

/** isolated-vm takes no lower limit. */
const smallestIsolateMb = 8;

function openCell(isolate: ivm.Isolate, spec: CellSpec, source: ReturnType<typeof createRealmSource>): Cell {
  const context = isolate.createContextSync();
  const realm = loadRealm(isolate, context, source);
  const globals = globalsFor(spec.identifiers);
  const script = isolate.compileScriptSync(wrapped(spec.code, globals), { filename: sourceName, lineOffset: -2 });
  const factory = script.runSync(context, { reference: true, timeout: hostCallMs });
  const setup = JSON.stringify({ methods: spec.methods, globals, bounds: spec.bounds });
  const { deliver, take } = openRealm(realm, setup, factory);

  function enter(text: string, budgetMs: number): string {
    deliver.applySync(undefined, [text], { timeout: budgetMs });
    const taken: unknown = take.applySync(undefined, [], { timeout: hostCallMs });
    if (typeof taken !== 'string') throw new Error('The realm did not give text.');
    return taken;
  }

  return {
    turn(text, budgetMs) {
      const before = isolate.cpuTime;
      const began = performance.now();
      const timeout = Math.max(1, Math.ceil(budgetMs));
      try {
        const taken = enter(text, timeout);
        return { kind: 'turn', text: taken, cpuMicros: Number(isolate.cpuTime - before) / 1_000 };
      } catch (error) {
        const cpuMicros = isolate.isDisposed ? budgetMs * 1_000 : Number(isolate.cpuTime - before) / 1_000;
        const { reason, detail } = lossOf(error, isolate.isDisposed, performance.now() - began >= timeout);
        if (!isolate.isDisposed) isolate.dispose();
        return { kind: 'lost', reason, detail, cpuMicros };
      }
    },
    heapBytes: () => isolate.getHeapStatisticsSync().used_heap_size,
    dispose: () => {
      if (!isolate.isDisposed) isolate.dispose();
    },
  };
}

/** The per-step globals that a source can reach: those it names, or all of them if it may name them at run time. */
function globalsFor(identifiers: readonly string[]): readonly string[] {
  const named = new Set(identifiers);
  return named.has('eval') ? globalNames : globalNames.filter((name) => named.has(name));
}

/**
 * Two functions, so that the source may declare names that its globals have too; both prologues take two lines, which
 * `lineOffset` takes off again, so that errors show the author's own lines.
 */
function wrapped(code: string, globals: readonly string[]): string {
  return `(function (${globals.join(', ')}) { 'use strict'; return (function () {\n\n${code}\n;return Workflow;\n})(); })`;
}

type RealmModule = ivm.Module;

function loadRealm(
  isolate: ivm.Isolate,
  context: ivm.Context,
  source: ReturnType<typeof createRealmSource>,
): RealmModule {
  const modules = new Map<string, ivm.Module>();
  const urls = new Map<ivm.Module, string>();
  const load = (specifier: string, referrer?: string): ivm.Module => {
    const { specifier: url, code } = source(specifier, referrer);
    const known = modules.get(url);
    if (known !== undefined) return known;
    const module = isolate.compileModuleSync(code, { filename: 'stepwell:realm' });
    modules.set(url, module);
    urls.set(module, url);
    return module;
  };
  const entry = load(realmEntry);
  entry.instantiateSync(context, (specifier, referrer) => load(specifier, urls.get(referrer)));
  entry.evaluateSync({ timeout: hostCallMs });
  return entry;
}

function openRealm(
  entry: RealmModule,
  setup: string,
  factory: ivm.Reference,
): { deliver: ivm.Reference; take: ivm.Reference } {
  const createRealm = entry.namespace.getSync('createRealm', { reference: true });
  const result = { reference: true } as const;
  const realm = createRealm.applySync(undefined, [setup, factory.derefInto()], { result }) as ivm.Reference<Realm>;
  return {
    deliver: realm.getSync('deliver', { reference: true }),
    take: realm.getSync('take', { reference: true }),
  };
}

/**
 * What ended a turn. The words of an error are not to be believed alone: that of an unhandled rejection is the tenant's.
 * isolated-vm disposes an isolate that has used up its memory, and its timer does not end a turn before its time.
 */
function lossOf(error: unknown, isDisposed: boolean, isLate: boolean): { reason: LossReason; detail: string } {
  if (isDisposed) return { reason: 'memory', detail: '' };
  const message = error instanceof Error ? error.message : String(error);
  if (isLate && message === 'Script execution timed out.') return { reason: 'cpu', detail: '' };
  const name = error instanceof Error ? error.name : 'Error';
  return { reason: 'rejection', detail: `${name}: ${message}`.slice(0, 4_096) };
}
