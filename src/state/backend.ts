// Where run state is kept beyond the memory of the process.
import type { StepwellError } from '../errors.ts';
import type { RunId } from '../ids.ts';
import type { Limits } from '../limits.ts';
import type { Ledger } from './ledger.ts';
import type { RunState, RunStatusName, RunUsage, StepCounts, StepFailure } from './run-state.ts';
import type { TenantState } from './tenant-state.ts';

/** What a run was started with. */
export interface RunRecord
  extends Pick<RunState, 'id' | 'limits' | 'retry' | 'headers' | 'seed' | 'createdAt' | 'program'> {
  readonly data: string;
}

/** A run as a store holds it. */
export interface StoredRun extends RunRecord {
  /** What has happened to it, in order: read once, part by part. */
  readonly ledger: Iterable<string> | AsyncIterable<string>;
  /** What it has used, as it was counted while it ran; null while it is open. */
  readonly usage: RunUsage | null;
}

/** A run as a list shows it. Times are in ms since the epoch. */
export interface RunSummary {
  readonly id: RunId;
  readonly tenant: string;
  /** SHA-256 of its source, in hex. */
  readonly workflow: string;
  readonly status: RunStatusName;
  readonly createdAt: number;
  /** Null while it is open. */
  readonly endedAt: number | null;
  /** What has become of its steps. */
  readonly steps: Readonly<StepCounts>;
  /** Of a failed run: the first failure that counted. From the tenant. */
  readonly error: StepFailure | null;
}

/** Which runs, and which page of them: those that were started before the one with this number, newest first. */
export interface RunQuery {
  readonly tenant: string | null;
  readonly status: RunStatusName | null;
  readonly before: number;
  readonly count: number;
}

/** A run of a page, by the number by which the next page is asked for. `steps` of one that is open are not known here. */
export type ListedRun = Omit<RunSummary, 'steps'> & { readonly number: number; readonly steps: StepCounts | null };

/** What is kept of runs that have ended: each of these bounds holds. */
export type Retention = Pick<Limits, 'runsEndedKept' | 'runsEndedKeptMs' | 'runsEndedBytesKept'>;

/** What of a tenant outlives the process: its budget, what it has used, and whether it is paused. */
export interface StoredTenant extends Pick<TenantState, 'name' | 'usage' | 'isPaused'> {
  /** Older files do not say what was granted: then that is taken to be what is granted now. */
  /** Nor what was used because of it beside its steps. */
  readonly overhead?: TenantState['overhead'];
  readonly cpu: Omit<TenantState['cpu'], 'grantedMs'> & Partial<Pick<TenantState['cpu'], 'grantedMs'>>;
}

export interface StoreListener {
  /** All commits up to this one are safe. */
  safe(commit: number): void;
  /** It has no room for what it was given, and waits for some; null: it has got it. */
  stalled(error: StepwellError | null): void;
  /** It will not take anything any more. */
  failed(error: StepwellError): void;
}

/** A store that outlives the process. Given to one runner, which opens it. */
export interface DurableStore {
  readonly kind: 'durable';
  /** Rejects with `STORE_…`, and leaves the file as it was. */
  open(kept: Retention, now: () => number, listener: StoreListener): Promise<readonly StoredTenant[]>;
  /** The runs that have not ended, oldest first. Each is read to its end before the next one. Throws `STORE_…`. */
  openRuns(): AsyncIterable<StoredRun>;
  /** Resolves when it cannot be lost any more that the run was started. */
  create(run: RunRecord): Promise<void>;
  /** A ledger for what happens to the run from now on. `bytes`: what is written down of it already. */
  ledgerOf(run: RunState, bytes: number): Ledger;
  /** The run has ended: how, is kept with what its ledger says. */
  ended(run: RunState): void;
  /** Something of the tenant has changed that is not in a ledger. What is in one changes it as well. */
  touched(tenant: TenantState): void;
  /**
   * Takes all that ledgers have got. Gives the number under which it will be said to be safe, if ever; 0 if there
   * is nothing new.
   */
  commit(): number;
  /** A run that has ended and is still kept. Rejects with `STORE_…`. */
  find(runId: string): Promise<StoredRun | null>;
  /** Runs that are open, and those that have ended and are still kept. Rejects with `STORE_…`. */
  list(query: RunQuery): Promise<readonly ListedRun[]>;
  /** Resolves when all that it has taken is safe, or cannot become so. Idempotent. */
  close(): Promise<void>;
}

export type StoreBackend = { readonly kind: 'memory' } | DurableStore;

/** Keeps nothing beyond the process: runs live in its memory and end with it. */
export function memoryStore(): StoreBackend {
  return { kind: 'memory' };
}
