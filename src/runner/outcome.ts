// How a run ended, as the embedder gets it. Here, and only here and when asked, a tenant's values are parsed.
import { type Divided, undividedly } from '../background-work.ts';
import { writtenOut } from '../state/list-snapshot.ts';
import type { Cancellation, RunEnd, RunUsage, StepCounts, StepFailure } from '../state/run-state.ts';
import type { StoredEntry } from '../state/run-store.ts';
import { parsed, parsedInParts } from './divided-json.ts';
import type { EndedRun } from './ended-run.ts';

export interface Outcome {
  readonly status: RunEnd;
  /** What `start` returned, null for nothing. From the tenant. */
  readonly output: unknown;
  /**
   * The keys as they stood when the run ended; `__proto__` is a key like others. Of their values the first MiB of JSON text is parsed; a value
   * beyond it is parsed when it is first read. From the tenant.
   */
  readonly store: Readonly<Record<string, unknown>>;
  /** Why the run failed: the first step's failure that counted. */
  readonly error?: StepFailure;
  /**
   * Each step and hook that has failed for good, in that order, whatever the status: a step that fails when it has scheduled others does not
   * fail its run, and a hook never does. At most 100 of them, with at most 64 KiB of text; that of `error` is always listed.
   */
  readonly failures: readonly StepFailure[];
  /** Failures that are not listed, for there are too many. */
  readonly failuresOmitted: number;
  /** Of a cancelled run: why, and what the steps had done that it interrupted. Other steps had done all or nothing. */
  readonly cancellation?: Cancellation;
  readonly steps: Readonly<StepCounts>;
  readonly usage: Readonly<RunUsage & { readonly wallMs: number }>;
}

/** Text of a store's values that is parsed before anybody reads them: as objects it may take twenty times as much. */
const parsedMost = 2 ** 20;
/** Keys that are read before the work may be put off. */
const keysAtOnce = 200;

/** In one go: for programs that do nothing else. */
export function outcomeOf(run: EndedRun): Outcome {
  return undividedly(outcomeInParts(run));
}

export function* outcomeInParts(run: EndedRun): Divided<Outcome> {
  const { status, output, failure, failures, cancellation, counts, usage, createdAt, endedAt } = run;
  return {
    status,
    output: output === null ? null : yield* parsedInParts(output),
    store: yield* storeOf(run.store),
    ...(failure === null ? {} : { error: failure }),
    failures: failures.listed,
    failuresOmitted: failures.omitted,
    ...(cancellation === null ? {} : { cancellation }),
    steps: { ...counts },
    usage: { ...usage, wallMs: endedAt - createdAt },
  };
}

/** An object like others. Keys are defined, not assigned: one of them may be `__proto__`, or the name of a setter. */
function* storeOf(entries: readonly StoredEntry[]): Divided<Outcome['store']> {
  const store: Record<string, unknown> = {};
  let left = parsedMost;
  for (const [i, [keyText, stored]] of entries.entries()) {
    const key = String(parsed(keyText));
    left -= typeof stored === 'string' ? stored.length : stored.bytes;
    if (left >= 0) define(store, key, yield* parsedInParts(writtenOut(stored)));
    else defineLate(store, key, stored);
    if (i % keysAtOnce === keysAtOnce - 1) yield;
  }
  return store;
}

function define(store: Record<string, unknown>, key: string, value: unknown): void {
  Reflect.defineProperty(store, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Parsed when it is read first, and from then on a property like others. */
function defineLate(store: Record<string, unknown>, key: string, stored: StoredEntry[1]): void {
  const get = (): unknown => {
    const value = parsed(writtenOut(stored));
    define(store, key, value);
    return value;
  };
  const set = (value: unknown): void => define(store, key, value);
  Reflect.defineProperty(store, key, { get, set, enumerable: true, configurable: true });
}
