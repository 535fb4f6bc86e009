// What one tenant has open, over all of its runs. Plain data: the rules change the counts, the runner what is granted.
import type { Limits } from '../limits.ts';
import { Account } from './account.ts';
import type { HeldProgram } from './held-programs.ts';
import type { Program } from './run-state.ts';
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
  /** The CPU time of the minute that ends then, and the most that was granted in it, as it was looked at last. See {@link cpuAt}. */
  readonly cpu: { usedMs: number; grantedMs: number; endsAt: number };
  /** Of all its runs' steps, since it is known. */
  readonly usage: Usage;
  /** What the runner has used for it beside that, since this process knows it. */
  readonly overhead: Overhead;
  /** What the runner keeps in memory for it. */
  readonly memory: Account;
  readonly programs: Map<Program, HeldProgram>;
  /** By the embedder: no step of it starts. */
  isPaused: boolean;
}

/** CPU time, in ms, that a tenant's steps did not use themselves but that was used because of them. */
export interface Overhead {
  /** Reading its sources. */
  checkMs: number;
  /** Making its cells, and compiling its sources in them. */
  cellMs: number;
  /** Reading and writing its values on the main thread. */
  mainMs: number;
}

/** What CPU time is charged for: see {@link Overhead}. */
export type ChargeKind = 'check' | 'cell' | 'main';

const minuteMs = 60_000;

/** `all`: the account of all tenants; for one that counts for nobody an account of its own. */
export function newTenant(name: string, limits: Limits, weight: number, all = new Account()): TenantState {
  const counts = { runsOpen: 0, stepsActive: 0, branches: 0, storeBytes: 0, ledgerBytes: 0 };
  const cpu = { usedMs: 0, grantedMs: 0, endsAt: 0 };
  const overhead = { checkMs: 0, cellMs: 0, mainMs: 0 };
  const memory = new Account(all);
  const kept = { usage: noUsage(), overhead, memory, programs: new Map() };
  return { name, limits, weight, ...counts, cpu, ...kept, isPaused: false };
}

/** What the tenant is granted from now on. The minutes before are reckoned by what it was granted in them. */
export function grant(tenant: TenantState, limits: Limits, weight: number, now: number): void {
  cpuAt(tenant, now);
  tenant.limits = limits;
  tenant.weight = weight;
  cpuAt(tenant, now);
}

/**
 * The CPU time of the minute that it is now. The first minute begins when it is first asked about. What was used in one beyond
 * the most that was granted in it is owed to those that follow, so that over time nobody gets more than was granted; what was
 * used while it was granted is never owed.
 */
export function cpuAt({ cpu, limits }: TenantState, now: number): TenantState['cpu'] {
  const { cpuPerTenantPerMinuteMs: budgetMs } = limits;
  if (cpu.endsAt === 0) cpu.endsAt = now + minuteMs;
  if (now >= cpu.endsAt) {
    // Minutes after it that nobody looked at: in each the tenant was granted what it is now, or `grant` would have looked.
    const unseen = Math.floor((now - cpu.endsAt) / minuteMs);
    cpu.usedMs = Math.max(0, cpu.usedMs - cpu.grantedMs - unseen * budgetMs);
    cpu.grantedMs = 0;
    cpu.endsAt += (1 + unseen) * minuteMs;
  }
  cpu.grantedMs = Math.max(cpu.grantedMs, budgetMs);
  return cpu;
}

/** Adds what a step of the tenant has used to the minute that it is now. */
export function spend(tenant: TenantState, cpuMs: number, now: number): void {
  cpuAt(tenant, now).usedMs += cpuMs;
}

/** Adds what the runner has used because of the tenant. It counts for the tenant's minute as its steps' CPU time does. */
export function spendOn(tenant: TenantState, kind: ChargeKind, cpuMs: number, now: number): void {
  tenant.overhead[`${kind}Ms`] += cpuMs;
  spend(tenant, cpuMs, now);
}

export function isOverBudget(tenant: TenantState, now: number): boolean {
  return cpuAt(tenant, now).usedMs >= tenant.limits.cpuPerTenantPerMinuteMs;
}

/**
 * When a new source of the tenant may be checked: as soon as it does not owe all of the minute to come. Until then it waits for what it has used
 * already. Null if one may be checked now.
 */
export function checksAt(tenant: TenantState, now: number): number | null {
  const { usedMs, grantedMs, endsAt } = cpuAt(tenant, now);
  const { cpuPerTenantPerMinuteMs: budgetMs } = tenant.limits;
  const owedMs = usedMs - grantedMs;
  return owedMs < budgetMs ? null : endsAt + (Math.floor(owedMs / budgetMs) - 1) * minuteMs;
}

/**
 * When a step of the tenant may start again if nothing more is used and nothing else is granted: with the first minute to which
 * less is owed than is granted in it. Null if one may start now.
 */
export function resumesAt(tenant: TenantState, now: number): number | null {
  if (!isOverBudget(tenant, now)) return null;
  const { usedMs, grantedMs, endsAt } = tenant.cpu;
  const owedMs = Math.max(0, usedMs - grantedMs);
  return endsAt + Math.floor(owedMs / tenant.limits.cpuPerTenantPerMinuteMs) * minuteMs;
}
