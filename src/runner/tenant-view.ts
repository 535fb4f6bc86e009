// How a tenant stands, at the moment it is asked for.
import { type Clock, onMachine } from '../clock.ts';
import type { KeptName } from '../state/account.ts';
import { cpuAt, type Overhead, resumesAt, type TenantState } from '../state/tenant-state.ts';
import type { Usage } from '../state/usage.ts';

export interface TenantView {
  readonly tenant: string;
  readonly weight: number;
  readonly runsOpen: number;
  /** Branches and hooks that have not ended: armed, waiting and running ones. */
  readonly branchesOpen: number;
  /** Steps in cells. */
  readonly stepsActive: number;
  /** Steps that are due and wait: for room, for their tenant's turn, or for what `waitsFor` says. */
  readonly stepsWaiting: number;
  /** Keys and values of its open runs. */
  readonly storeBytes: number;
  /** What a store that outlives the process has written down of its open runs; 0 with one that does not. */
  readonly ledgerBytes: number;
  /**
   * CPU time used of the budget of this minute, with what is owed from those before it, and when the next one begins, in ms since
   * the epoch.
   */
  readonly cpu: { readonly usedMs: number; readonly budgetMs: number; readonly windowEndsAt: number };
  /** What its steps have used since it is known: a runner forgets tenants with nothing open once it has seen 10,000 others. */
  readonly usage: Readonly<Usage>;
  /**
   * CPU time, in ms, that the runner has used because of the tenant, beside its steps' own, since this process knows it: `checkMs` reading
   * its sources, `cellMs` making its cells and compiling its sources in them, `mainMs` reading and writing its values on the main thread. It
   * counts for `cpu` and for the tenant's share of the workers as its steps' CPU time does.
   */
  readonly overhead: Readonly<Overhead>;
  /** What the runner keeps in memory for it, in bytes, by what it is for: see `memoryBytesPerTenant`. `events` and `outcomes` are bounded apart. */
  readonly memory: Readonly<Record<KeptName, number>>;
  /** Why none of its steps starts, if none does. `budget`: its CPU time is used, until `resumesAt`. */
  readonly waitsFor: 'nothing' | 'resume' | 'budget';
  /**
   * When a step of it may start again as things stand, in ms since the epoch: when the minute ends, or later, by as many minutes as
   * it takes to pay off what was used too much. Null unless it waits for its budget.
   */
  readonly resumesAt: number | null;
}

export function tenantView(state: TenantState, clock: Clock, stepsWaiting: number, isSuspended: boolean): TenantView {
  const now = clock.now();
  const { name, limits, weight, runsOpen, stepsActive, branches, storeBytes, ledgerBytes, usage, isPaused } = state;
  const { usedMs, endsAt } = cpuAt(state, now);
  const budgetAt = isSuspended ? resumesAt(state, now) : null;
  const waitsForBudget = budgetAt === null ? 'nothing' : 'budget';
  return {
    tenant: name,
    weight,
    runsOpen,
    branchesOpen: branches,
    stepsActive,
    stepsWaiting,
    storeBytes,
    ledgerBytes,
    cpu: { usedMs, budgetMs: limits.cpuPerTenantPerMinuteMs, windowEndsAt: onMachine(clock, endsAt) },
    usage: { ...usage },
    overhead: { ...state.overhead },
    memory: state.memory.byName(),
    waitsFor: isPaused ? 'resume' : waitsForBudget,
    resumesAt: budgetAt === null ? null : onMachine(clock, budgetAt),
  };
}
