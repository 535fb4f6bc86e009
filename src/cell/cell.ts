// One isolate with a hardened realm, owned by one tenant and one workflow.
// Entered turn by turn, synchronously, under a timer; after any breach it is disposed, never entered again.
import type { CellSpec } from '../protocol/frames.ts';
import { isSameRegion } from '../protocol/region.ts';
import { globalNames } from '../realm/globals/index.ts';
import {
  type BlankCell,
  type BlankSpec,
  compileWrapped,
  hostCallMs,
  makeBlankCell,
  openRealm,
  rejectionIn,
} from './blank-cell.ts';
import { openContextCell } from './context-cell.ts';
import { exactNames, makesCode } from './exact-names.ts';
import { disposeIsolate } from './isolate.ts';
import { withOriginalPlaces } from './original-places.ts';
import { createRealmSource } from './realm-source.ts';
import { type TurnResult, textOf, timedTurn, timerMs } from './timed-turn.ts';
import { Watchdog } from './watchdog.ts';

export interface Cell {
  /** Delivers `text`, lets microtasks drain, takes the ops out. Ends after `budgetMs` at the latest. */
  turn(text: string, budgetMs: number): TurnResult;
  heapBytes(): number;
  dispose(): void;
}

export interface CellFactory {
  /** Throws if the cell cannot be made. */
  open(spec: CellSpec): Cell;
  /** Whether {@link prepare} has something to do: the next cell is likely to be like the last one. */
  readonly lacksSpare: boolean;
  /** Makes most of the next cell beforehand, whoever it will be for. Takes 10 ms. Throws if it cannot be made. */
  prepare(): void;
  /** Ends the watchdog of this thread. Its cells are disposed before, and none is opened or entered any more. */
  close(): void;
}

/**
 * Makes cells. One per thread: it keeps the realm's sources, the watchdog and, between tenants, a blank cell. `likely`: what the
 * first is likely to be, if that is known.
 */
export function createCellFactory(likely: BlankSpec | null = null): CellFactory {
  const source = createRealmSource();
  let watchdog: Watchdog | null = null;
  let spare: BlankCell | null = null;
  let next = likely;

  function make(spec: BlankSpec, isWarm: boolean): BlankCell {
    watchdog ??= new Watchdog();
    return makeBlankCell(spec, source, watchdog, isWarm);
  }

  function isSpareFor({ memoryMb, region }: BlankSpec): boolean {
    return spare !== null && spare.memoryMb === memoryMb && isSameRegion(spare.region, region);
  }

  return {
    open(spec) {
      if (spec.isolation === 'context') {
        watchdog ??= new Watchdog();
        return withOriginalPlaces(openContextCell(spec, source, watchdog), spec.code);
      }
      next = { memoryMb: spec.memoryMb, region: spec.region };
      const blank = spare !== null && isSpareFor(next) ? spare : make(next, false);
      if (blank === spare) spare = null;
      try {
        return withOriginalPlaces(
          blank.guard(hostCallMs, () => openCell(blank, spec)),
          spec.code,
        );
      } catch (error) {
        disposeIsolate(blank.isolate);
        throw error;
      }
    },
    get lacksSpare() {
      return next !== null && !isSpareFor(next);
    },
    prepare() {
      if (next === null || isSpareFor(next)) return;
      if (spare !== null) disposeIsolate(spare.isolate);
      spare = make(next, true);
    },
    close() {
      if (spare !== null) disposeIsolate(spare.isolate);
      spare = null;
      watchdog?.close();
    },
  };
}

function openCell({ isolate, context, realm, guard }: BlankCell, spec: CellSpec): Cell {
  const globals = globalsFor(spec);
  const script = compileWrapped(isolate, spec, globals);
  const factory = script.runSync(context, { reference: true, timeout: hostCallMs });
  const { methods, sharedFunctions, bounds } = spec;
  const exact = exactNames(spec.code, spec.identifiers, globals);
  const setup = { methods, globals, exact, isShared: sharedFunctions !== null, bounds };
  const { deliver, take, realm: opened } = openRealm(realm, setup, factory);

  /** Only the first is the tenant's, who may draw it out. The second needs no timer, for there is the watchdog. */
  function enter(text: string, allowedMs: number): string {
    guard(allowedMs, () => deliver.applySync(undefined, [text], { timeout: timerMs(allowedMs) }));
    return textOf(guard(hostCallMs, () => take.applySync(undefined, [])));
  }

  function tell(message: string, allowedMs: number): unknown {
    return guard(allowedMs, () => rejectionIn(opened, message, allowedMs));
  }

  return {
    turn: (text, budgetMs) =>
      timedTurn(isolate, spec.memoryMb, budgetMs, { enter: (allowedMs) => enter(text, allowedMs), tell, guard }),
    heapBytes: () => isolate.getHeapStatisticsSync().used_heap_size,
    dispose: () => disposeIsolate(isolate),
  };
}

/** The per-step globals that a source can reach: those it names, or all of them if it may name them at run time. */
export function globalsFor({ code, identifiers }: Pick<CellSpec, 'code' | 'identifiers'>): readonly string[] {
  const named = new Set(identifiers);
  // Code that it makes may reach the global object.
  if (named.has('Function') && makesCode(code)) named.add('globalThis');
  return named.has('eval') ? globalNames : globalNames.filter((name) => named.has(name));
}
