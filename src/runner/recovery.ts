// Runs that a store holds, made again: those that were open go on, of those that have ended their outcome can be asked for.
import type { StoredRun } from '../state/backend.ts';
import { newRun } from '../state/new-run.ts';
import { redo } from '../state/redo.ts';
import type { Program, RunState, Step } from '../state/run-state.ts';
import { newTenant, type TenantState } from '../state/tenant-state.ts';

export interface Recovered {
  readonly run: RunState;
  /** What it waits for; null for a run of which nothing has happened yet. */
  readonly armed: readonly Step[] | null;
}

/**
 * The run as far as it had come. Attempts that had begun are stopped, and `attach` is called before that, so that the store hears
 * of it. Throws `STORE_DAMAGED`.
 */
export function recover(
  stored: StoredRun,
  tenant: TenantState,
  now: number,
  attach: (run: RunState) => void,
): Recovered {
  const { data, ledger, end: _, ...given } = stored;
  const run = newRun({ ...given, tenant });
  const { limits } = tenant;
  // What the tenant's bounds refused is in the ledger; what they let through then, they may not refuse now.
  tenant.limits = {
    ...limits,
    branchesOpenPerTenant: Number.POSITIVE_INFINITY,
    storeBytesPerTenant: Number.POSITIVE_INFINITY,
  };
  try {
    const redone = redo(run, data, ledger);
    attach(run);
    redone.interrupt(now);
    return { run, armed: redone.isOpened ? [...redone.armed] : null };
  } finally {
    tenant.limits = limits;
  }
}

/** A run that has ended, as far as its outcome and its logs go. */
export function ended(stored: StoredRun): RunState {
  const { data: _, ledger: __, end, ...given } = stored;
  if (end === null) throw new Error('The run has not ended.');
  const run = newRun({ ...given, tenant: newTenant(stored.program.tenant, stored.limits, 1) });
  const { status, at, store, bytes, output, failure, cancellation, counts, usage, logs, logBytesKept } = end;
  Object.assign(run.counts, counts);
  Object.assign(run.usage, usage);
  run.logs.push(...logs);
  return Object.assign(run, {
    output,
    failure,
    cancellation,
    logBytesKept,
    status: { kind: 'ended', status, at, store, bytes },
  });
}

/** Runs of one tenant that have one source share it as one object, by which their cells are found. */
export function shareSources(runs: readonly StoredRun[]): StoredRun[] {
  const programs = new Map<string, Program>();
  return runs.map((run) => {
    const key = `${run.program.hash} ${run.program.tenant}`;
    const program = programs.get(key) ?? run.program;
    programs.set(key, program);
    return { ...run, program };
  });
}

/** In the order in which they are to start: what has been due for longest first, and what was armed first of those due at once. */
export function byDueTime(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => a.dueAt - b.dueAt);
}
