// What the main thread and the thread that holds the file say to each other.
import type { ErrorCode } from '../errors.ts';

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
  readonly bytes: number;
  readonly ending: string;
}

/** `state`: what of a tenant outlives the process, as JSON. */
export interface TenantRow {
  readonly name: string;
  readonly state: string;
}

export interface FoundRow extends RunRow, ProgramRow {
  readonly status: string;
  readonly ending: string | null;
}

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

export type ToFile =
  | Commit
  | { readonly kind: 'find'; readonly asked: number; readonly runId: string }
  | { readonly kind: 'close' };

export type FromFile =
  | {
      readonly kind: 'opened';
      readonly lastNumber: number;
      readonly tenants: readonly TenantRow[];
      readonly runs: readonly (readonly [FoundRow, readonly string[]])[];
    }
  | { readonly kind: 'safe'; readonly commit: number }
  | { readonly kind: 'found'; readonly asked: number; readonly row: FoundRow | null }
  | { readonly kind: 'stalled' | 'failed'; readonly code: ErrorCode; readonly message: string };

/** What the thread is started with. */
export interface FileTask {
  readonly file: string;
  readonly isSynced: boolean;
  readonly fileBytes: number;
  /** Of runs that have ended. */
  readonly kept: { readonly count: number; readonly ms: number; readonly bytes: number };
}
