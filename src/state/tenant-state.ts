// What one tenant has open, over all of its runs. Plain data: the rules change the counts, the runner what is granted.
import type { Limits } from '../limits.ts';

export interface TenantState {
  readonly name: string;
  /** As granted last: what bounds a tenant as a whole holds for the runs that it had open before, too. */
  limits: Limits;
  /** Its share of the workers against other tenants'. */
  weight: number;
  runsOpen: number;
  /** Branches and hooks of its runs that have not ended. */
  branches: number;
  /** Keys and values of its open runs. */
  storeBytes: number;
}

export function newTenant(name: string, limits: Limits, weight: number): TenantState {
  return { name, limits, weight, runsOpen: 0, branches: 0, storeBytes: 0 };
}
