// Steps that are due and wait for room. Tenants take turns by weight and by the CPU time that their steps have used; a
// tenant's runs take turns in the same way, and a run's steps go in the order in which they became due. A tenant that
// may not run more steps now is passed over, without being looked at again until one of its steps ends.

import { Fifo } from '../fifo.ts';
import type { RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { type Contender, DeficitRound, newContender, quantumMicros } from './deficit-round.ts';

interface RunEntry extends Contender {
  readonly steps: Fifo<Step>;
  active: number;
  /** Out of the round until it is freed, whatever it has waiting. */
  isHeld: boolean;
}

interface TenantEntry extends Contender {
  granted: TenantState;
  weight: number;
  readonly runs: DeficitRound<RunEntry>;
  readonly byRun: Map<RunState, RunEntry>;
  active: number;
  /** Steps that wait. */
  waiting: number;
  isHeld: boolean;
  /** What one of its steps costs, as far as known. */
  stepMicros: number;
}

/**
 * What became of a step that was offered. `moved`: it is no longer this queue's. `full`: there is no room for any step.
 * `run held`, `tenant held`: none of its run's or tenant's is to be offered until they are freed.
 */
export type Placement = 'taken' | 'moved' | 'refused' | 'full' | 'run held' | 'tenant held';

/** Charged for each turn beside its CPU time: frames, ops and wakings cost the others something too. */
const turnMicros = 10;
/** Refusals in a row after which no more steps are offered: the next time the round goes on where it ended. */
const refusalsMost = 64;
/** Tenants that are remembered for what they owe. */
const debtorsMost = 10_000;
/** The share of the latest step in what is known of a tenant's steps. */
const latestShare = 1 / 16;

export class FairQueue {
  readonly #tenants: Map<string, TenantEntry> = new Map();
  readonly #round: DeficitRound<TenantEntry> = new DeficitRound();
  /** Tenants that have nothing here, and have used more than was theirs. */
  readonly #debtors: Set<TenantEntry> = new Set();
  #size = 0;

  /** Steps that wait. */
  get size(): number {
    return this.#size;
  }

  /** Tenants that have something here, or owe something. */
  get tenants(): number {
    return this.#tenants.size;
  }

  push(step: Step): void {
    const tenant = this.#tenantOf(step);
    const run = runOf(tenant, step);
    run.steps.push(step);
    this.#size++;
    tenant.waiting++;
    if (!run.isHeld) tenant.runs.enter(run);
    this.#enter(tenant);
  }

  /**
   * Offers waiting steps in turn until there are none, or many are refused in a row. A step that is taken is active until
   * {@link release}; its cost is guessed until it is known.
   */
  dispatch(place: (step: Step) => Placement): void {
    for (let refusals = 0; refusals < Math.min(refusalsMost, this.#round.size); ) {
      const tenant = this.#round.pick();
      const run = tenant?.runs.pick();
      const step = run?.steps.peek();
      if (tenant === undefined || run === undefined || step === undefined) return;
      const placement = place(step);
      if (placement === 'full') return;
      if (placement === 'run held' || placement === 'tenant held') {
        this.#hold(tenant, run, placement);
        continue;
      }
      if (placement === 'refused') {
        refusals++;
        tenant.runs.pass();
        this.#round.pass();
        continue;
      }
      refusals = 0;
      this.#take(tenant, run, step, placement === 'taken');
    }
  }

  /** The step has ended: what it was guessed to cost is corrected to what it has cost. */
  release(step: Step, guessedMicros: number, cpuMicros: number, turns: number): void {
    const tenant = this.#tenantOf(step);
    const run = runOf(tenant, step);
    const cost = cpuMicros + turns * turnMicros;
    tenant.active--;
    run.active--;
    tenant.credit += guessedMicros - cost;
    run.credit += guessedMicros - cost;
    tenant.stepMicros += (cost - tenant.stepMicros) * latestShare;
    this.#enter(tenant);
    this.#forget(tenant, run, step.run);
  }

  /** The tenant, and the run if one is given, are offered again: whether they are to be held is asked anew. */
  free({ name }: TenantState, state: RunState | null): void {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) return;
    tenant.isHeld = false;
    const run = state === null ? undefined : tenant.byRun.get(state);
    if (run !== undefined) {
      run.isHeld = false;
      if (run.steps.size > 0) tenant.runs.enter(run);
    }
    this.#enter(tenant);
  }

  /** Steps of the tenant that wait here, and that have been taken and not released. */
  countsOf({ name }: TenantState): { readonly waiting: number; readonly active: number } {
    const { waiting = 0, active = 0 } = this.#tenants.get(name) ?? {};
    return { waiting, active };
  }

  /** What a step is guessed to cost. */
  guess(step: Step): number {
    return this.#tenants.get(step.run.program.tenant)?.stepMicros ?? quantumMicros;
  }

  #take(tenant: TenantEntry, run: RunEntry, step: Step, isTaken: boolean): void {
    run.steps.shift();
    this.#size--;
    tenant.waiting--;
    if (run.steps.size === 0) tenant.runs.leave(run);
    if (isTaken) {
      tenant.active++;
      run.active++;
      tenant.credit -= tenant.stepMicros;
      run.credit -= tenant.stepMicros;
    }
    if (tenant.runs.size === 0 || isFull(tenant)) this.#round.leave(tenant);
    this.#forget(tenant, run, step.run);
  }

  #hold(tenant: TenantEntry, run: RunEntry, placement: 'run held' | 'tenant held'): void {
    if (placement === 'tenant held') tenant.isHeld = true;
    else {
      run.isHeld = true;
      tenant.runs.leave(run);
    }
    if (tenant.isHeld || tenant.runs.size === 0) this.#round.leave(tenant);
  }

  #enter(tenant: TenantEntry): void {
    tenant.weight = tenant.granted.weight;
    if (tenant.runs.size > 0 && !isFull(tenant) && !tenant.isHeld) this.#round.enter(tenant);
  }

  #tenantOf({ run }: Step): TenantEntry {
    const { tenant: granted } = run;
    let tenant = this.#tenants.get(granted.name);
    if (tenant === undefined) {
      const rounds = { runs: new DeficitRound<RunEntry>(), byRun: new Map() };
      const counts = { active: 0, waiting: 0, stepMicros: quantumMicros };
      tenant = { ...newContender(granted.weight), granted, ...rounds, ...counts, isHeld: false };
      this.#tenants.set(granted.name, tenant);
    }
    tenant.granted = granted; // One that owed something may have been forgotten elsewhere.
    this.#debtors.delete(tenant);
    return tenant;
  }

  /** Who has nothing here and owes nothing is as if never seen. Of those who owe, the last are remembered until it is paid. */
  #forget(tenant: TenantEntry, run: RunEntry, state: RunState): void {
    if (run.active === 0 && run.steps.size === 0) tenant.byRun.delete(state);
    if (tenant.byRun.size > 0) return;
    if (tenant.credit >= 0) this.#tenants.delete(tenant.granted.name);
    else this.#debtors.add(tenant);
    for (const oldest of this.#debtors) {
      if (this.#debtors.size <= debtorsMost && !this.#round.hasPaid(oldest)) return;
      this.#debtors.delete(oldest);
      this.#tenants.delete(oldest.granted.name);
    }
  }
}

function isFull({ active, granted }: TenantEntry): boolean {
  return active >= granted.limits.stepsActivePerTenant;
}

function runOf(tenant: TenantEntry, { run: state }: Step): RunEntry {
  let run = tenant.byRun.get(state);
  if (run === undefined) {
    run = { ...newContender(1), steps: new Fifo(), active: 0, isHeld: false };
    tenant.byRun.set(state, run);
  }
  return run;
}
