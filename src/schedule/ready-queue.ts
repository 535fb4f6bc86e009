// Steps that are due and wait for room, by tenant. Tenants take turns, one step each; a tenant's steps go in the order
// in which they became due. A tenant that may not run more steps now is passed over, without being looked at again
// until one of its steps ends.
import type { Step } from '../state/run-state.ts';
import { Fifo } from './fifo.ts';

interface TenantQueue {
  readonly steps: Fifo<Step>;
  active: number;
  /** Whether it stands in the round. It does while it has a step that it may run. */
  inRound: boolean;
}

export type Placement = 'taken' | 'moved' | 'refused';

export class ReadyQueue {
  readonly #tenants: Map<string, TenantQueue> = new Map();
  readonly #round: Fifo<TenantQueue> = new Fifo();

  push(step: Step): void {
    const tenant = this.#tenantOf(step);
    tenant.steps.push(step);
    this.#enterRound(tenant);
  }

  /**
   * Offers each waiting step in turn to `place` until it has refused one step of every tenant. A step that it takes is
   * active until {@link release}; one that it moves is no longer this queue's.
   */
  dispatch(place: (step: Step) => Placement): void {
    for (let refusals = 0; refusals < this.#round.size; ) {
      const tenant = this.#round.shift();
      const step = tenant?.steps.peek();
      if (tenant === undefined || step === undefined) return;
      const placement = place(step);
      if (placement !== 'refused') tenant.steps.shift();
      if (placement === 'taken') tenant.active++;
      refusals = placement === 'refused' ? refusals + 1 : 0;
      tenant.inRound = false;
      this.#enterRound(tenant);
      this.#forgetIfIdle(step.run.program.tenant, tenant);
    }
  }

  release(step: Step): void {
    const tenant = this.#tenantOf(step);
    tenant.active--;
    this.#enterRound(tenant);
    this.#forgetIfIdle(step.run.program.tenant, tenant);
  }

  /** Steps that wait. */
  get size(): number {
    let size = 0;
    for (const { steps } of this.#tenants.values()) size += steps.size;
    return size;
  }

  #forgetIfIdle(name: string, tenant: TenantQueue): void {
    if (tenant.active === 0 && tenant.steps.size === 0) this.#tenants.delete(name);
  }

  #enterRound(tenant: TenantQueue): void {
    const next = tenant.steps.peek();
    if (tenant.inRound || next === undefined || tenant.active >= next.run.limits.stepsActivePerTenant) return;
    tenant.inRound = true;
    this.#round.push(tenant);
  }

  #tenantOf(step: Step): TenantQueue {
    const { tenant: name } = step.run.program;
    let tenant = this.#tenants.get(name);
    if (tenant === undefined) {
      tenant = { steps: new Fifo(), active: 0, inRound: false };
      this.#tenants.set(name, tenant);
    }
    return tenant;
  }
}
