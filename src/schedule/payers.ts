// Who pays for steps that wait and run: a run, and its tenant. What a pick has to look at is in these two objects, and in the step.
import type { RunState } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { type Contender, DeficitRound, quantumMicros, quantumOf } from './deficit-round.ts';
import { StepQueue } from './step-queue.ts';

/** A run that has steps that wait or are active. */
export class Payer implements Contender<Payer> {
  readonly run: RunState;
  readonly tenant: PayingTenant;
  readonly weight = 1;
  credit = quantumOf(this);
  saved = 0;
  guessed = 0;
  unpaid = 0;
  isIn = false;
  leftAt = 0;
  preceding: Payer | null = null;
  following: Payer | null = null;
  /** Steps that have been taken and not released. */
  active = 0;
  /** Out of the round until it is freed, whatever it has waiting. */
  isHeld = false;
  readonly steps: StepQueue;

  constructor(run: RunState, tenant: PayingTenant) {
    this.run = run;
    this.tenant = tenant;
    this.steps = new StepQueue(run);
  }

  /** What its next step is guessed to cost. */
  get stepMicros(): number {
    return this.tenant.stepMicros;
  }
}

export class PayingTenant implements Contender<PayingTenant> {
  granted: TenantState;
  weight: number;
  credit: number;
  saved = 0;
  guessed = 0;
  unpaid = 0;
  isIn = false;
  leftAt: number;
  preceding: PayingTenant | null = null;
  following: PayingTenant | null = null;
  /** Steps that wait. */
  waiting = 0;
  isHeld = false;
  /** What one of its steps costs, as far as known. */
  stepMicros = quantumMicros;
  /** Its runs that have steps that wait or are active. */
  payers = 0;
  /** Steps of it that have been taken and not released. */
  active = 0;
  /** Its runs that stand aside while others are offered. */
  aside = 0;
  readonly runs: DeficitRound<Payer> = new DeficitRound();

  /** `round`: the one that it is now. */
  constructor(granted: TenantState, round: number) {
    this.granted = granted;
    this.leftAt = round;
    this.weight = granted.weight;
    this.credit = quantumOf(granted);
  }

  /** Whether steps of it may start, as far as it is up to this tenant. */
  get mayStart(): boolean {
    const { stepsActive, limits } = this.granted;
    return this.runs.size > 0 && !this.isHeld && stepsActive < limits.stepsActivePerTenant;
  }
}
