// What one tenant has open, over all of its runs. Plain data: the rules change the counts, the runner what is granted.
import type { Limits } from '../limits.ts';
import { noUsage, type Usage } from './usage.ts';

export interface TenantState {
  readonly name: string;
  /** As granted last: what bounds a tenant as a whole holds for the runs that it had open before, too. */
  limits: Limits;
  /** Its share of the workers against other tenants'. */
  weight: number;
  runsOpen: number;
  /** Attempts of its steps that are in cells. */
  stepsActive: number;
  /** Branches and hooks of its runs that have not ended. */
  branches: number;
  /** Keys and values of its open runs. */
  storeBytes: number;
  /** What a store that outlives the process has written down of its open runs. */
  ledgerBytes: number;
  /** The CPU time of the minute that ends then, as it was looked at last. See {@link cpuAt}. */
  readonly cpu: { usedMs: number; endsAt: number };
  /** Of all its runs' steps, since it is known. */
  readonly usage: Usage;
  /** By the embedder: no step of it starts. */
  isPaused: boolean;
}

const minuteMs = 60_000;

export function newTenant(name: string, limits: Limits, weight: number): TenantState {
  const counts = { runsOpen: 0, stepsActive: 0, branches: 0, storeBytes: 0, ledgerBytes: 0 };
  return { name, limits, weight, ...counts, cpu: { usedMs: 0, endsAt: 0 }, usage: noUsage(), isPaused: false };
}

/**
 * The CPU time of the minute that it is now. The first minute begins when it is first asked about; what was used beyond one is
 * owed to those that follow, so that over time nobody gets more than was granted.
 */
export function cpuAt({ cpu, limits }: TenantState, now: number): TenantState['cpu'] {
  const { cpuPerTenantPerMinuteMs: budgetMs } = limits;
  if (now >= cpu.endsAt) {
    const minutes = cpu.endsAt === 0 ? 0 : 1 + Math.floor((now - cpu.endsAt) / minuteMs);
    cpu.usedMs = Math.max(0, cpu.usedMs - minutes * budgetMs);
    cpu.endsAt = minutes === 0 ? now + minuteMs : cpu.endsAt + minutes * minuteMs;
  }
  return cpu;
}

/** Adds what a step of the tenant has used to the minute that it is now. */
export function spend(tenant: TenantState, cpuMs: number, now: number): void {
  cpuAt(tenant, now).usedMs += cpuMs;
}

export function isOverBudget(tenant: TenantState, now: number): boolean {
  return cpuAt(tenant, now).usedMs >= tenant.limits.cpuPerTenantPerMinuteMs;
}
