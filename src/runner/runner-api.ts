// What an embedder can ask of a runner.

import type { RunSummary } from '../state/backend.ts';
import type { RunStatusName } from '../state/run-state.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import type { RunnerEvent } from './news.ts';
import type { StartOptions } from './options.ts';
import type { Run } from './run.ts';
import type { RunnerStats } from './stats.ts';
import type { TenantView } from './tenant-view.ts';

export interface CheckOptions {
  /** Whose limits hold for the source, and with whose sources it waits. Default: the runner's; all checks without a tenant wait together. */
  readonly tenant?: string;
}

export interface ListOptions {
  readonly tenant?: string;
  readonly status?: RunStatusName;
  /** `next` of the page before; null for the first page. */
  readonly after?: string | null;
  /** Runs of a page: from 1 to 1,000. Default 100. */
  readonly count?: number;
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** What to ask for `after`; null on the last page. */
  readonly next: string | null;
}

export interface Runner {
  /**
   * Checks the workflow and opens a run of it. The same `runId` again gives the same run. Rejects, with nothing begun, with
   * `RUN_OPTION_INVALID`, `WORKFLOW_INVALID`, `WORKFLOW_CHECK_TIMED_OUT`, `RUN_ID_TAKEN` (by another tenant),
   * `TENANT_RUNS_EXCEEDED`, `TENANT_BRANCHES_EXCEEDED`, `TENANT_LEDGER_BYTES_EXCEEDED`, `TENANT_MEMORY_EXCEEDED`, `RUNNER_MEMORY_EXCEEDED`, `TENANT_STARTS_EXCEEDED`, `TENANT_CHECKS_EXCEEDED`, `HOST_START_FAILED` (no host can be started any more), `STORE_FULL` or
   * `STORE_UNAVAILABLE` (the store takes nothing now) or `RUNNER_CLOSED`. With a store that outlives the process it resolves when the run cannot
   * be lost any more; a `runId` of a run that has ended and is still kept gives that run.
   */
  start(options: StartOptions): Promise<Run>;
  /**
   * Reads a source and says all that can be said of it without running it: why it cannot run, what is hardly meant so, and how its steps
   * hang together. Rejects with `RUN_OPTION_INVALID`, `TENANT_CHECKS_EXCEEDED`, `WORKFLOW_CHECK_TIMED_OUT`, `HOST_START_FAILED` or
   * `RUNNER_CLOSED`.
   */
  check(source: string, options?: CheckOptions): Promise<WorkflowReport>;
  /** How a tenant stands; undefined for one of which nothing is known. */
  tenant(tenant: string): TenantView | undefined;
  /** How all tenants stand that have something open, and the last 10,000 others. */
  tenants(): readonly TenantView[];
  /**
   * Asks `tenants` again what this tenant is granted. What bounds it as a whole, and its weight, hold at once, also for runs that are
   * open; the limits of steps and runs hold for runs that are started from now on. Throws `OPTION_INVALID`, also for what `tenants` throws.
   */
  updateTenant(tenant: string): void;
  /** From now on no step of this tenant starts, of runs that are opened later neither. Steps that run go on to their end. */
  pauseTenant(tenant: string): void;
  resumeTenant(tenant: string): void;
  /**
   * Cancels all open runs of a tenant; see {@link Run.cancel}. Gives how many there were. Of thousands the last ones are cancelled some turns of
   * the event loop later, and runs that wait in the store for room in memory when there is room for them.
   */
  cancelTenant(tenant: string, reason?: string): number;
  /**
   * The run with this id: one that is open, or that has ended and is still kept (`runsEndedKept` and what bounds it beside). Of one that
   * has ended and is kept in a file all is read that it has done. Rejects with `STORE_…` if that cannot be read,
   * and with `RUNNER_MEMORY_EXCEEDED` for one that is open and waits in the file for room in memory.
   */
  get(runId: string): Promise<Run | undefined>;
  /**
   * Runs that are open, and those that have ended and are still kept, newest first, a page at a time. In a file it goes by index: the
   * last of a million takes no longer than the first. In memory each page looks at all of them. Rejects with `OPTION_INVALID` and `STORE_…`.
   */
  list(options?: ListOptions): Promise<RunPage>;
  /** How it stands: hosts, lanes, memory, restarts. Asks the operating system: not for every step. */
  stats(): RunnerStats;
  /** What happens to its hosts and cells from this call on, until it is closed. At most 10,000 events wait for a reader, of at most 16 MiB. */
  events(): AsyncIterableIterator<RunnerEvent>;
  /**
   * Ends the runner and all that it started. Idempotent. With `drain`, steps that run end first, unless it is closed once more
   * without; none starts. Runs that are open then are over: their `result()` rejects with `RUNNER_CLOSED`.
   */
  close(options?: { readonly drain?: boolean }): Promise<void>;
}
