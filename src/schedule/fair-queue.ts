// Steps that are due and wait for room. Tenants take turns by weight and by the CPU time that their steps have used; a
// tenant's runs take turns in the same way, and a run's steps go in the order in which they became due. A tenant that
// may not run more steps now is passed over, without being looked at again until one of its steps ends.
import type { RunState, Step } from '../state/run-state.ts';
import { type Contender, DeficitRound, newContender, quantumMicros } from './deficit-round.ts';
import { Fifo } from './fifo.ts';

interface RunEntry extends Contender {
  readonly steps: Fifo<Step>;
  active: number;
}

interface TenantEntry extends Contender {
  readonly name: string;
  weight: number;
  readonly runs: DeficitRound<RunEntry>;
  readonly byRun: Map<RunState, RunEntry>;
  active: number;
  /** What one of its steps costs, as far as known. */
  stepMicros: number;
}

/** What became of a step that was offered. `moved`: it is no longer this queue's. `full`: there is no room for any step. */
export type Placement = 'taken' | 'moved' | 'refused' | 'full';

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

  push(step: Step): void {
    const tenant = this.#tenantOf(step);
    const run = runOf(tenant, step);
    run.steps.push(step);
    this.#size++;
    tenant.runs.enter(run);
    this.#enter(tenant, step);
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
    this.#enter(tenant, step);
    this.#forget(tenant, run, step.run);
  }

  /** What a step is guessed to cost. */
  guess(step: Step): number {
    return this.#tenants.get(step.run.program.tenant)?.stepMicros ?? quantumMicros;
  }

  #take(tenant: TenantEntry, run: RunEntry, step: Step, isTaken: boolean): void {
    run.steps.shift();
    this.#size--;
    if (run.steps.size === 0) tenant.runs.leave(run);
    if (isTaken) {
      tenant.active++;
      run.active++;
      tenant.credit -= tenant.stepMicros;
      run.credit -= tenant.stepMicros;
    }
    if (tenant.runs.size === 0 || tenant.active >= step.run.tenant.limits.stepsActivePerTenant)
      this.#round.leave(tenant);
    this.#forget(tenant, run, step.run);
  }

  #enter(tenant: TenantEntry, { run }: Step): void {
    tenant.weight = run.tenant.weight;
    if (tenant.runs.size > 0 && tenant.active < run.tenant.limits.stepsActivePerTenant) this.#round.enter(tenant);
  }

  #tenantOf({ run }: Step): TenantEntry {
    const { tenant: name } = run.program;
    let tenant = this.#tenants.get(name);
    if (tenant === undefined) {
      const own = { name, runs: new DeficitRound<RunEntry>(), byRun: new Map(), active: 0, stepMicros: quantumMicros };
      tenant = { ...newContender(run.tenant.weight), ...own };
      this.#tenants.set(name, tenant);
    }
    this.#debtors.delete(tenant);
    return tenant;
  }

  /** Who has nothing here and owes nothing is as if never seen. Of those who owe, the last are remembered. */
  #forget(tenant: TenantEntry, run: RunEntry, state: RunState): void {
    if (run.active === 0 && run.steps.size === 0) tenant.byRun.delete(state);
    if (tenant.byRun.size > 0) return;
    if (tenant.credit >= 0) this.#tenants.delete(tenant.name);
    else this.#debtors.add(tenant);
    const [oldest] = this.#debtors;
    if (oldest === undefined || this.#debtors.size <= debtorsMost) return;
    this.#debtors.delete(oldest);
    this.#tenants.delete(oldest.name);
  }
}

function runOf(tenant: TenantEntry, { run: state }: Step): RunEntry {
  let run = tenant.byRun.get(state);
  if (run === undefined) {
    run = { ...newContender(1), steps: new Fifo(), active: 0 };
    tenant.byRun.set(state, run);
  }
  return run;
}
