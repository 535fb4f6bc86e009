// Where run state is kept beyond the memory of the process.
import type { StepwellError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Ledger } from './ledger.ts';
import type { RunEnd, RunState } from './run-state.ts';
import type { TenantState } from './tenant-state.ts';

/** What a run was started with. */
export interface RunRecord
  extends Pick<RunState, 'id' | 'limits' | 'retry' | 'headers' | 'seed' | 'createdAt' | 'program'> {
  readonly data: string;
}

/** A run as a store holds it. */
export interface StoredRun extends RunRecord {
  /** What has happened to it, in order. Nothing, once it has ended. */
  readonly ledger: readonly string[];
  readonly end: StoredEnd | null;
}

/** What is left of a run that has ended: the parts of its state that its outcome and its logs are made of. */
export interface StoredEnd
  extends Pick<RunState, 'output' | 'failure' | 'cancellation' | 'counts' | 'usage' | 'logs' | 'logBytesKept'> {
  readonly status: RunEnd;
  readonly at: number;
  readonly store: readonly (readonly [key: string, text: string])[];
  readonly bytes: number;
}

/** What is kept of runs that have ended: each of these bounds holds. */
export type Retention = Pick<Limits, 'runsEndedKept' | 'runsEndedKeptMs' | 'runsEndedBytesKept'>;

/** What a store holds. */
export interface Stored {
  /** The runs that have not ended, oldest first. */
  readonly runs: readonly StoredRun[];
  readonly tenants: readonly StoredTenant[];
}

/** What of a tenant outlives the process: its budget, what it has used, and whether it is paused. */
export type StoredTenant = Pick<TenantState, 'name' | 'cpu' | 'usage' | 'isPaused'>;

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
  open(kept: Retention, listener: StoreListener): Promise<Stored>;
  /** Resolves when it cannot be lost any more that the run was started. */
  create(run: RunRecord): Promise<void>;
  /** A ledger for what happens to the run from now on. */
  ledgerOf(run: RunState): Ledger;
  /** The run has ended: how, is kept with what its ledger says. */
  ended(run: RunState): void;
  /** Something of the tenant has changed that is not in a ledger. What is in one changes it as well. */
  touched(tenant: TenantState): void;
  /**
   * Takes all that ledgers have got. Gives the number under which it will be said to be safe, if ever; 0 if there
   * is nothing new.
   */
  commit(): number;
  /** A run that has ended and is still kept. */
  find(runId: string): Promise<StoredRun | null>;
  /** Resolves when all that it has taken is safe, or cannot become so. Idempotent. */
  close(): Promise<void>;
}

export type StoreBackend = { readonly kind: 'memory' } | DurableStore;

/** Keeps nothing beyond the process: runs live in its memory and end with it. */
export function memoryStore(): StoreBackend {
  return { kind: 'memory' };
}
