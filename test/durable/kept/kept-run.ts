import type { LogLine, Outcome } from '../../../src/index.ts';
import type { StoredRun } from '../../../src/state/backend.ts';

/** A run as a store kept it, and what came of it then. */
export interface KeptRun {
  readonly name: string;
  readonly stored: StoredRun;
  readonly outcome: Outcome;
  readonly logs: readonly LogLine[];
}
