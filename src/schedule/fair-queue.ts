// Steps that are due and wait for room. Tenants take turns by weight and by the CPU time that their steps have used; a
// tenant's runs take turns in the same way, and a run's steps go in the order in which they came. A tenant that
// may not run more steps now is passed over, without being looked at again until one of its steps ends.

import type { RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { chargeGuess, correct, DeficitRound, quantumOf } from './deficit-round.ts';
import type { PackedSteps } from './packed-steps.ts';
import { Payer, PayingTenant } from './payers.ts';

/**
 * What became of a step that was offered. `moved`: it is no longer this queue's. `full`: there is no room for any step.
 * `tenant refused`: there is none now for any of its tenant's. `run held`, `tenant held`: none of its run's or tenant's is to be offered until they
 * are freed.
 */
export type Placement = 'taken' | 'moved' | 'refused' | 'tenant refused' | 'full' | 'run held' | 'tenant held';

/** Charged for each turn beside its CPU time: frames, ops and wakings cost the others something too. */
const turnMicros = 10;
/** Refusals after which no more steps are offered, and after which no more of a tenant's are: the next time others come first. */
const refusalsMost = 64;
const refusalsOfTenantMost = 16;
/** Tenants that are remembered for what they owe. */
const debtorsMost = 10_000;
/** The share of the latest step in what is known of a tenant's steps. */
const latestShare = 1 / 16;

export class FairQueue {
  /** Runs that have something here, or in cells. */
  readonly #payers: Map<RunState, Payer> = new Map();
  readonly #tenants: Map<string, PayingTenant> = new Map();
  readonly #round: DeficitRound<PayingTenant> = new DeficitRound();
  /** Tenants that have nothing here, and less to spend than those that were never seen. */
  readonly #debtors: Set<PayingTenant> = new Set();
  #size = 0;
  /** Whose step is being offered. */
  #offered: Payer | null = null;

  /** Steps that wait. */
  get size(): number {
    return this.#size;
  }

  /** Tenants that have something here, or owe something. */
  get tenants(): number {
    return this.#tenants.size;
  }

  push(step: Step): void {
    const payer = this.#payers.get(step.run) ?? this.#payerOf(step.run);
    payer.steps.push(step);
    this.#added(payer, 1);
  }

  /** Takes over all of these steps of a run, at least one. */
  append(run: RunState, steps: PackedSteps): void {
    const payer = this.#payers.get(run) ?? this.#payerOf(run);
    const { size } = steps;
    payer.steps.append(steps);
    this.#added(payer, size);
  }

  /**
   * Offers waiting steps in turn, each with who pays for it, until there are none, or many were refused. A step that is taken is active
   * until {@link release}; its cost is what its payer guesses until it is known.
   */
  dispatch(place: (step: Step, payer: Payer) => Placement): void {
    // Who is refused stands aside meanwhile: another run of the tenant, or whoever still owes something, may find room elsewhere.
    const refused: Payer[] = [];
    let refusedInRow = 0;
    while (refused.length < refusalsMost) {
      const tenant = this.#round.pick();
      const payer = tenant?.runs.pick();
      const step = payer?.steps.peek();
      if (tenant === undefined || payer === undefined || step === undefined) break;
      if (!tenant.mayStart) {
        this.#update(tenant); // As many of its steps are active as may be, some of them in the other lane.
        continue;
      }
      this.#offered = payer;
      const placement = place(step, payer);
      this.#offered = null;
      if (placement === 'full') break;
      if (placement === 'refused' || placement === 'tenant refused') {
        refused.push(payer);
        tenant.runs.leave(payer);
        tenant.aside++;
        if (placement === 'refused' && tenant.runs.size > 0 && ++refusedInRow < refusalsOfTenantMost) continue;
        this.#round.leave(tenant);
      } else if (placement === 'run held' || placement === 'tenant held') this.#hold(payer, placement);
      else this.#take(payer, placement === 'taken');
      refusedInRow = 0;
    }
    for (const payer of refused) {
      payer.tenant.aside--;
      if (payer.steps.size > 0 && !payer.isHeld) payer.tenant.runs.enter(payer);
      this.#update(payer.tenant);
    }
  }

  /** A step has ended: what it was guessed to cost is corrected to what it has cost. */
  release(payer: Payer, guessedMicros: number, cpuMicros: number, turns: number): void {
    const { tenant } = payer;
    const cost = cpuMicros + turns * turnMicros;
    payer.run.tenant.stepsActive--;
    payer.active--;
    tenant.active--;
    correct(tenant, guessedMicros, cost);
    correct(payer, guessedMicros, cost);
    tenant.stepMicros += (cost - tenant.stepMicros) * latestShare;
    this.#update(tenant);
    this.#forget(payer);
  }

  /** What was used because of the tenant, and is the cost of no step that has not been released. */
  charge(granted: TenantState, cpuMicros: number): void {
    const tenant = this.#tenantOf(granted);
    tenant.credit -= cpuMicros;
    if (tenant.payers > 0) return;
    this.#debtors.add(tenant);
    this.#forgetDebtors();
  }

  /** The tenant, and the run if one is given, are offered again: whether they are to be held is asked anew. */
  free({ name }: TenantState, run: RunState | null): void {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) return;
    tenant.isHeld = false;
    const payer = run === null ? undefined : this.#payers.get(run);
    if (payer !== undefined) {
      payer.isHeld = false;
      if (payer.steps.size > 0) tenant.runs.enter(payer);
    }
    this.#update(tenant);
  }

  /** Fewer steps of the tenant are active elsewhere. */
  reconsider({ name }: TenantState): void {
    if (this.#size === 0) return; // As in the other lane nearly always, and each end of a step comes here.
    const tenant = this.#tenants.get(name);
    if (tenant !== undefined) this.#update(tenant);
  }

  /** The run is over: its steps do not wait any more, whether it or its tenant is held or not. */
  drop(run: RunState): void {
    const payer = this.#payers.get(run);
    if (payer === undefined) return;
    const { tenant, steps } = payer;
    const offered = payer === this.#offered ? steps.peek() : undefined;
    const dropped = offered === undefined ? steps.size : steps.size - 1;
    this.#size -= dropped;
    tenant.waiting -= dropped;
    steps.clear();
    if (offered !== undefined) return steps.push(offered); // Whoever it is offered to says what becomes of it.
    tenant.runs.leave(payer);
    this.#update(tenant);
    this.#forget(payer);
  }

  /** Whether none of the tenant's steps runs that was here, and one waits here for nothing but room: its turn is come, or the next. */
  isWaiting(granted: TenantState): boolean {
    const tenant = this.#tenants.get(granted.name);
    if (tenant === undefined || tenant.granted !== granted || tenant.isHeld || tenant.active > 0) return false;
    return tenant.runs.size + tenant.aside > 0 && tenant.credit > -quantumOf(tenant);
  }

  /** Steps of the tenant that wait here. */
  waitingOf({ name }: TenantState): number {
    return this.#tenants.get(name)?.waiting ?? 0;
  }

  #added(payer: Payer, count: number): void {
    const { tenant } = payer;
    this.#size += count;
    tenant.waiting += count;
    if (!payer.isHeld) tenant.runs.enter(payer);
    this.#update(tenant);
  }

  #take(payer: Payer, isTaken: boolean): void {
    const { tenant, steps } = payer;
    steps.shift();
    this.#size--;
    tenant.waiting--;
    if (steps.size === 0) tenant.runs.leave(payer);
    if (isTaken) {
      payer.run.tenant.stepsActive++;
      payer.active++;
      tenant.active++;
      chargeGuess(tenant, tenant.stepMicros);
      chargeGuess(payer, tenant.stepMicros);
    }
    this.#update(tenant);
    this.#forget(payer);
  }

  #hold(payer: Payer, placement: 'run held' | 'tenant held'): void {
    const { tenant } = payer;
    if (placement === 'tenant held') tenant.isHeld = true;
    else {
      payer.isHeld = true;
      tenant.runs.leave(payer);
    }
    this.#update(tenant);
  }

  /** Puts the tenant into the round, or takes it out. */
  #update(tenant: PayingTenant): void {
    tenant.weight = tenant.granted.weight;
    if (tenant.mayStart) this.#round.enter(tenant);
    else this.#round.leave(tenant);
  }

  #payerOf(run: RunState): Payer {
    const tenant = this.#tenantOf(run.tenant);
    tenant.payers++;
    this.#debtors.delete(tenant);
    const payer = new Payer(run, tenant);
    this.#payers.set(run, payer);
    return payer;
  }

  #tenantOf(granted: TenantState): PayingTenant {
    let tenant = this.#tenants.get(granted.name);
    if (tenant === undefined) {
      tenant = new PayingTenant(granted, this.#round.now);
      this.#tenants.set(granted.name, tenant);
    }
    tenant.granted = granted; // One that owed something may have been forgotten elsewhere.
    return tenant;
  }

  /** Who has nothing here, and as much to spend as anybody at first, is as if never seen. Of the others, the last are remembered until they have. */
  #forget({ run, tenant, active, steps }: Payer): void {
    if (active > 0 || steps.size > 0) return;
    this.#payers.delete(run);
    tenant.payers--;
    if (tenant.payers > 0) return;
    if (tenant.credit >= quantumOf(tenant)) this.#tenants.delete(tenant.granted.name);
    else this.#debtors.add(tenant);
    this.#forgetDebtors();
  }

  #forgetDebtors(): void {
    for (const oldest of this.#debtors) {
      if (this.#debtors.size <= debtorsMost && !this.#round.hasPaid(oldest)) return;
      this.#debtors.delete(oldest);
      this.#tenants.delete(oldest.granted.name);
    }
  }
}
