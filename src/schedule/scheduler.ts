// Decides when each armed step starts: when it is due, when its tenant may run one more, and when there is room for it.
// Keeps the time of what runs: deadlines and sleeps. It never changes run state; it asks for that through mutations.
import type { Clock } from '../clock.ts';
import { kinds } from '../state/account.ts';
import { lackOfMemory } from '../state/memory-bounds.ts';
import type { RunState, Step } from '../state/run-state.ts';
import { type ChargeKind, isOverBudget, resumesAt, spendOn, type TenantState } from '../state/tenant-state.ts';
import { byteLength } from '../state/text.ts';
import { begunBytes, timerBytes } from '../state/weight.ts';
import { DelayedSteps } from './delayed-steps.ts';
import { FairQueue, type Placement } from './fair-queue.ts';
import type { LaneName, Lanes } from './lanes.ts';
import type { Payer } from './payers.ts';
import type { PlacedAttempt } from './placed-attempt.ts';
import { type Timer, TimerQueue } from './timer-queue.ts';

export interface SchedulerListener {
  begun(attempt: PlacedAttempt, now: number): void;
  slept(attempt: PlacedAttempt, position: number): void;
  outOfTime(attempt: PlacedAttempt): void;
  /** It has used its CPU time: none of its steps starts until then. */
  suspended(tenant: TenantState, resumesAt: number): void;
  /** Timers have fired: what that caused can be carried out. */
  settled(): void;
}

export class Scheduler {
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  readonly #listener: SchedulerListener;
  readonly #timers: TimerQueue<DelayedSteps | PlacedAttempt>;
  /** What steps were added to last. */
  #latest: DelayedSteps | null = null;
  /** Delayed steps that share a timer with one before them. */
  #sharing = 0;
  /** When tenants that have used their CPU time get more. */
  readonly #budgets: TimerQueue<TenantState>;
  readonly #suspended: Map<TenantState, Timer> = new Map();
  /** Those of which nobody has been told yet. */
  readonly #newlySuspended: Set<TenantState> = new Set();
  /** Tenants for whose steps there is no room in memory: none begins before one of those that have begun has ended. */
  readonly #starved: Set<TenantState> = new Set();
  /** Armed steps of runs that were cancelled, at most, and what they hold: they wait in vain. */
  #gone = 0;
  #goneBytes = 0;
  /** One for each lane, so that steps that have to run alone hold up nobody else. */
  readonly #ready = { shared: new FairQueue(), exclusive: new FairQueue() };
  /** Attempts that have been placed and have not ended. */
  #active = 0;
  readonly #idleListeners: (() => void)[] = [];
  #paused = false;
  /** Nothing starts for now. */
  #isHeld = false;
  /** Whether a step has gone over to the other lane's queue, which may have been seen to already. */
  #hasMoved = false;

  constructor(clock: Clock, lanes: Lanes, listener: SchedulerListener) {
    this.#clock = clock;
    this.#lanes = lanes;
    this.#listener = listener;
    this.#timers = new TimerQueue(clock, () => listener.settled());
    this.#budgets = new TimerQueue(clock, () => listener.settled());
  }

  /** `now`: of the runner, as all times here are. */
  arm(step: Step, now: number): void {
    if (dueAtOf(step) > now) return this.#delay(step);
    this.#timers.fire(now); // What was due before it goes before it, but for a flood of what is due at once.
    this.#makeReady(step);
  }

  /** What is due together is told in the order in which it was added: only the latest one may take a further step. */
  #delay(step: Step): void {
    if (this.#latest?.add(step)) {
      this.#sharing++;
      return;
    }
    step.run.memory.take(kinds.steps, timerBytes);
    this.#latest = new DelayedSteps(step);
    this.#timers.add(dueAtOf(step), this.#latest, this.#makeDue);
  }

  /** `dueAt`: by the time of its run. */
  sleep(attempt: PlacedAttempt, position: number, dueAt: number): void {
    attempt.sleeps ??= new Set();
    const { sleeps, step } = attempt;
    step.run.memory.take(kinds.steps, timerBytes);
    const timer = this.#timers.add(dueAt - attempt.step.run.clockOffsetMs, attempt, () => {
      sleeps.delete(timer);
      step.run.memory.take(kinds.steps, -timerBytes);
      this.#listener.slept(attempt, position);
    });
    sleeps.add(timer);
  }

  ended(attempt: PlacedAttempt): void {
    if (attempt.deadline !== null) this.#timers.cancel(attempt.deadline);
    for (const timer of attempt.sleeps ?? []) {
      this.#timers.cancel(timer);
      attempt.step.run.memory.take(kinds.steps, -timerBytes);
    }
    this.#lanes.release(attempt);
    this.#active--;
    const { step, payer, lane, guessedMicros, cpuMicros, turns } = attempt;
    this.#ready[lane].release(payer, guessedMicros, cpuMicros, turns);
    // There is room for one more step of its tenant, in whichever lane.
    this.#ready[lane === 'shared' ? 'exclusive' : 'shared'].reconsider(step.run.tenant);
  }

  /** It has ended, and had cost more than it was charged for. */
  costMore({ lane, step }: PlacedAttempt, cpuMicros: number): void {
    this.#ready[lane].charge(step.run.tenant, cpuMicros);
  }

  /** The runner has used this CPU time because of the tenant: its minute and its turn in the round pay for it. */
  charge(tenant: TenantState, micros: number, kind: ChargeKind): void {
    spendOn(tenant, kind, micros / 1_000, this.#clock.now());
    this.#ready.shared.charge(tenant, micros);
  }

  /** Nothing of the run is to start any more. Its timers go when such are as many as those of others, or hold much. */
  cutShort(run: RunState, armed: number): void {
    for (const queue of Object.values(this.#ready)) queue.drop(run);
    if (this.#latest?.run === run) this.#latest = null;
    this.#gone += armed;
    if (armed > 0) this.#goneBytes += run.armedBytes + byteLength(run.headers);
    if (this.#gone * 2 <= this.timers && this.#goneBytes <= goneBytesMost) return;
    this.#gone = 0;
    this.#goneBytes = 0;
    for (const gone of this.#timers.sweep(isGone)) if (gone instanceof DelayedSteps) this.#sharing -= gone.size - 1;
  }

  /** A run, or with none its tenant, was resumed, or is granted something else: whether it may go on is looked at again. */
  free(tenant: TenantState, run: RunState | null): void {
    if (this.#suspended.has(tenant)) this.#suspend(tenant, this.#clock.now());
    for (const queue of Object.values(this.#ready)) queue.free(tenant, run);
  }

  /** Whether the tenant has used its CPU time, and waits for more. */
  isSuspended(tenant: TenantState): boolean {
    return this.#suspended.has(tenant);
  }

  /** Whether a step of the tenant waits for nothing but room in the shared lane, where none of it runs. */
  isWaiting(tenant: TenantState): boolean {
    return this.#ready.shared.isWaiting(tenant);
  }

  /** Steps of the tenant that are due and wait. */
  waitingOf(tenant: TenantState): number {
    return this.#ready.shared.waitingOf(tenant) + this.#ready.exclusive.waitingOf(tenant);
  }

  /** Whether nothing is to start until further notice; what runs goes on. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  /** Starts what may start, and lets a skipping clock skip when nothing runs. */
  dispatch(): void {
    if (this.#starved.size > 0) this.#feed();
    do {
      if (!this.#paused && !this.#isHeld) this.#startReady();
    } while (this.#tellSuspended());
    if (this.#active > 0) return;
    for (const tell of this.#idleListeners.splice(0)) tell();
    const nextAt = Math.min(this.#timers.nextAt ?? never, this.#budgets.nextAt ?? never);
    if (nextAt === never || this.#paused || this.#isHeld) return;
    this.#clock.idleUntil(nextAt);
    this.#timers.refresh();
    this.#budgets.refresh();
  }

  /** Not while steps are offered: whoever is told may change what a tenant is granted. Whether anybody was. */
  #tellSuspended(): boolean {
    if (this.#newlySuspended.size === 0) return false;
    const told = [...this.#newlySuspended];
    this.#newlySuspended.clear();
    for (const tenant of told) {
      const timer = this.#suspended.get(tenant);
      if (timer !== undefined) this.#listener.suspended(tenant, timer.dueAt);
    }
    return true;
  }

  /** Steps that are due and wait for room. */
  get waiting(): Readonly<Record<LaneName, number>> {
    return { shared: this.#ready.shared.size, exclusive: this.#ready.exclusive.size };
  }

  /** Steps, sleeps and deadlines that wait for their time. */
  get timers(): number {
    return this.#timers.size + this.#sharing;
  }

  /** From now on nothing starts. Resolves when nothing runs. */
  drain(): Promise<void> {
    this.#paused = true;
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve);
    });
  }

  close(): void {
    this.#paused = true;
    this.#timers.close();
    this.#latest = null;
    this.#sharing = 0;
    this.#budgets.close();
    for (const tell of this.#idleListeners.splice(0)) tell();
  }

  // One function for all of them, instead of one for each: there may be a million armed steps.
  readonly #outOfTime = (attempt: PlacedAttempt): void => {
    const now = this.#clock.now();
    const jumpedMs = this.#clock.jumpedMs ?? 0;
    const waitedMs = toExcuse(attempt, now);
    const moreMs = waitedMs + jumpedMs - attempt.jumpedMs;
    if (moreMs < 1) return this.#listener.outOfTime(attempt);
    attempt.excusedMs += waitedMs;
    attempt.jumpedMs = jumpedMs;
    attempt.deadline = this.#timers.add(now + moreMs, attempt, this.#outOfTime);
  };
  readonly #makeDue = (delayed: DelayedSteps): void => {
    const { first, others, run } = delayed;
    if (this.#latest === delayed) this.#latest = null;
    this.#sharing -= delayed.size - 1;
    if (isGone(first)) return;
    run.memory.take(kinds.steps, -timerBytes);
    const queue = this.#ready[this.#lanes.laneFor(first)];
    queue.push(first);
    if (others !== null) queue.append(run, others); // Whoever belongs into the other lane is found when its turn comes.
  };

  #makeReady(step: Step): void {
    if (!isGone(step)) this.#ready[this.#lanes.laneFor(step)].push(step);
  }

  /** The time is asked for once: each look at it takes a hundredth of what a step takes. */
  #startReady(): void {
    const now = this.#clock.now();
    do {
      this.#hasMoved = false;
      for (const lane of ['exclusive', 'shared'] as const) {
        if (this.#lanes.hasRoom(lane)) this.#ready[lane].dispatch((step, payer) => this.#place(step, payer, lane, now));
      }
    } while (this.#hasMoved);
  }

  #place(step: Step, payer: Payer, lane: LaneName, now: number): Placement {
    if (isGone(step)) return 'moved';
    const held = this.#heldBack(step, now);
    if (held !== null) return held;
    // While it waited, its workflow may have come under suspicion, or out of it.
    const rightLane = this.#lanes.laneFor(step);
    if (rightLane !== lane) {
      this.#ready[rightLane].push(step);
      this.#hasMoved = true;
      return 'moved';
    }
    const attempt = this.#lanes.place(step, lane, payer, now);
    if (attempt === null) {
      if (!this.#lanes.hasRoom(lane)) return 'full';
      return lane === 'exclusive' ? 'tenant refused' : 'refused';
    }
    this.#active++;
    attempt.jumpedMs = this.#clock.jumpedMs ?? 0;
    attempt.deadline = this.#timers.add(now + step.run.limits.stepWallMs, attempt, this.#outOfTime);
    this.#listener.begun(attempt, now);
    if (!attempt.isOver) this.#lanes.start(attempt); // Whoever is told of its beginning may have cancelled it.
    return 'taken';
  }

  /** Whether the embedder, or its tenant's budget, keeps the step from starting. */
  #heldBack({ run, journal }: Step, now: number): 'run held' | 'tenant held' | null {
    const { tenant } = run;
    if (run.isPaused) return 'run held';
    if (tenant.isPaused) return 'tenant held';
    if (journal === null && isStarved(tenant)) {
      this.#starved.add(tenant);
      return 'tenant held';
    }
    if (!isOverBudget(tenant, now)) return null;
    if (!this.#suspended.has(tenant)) {
      this.#suspend(tenant, now);
      this.#newlySuspended.add(tenant);
    }
    return 'tenant held';
  }

  /** Those for whom there is room again go on. */
  #feed(): void {
    for (const tenant of this.#starved) {
      if (isStarved(tenant)) continue;
      this.#starved.delete(tenant);
      this.free(tenant, null);
    }
  }

  /** From now until it gets more CPU time, as things stand now; not at all if it has some. */
  #suspend(tenant: TenantState, now: number): void {
    const timer = this.#suspended.get(tenant);
    if (timer !== undefined) this.#budgets.cancel(timer);
    const at = resumesAt(tenant, now);
    if (at === null) this.#suspended.delete(tenant);
    else this.#suspended.set(tenant, this.#budgets.add(at, tenant, this.#resume));
  }

  /** What ran on meanwhile may have used so much that it has to wait for longer. */
  readonly #resume = (tenant: TenantState): void => this.free(tenant, null);
}

/** Whether a step of the tenant that has not begun yet may not begin. One alone always may: nothing else would ever make room. */
function isStarved(tenant: TenantState): boolean {
  return tenant.stepsActive > 0 && lackOfMemory(tenant, begunBytes) !== null;
}

/** What steps that wait in vain may hold until all timers are looked through for them. */
const goneBytesMost = 16 * 2 ** 20;
/** No time is after it. */
const never = Number.POSITIVE_INFINITY;

/** By the runner's time. */
function dueAtOf({ dueAt, run }: Step): number {
  return dueAt - run.clockOffsetMs;
}

/** Its run was cancelled while it waited. */
function isGone(waiting: Step | DelayedSteps | PlacedAttempt): boolean {
  const { run } = 'step' in waiting ? waiting.step : waiting;
  return run.status.kind !== 'open';
}

/**
 * What it has waited while its thread was at other steps is not its own time. A thread of this process that hangs is not replaced: there the
 * wait has an end.
 */
function toExcuse(attempt: PlacedAttempt, now: number): number {
  const { worker } = attempt.cell;
  const waitedMs = worker.waitedMs(attempt, now);
  const mostMs = worker.thread.kill === null ? attempt.step.run.limits.stepWallMs : waitedMs;
  return Math.min(waitedMs, mostMs) - attempt.excusedMs;
}
