// What the main thread and the thread that holds the file say to each other.
import type { ErrorCode } from '../errors.ts';
import type { Retention, RunQuery } from '../state/backend.ts';

/** A run as the file keeps it: JSON where it is more than one value. */
export interface RunRow {
  readonly number: number;
  readonly id: string;
  readonly tenant: string;
  readonly hash: string;
  readonly createdAt: number;
  /** Limits, retry policy, headers, seed and data. */
  readonly given: string;
}

export interface ProgramRow {
  readonly hash: string;
  readonly code: string;
  readonly methods: string;
  readonly identifiers: string;
}

export interface EndRow {
  readonly number: number;
  readonly status: string;
  readonly endedAt: number;
  /** What the run takes of the file, its source aside. */
  readonly bytes: number;
  /** Counts, usage and failure. */
  readonly summary: string;
}

/** `state`: what of a tenant outlives the process, as JSON. */
export interface TenantRow {
  readonly name: string;
  readonly state: string;
}

export interface ListedRow extends Omit<RunRow, 'given'> {
  readonly status: string;
  readonly endedAt: number | null;
  readonly summary: string | null;
}

export type FoundRow = ListedRow & RunRow;

/** What has to be kept together: all of it or nothing. */
export interface Commit {
  readonly kind: 'commit';
  readonly commit: number;
  readonly programs: readonly ProgramRow[];
  readonly runs: readonly RunRow[];
  readonly ledgers: readonly (readonly [run: number, text: string])[];
  readonly ends: readonly EndRow[];
  readonly tenants: readonly TenantRow[];
}

/** Some parts of a ledger, in order, and from where it goes on: null at its end. */
export interface LedgerPiece {
  readonly parts: readonly string[];
  readonly next: number | null;
}

/** Some runs that are open, each with the first piece of its ledger; and their sources, each once. */
export interface OpenRuns {
  readonly runs: readonly (readonly [FoundRow, LedgerPiece])[];
  readonly programs: readonly ProgramRow[];
}

/** What can be asked of the file. An answer has some MiB, whatever is asked. */
export interface FileReads {
  /** Runs with higher numbers than this, in order; none at the end. */
  openRuns(after: number): OpenRuns;
  /** A run that has ended. */
  find(runId: string): (FoundRow & ProgramRow) | null;
  /** Parts behind this one. */
  ledger(from: { readonly run: number; readonly after: number }): LedgerPiece;
  list(query: RunQuery): readonly ListedRow[];
}

export type Ask = <K extends keyof FileReads>(
  what: K,
  about: Parameters<FileReads[K]>[0],
) => Promise<ReturnType<FileReads[K]>>;

export type ToFile =
  | Commit
  | {
      readonly kind: 'ask';
      readonly question: number;
      readonly what: keyof FileReads;
      readonly about: never;
      /** What the runner's clock says. */
      readonly now: number;
    }
  | { readonly kind: 'close' };

export type FromFile =
  | { readonly kind: 'opened'; readonly lastNumber: number; readonly tenants: readonly TenantRow[] }
  | { readonly kind: 'safe'; readonly commit: number }
  | { readonly kind: 'answer'; readonly question: number; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly question: number; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'stalled' | 'failed'; readonly code: ErrorCode; readonly message: string };

/** What the thread is started with. */
export interface FileTask {
  readonly file: string;
  readonly isSynced: boolean;
  readonly fileBytes: number;
  /** Of runs that have ended. */
  readonly kept: Retention;
}
