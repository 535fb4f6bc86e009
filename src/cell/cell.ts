// One isolate with a hardened realm, owned by one tenant and one workflow.
// Entered turn by turn, synchronously, under a timer; after any breach it is disposed, never entered again.
import type { CellSpec, LossReason } from '../protocol/frames.ts';
import type { Realm } from '../realm/entry.ts';
import { globalNames } from '../realm/globals/index.ts';
import { sourceName } from '../realm/thrown.ts';
import { type Context, createIsolate, disposeIsolate, type Isolate, type Module, type Reference } from './isolate.ts';
import { lossOf } from './loss.ts';
import { createRealmSource, realmEntry } from './realm-source.ts';
import { type Guard, graceMs, Overrun, Watchdog } from './watchdog.ts';

export type TurnResult =
  | { readonly kind: 'turn'; readonly text: string; readonly cpuMicros: number }
  | { readonly kind: 'lost'; readonly reason: LossReason; readonly detail: string; readonly cpuMicros: number };

export interface Cell {
  /** Delivers `text`, lets microtasks drain, takes the ops out. Ends after `budgetMs` at the latest. */
  turn(text: string, budgetMs: number): TurnResult;
  heapBytes(): number;
  dispose(): void;
}

export interface CellFactory {
  /** Throws if the cell cannot be made. */
  open(spec: CellSpec): Cell;
  /** Ends the watchdog of this thread. Its cells are disposed before, and none is opened or entered any more. */
  close(): void;
}

/** Room for what no tenant's code takes part in, whatever budget it has: the realm's own start, the text of a turn. */
const hostCallMs = 5_000;

/** Makes cells. One per thread: it keeps the realm's sources, and the watchdog. */
export function createCellFactory(): CellFactory {
  const source = createRealmSource();
  let watchdog: Watchdog | null = null;
  return {
    open(spec) {
      watchdog ??= new Watchdog();
      const isolate = createIsolate(spec.memoryMb);
      try {
        const guard = watchdog.guard(isolate);
        return guard(hostCallMs, () => openCell(isolate, spec, source, guard));
      } catch (error) {
        disposeIsolate(isolate);
        throw error;
      }
    },
    close: () => watchdog?.close(),
  };
}

function openCell(isolate: Isolate, spec: CellSpec, source: ReturnType<typeof createRealmSource>, guard: Guard): Cell {
  const context = isolate.createContextSync();
  const realm = loadRealm(isolate, context, source);
  const globals = globalsFor(spec.identifiers);
  const script = isolate.compileScriptSync(wrapped(spec.code, globals), { filename: sourceName, lineOffset: -2 });
  const factory = script.runSync(context, { reference: true, timeout: hostCallMs });
  const setup = JSON.stringify({ methods: spec.methods, globals, bounds: spec.bounds });
  const { deliver, take } = openRealm(realm, setup, factory);

  /** Two spans for the watchdog: it is the first that a tenant can draw out. */
  function enter(text: string, timeout: number): string {
    guard(timeout, () => deliver.applySync(undefined, [text], { timeout }));
    const taken: unknown = guard(hostCallMs, () => take.applySync(undefined, [], { timeout: hostCallMs }));
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
        const loss = lossOf(error, isolate.isDisposed, performance.now() - began >= timeout);
        const isOverrun = error instanceof Overrun;
        const spentMs = isOverrun ? timeout + graceMs : timeout;
        const isGone = isOverrun || isolate.isDisposed;
        const cpuMicros = isGone ? spentMs * 1_000 : Number(isolate.cpuTime - before) / 1_000;
        disposeIsolate(isolate);
        return { kind: 'lost', ...loss, cpuMicros };
      }
    },
    heapBytes: () => isolate.getHeapStatisticsSync().used_heap_size,
    dispose: () => disposeIsolate(isolate),
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

function loadRealm(isolate: Isolate, context: Context, source: ReturnType<typeof createRealmSource>): Module {
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
  const entry = load(realmEntry);
  entry.instantiateSync(context, (specifier, referrer) => load(specifier, urls.get(referrer)));
  entry.evaluateSync({ timeout: hostCallMs });
  return entry;
}

function openRealm(entry: Module, setup: string, factory: Reference): { deliver: Reference; take: Reference } {
  const createRealm = entry.namespace.getSync('createRealm', { reference: true });
  const result = { reference: true } as const;
  const realm = createRealm.applySync(undefined, [setup, factory.derefInto()], { result }) as Reference<Realm>;
  return {
    deliver: realm.getSync('deliver', { reference: true }),
    take: realm.getSync('take', { reference: true }),
  };
}
