// Where the parts meet: ops from the lanes go into the mutation queue, and what follows from them goes to scheduler,
// lanes and readers. Each turn of the event loop ends in `settle`: apply all changes, start what may start, send it all.
import type { Clock } from '../clock.ts';
import type { StepwellError } from '../errors.ts';
import type { LoopSlices } from '../loop-slices.ts';
import { clearImmediate, setImmediate } from '../machine-timers.ts';
import { type LaneOptions, Lanes } from '../schedule/lanes.ts';
import type { PlacedAttempt } from '../schedule/placed-attempt.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import type { CellLoss, LinkEnd } from '../schedule/turns.ts';
import type { WorkerLink } from '../schedule/worker-link.ts';
import type { DurableStore, StoreBackend } from '../state/backend.ts';
import type { RunEvent } from '../state/events.ts';
import type { Attempt, Effects } from '../state/mutation.ts';
import { MutationQueue } from '../state/mutation-queue.ts';
import type { RunState, Step } from '../state/run-state.ts';
import type { ChargeKind, TenantState } from '../state/tenant-state.ts';
import type { Usage } from '../state/usage.ts';
import { hostStats, laneStats, type RunnerStats } from './stats.ts';
import { type TenantView, tenantView } from './tenant-view.ts';

export interface EngineOptions extends LaneOptions {
  readonly store: StoreBackend;
}

export interface EngineListener {
  event(run: RunState, event: RunEvent): void;
  runEnded(run: RunState): void;
  threadStarted(link: WorkerLink): void;
  threadLost(link: WorkerLink, end: LinkEnd, steps: number): void;
  threadRetired(link: WorkerLink): void;
  cellLost(loss: CellLoss): void;
  suspended(tenant: TenantState, resumesAt: number): void;
  /** No step can run any more. */
  failed(error: StepwellError): void;
}

export class Engine {
  readonly #clock: Clock;
  readonly #slices: LoopSlices;
  readonly #store: DurableStore | null;
  readonly #queue: MutationQueue;
  readonly #lanes: Lanes;
  readonly #scheduler: Scheduler;
  #settleSoon: NodeJS.Immediate | null = null;
  #closed = false;
  #isSettling = false;
  #isUnsettled = false;
  readonly #quietListeners: (() => void)[] = [];
  /** Why the store takes nothing for now. */
  #stall: string | null = null;

  constructor(options: EngineOptions, listener: EngineListener) {
    const { clock, slices, store } = options;
    this.#clock = clock;
    this.#slices = slices;
    this.#store = store.kind === 'durable' ? store : null;
    this.#queue = new MutationQueue(store, () => clock.now(), this.#effects(listener));
    this.#lanes = new Lanes(options, {
      op: (attempt, op) => this.#queue.push({ kind: 'op', attempt, op }),
      opsRead: () => this.#apply(),
      turnOver: (attempt) => {
        if (attempt.step.journal?.isRepeating) this.#queue.push({ kind: 'turn_over', attempt });
      },
      stopped: (attempt, reason, detail) => this.#queue.push({ kind: 'attempt_stopped', attempt, reason, detail }),
      costMore: (attempt, cpuMicros) => this.#scheduler.costMore(attempt, cpuMicros),
      charge: (tenant, micros, kind) => this.charge(tenant, micros, kind),
      cellLost: (loss) => listener.cellLost(loss),
      threadStarted: (link) => listener.threadStarted(link),
      threadLost: (link, end, steps) => listener.threadLost(link, end, steps),
      threadRetired: (link) => listener.threadRetired(link),
      failed: (error) => listener.failed(error),
      settled: () => this.#settle(),
      isWaiting: (tenant) => this.#scheduler.isWaiting(tenant),
    });
    this.#scheduler = new Scheduler(clock, this.#lanes, {
      begun: (attempt, now) => {
        this.#queue.push({ kind: 'attempt_begun', attempt });
        this.#queue.drain(now);
      },
      slept: (attempt, position) => this.#queue.push({ kind: 'slept', attempt, position }),
      suspended: (tenant, resumesAt) => listener.suspended(tenant, resumesAt),
      outOfTime: (attempt) => {
        const [reason, detail] = this.#stall === null ? (['wall', ''] as const) : (['store', this.#stall] as const);
        this.#queue.push({ kind: 'attempt_stopped', attempt, reason, detail });
      },
      settled: () => this.#settle(),
    });
  }

  /** The run starts in a later turn of the event loop, so that its starter may listen to it first. */
  open(run: RunState, data: string): void {
    if (this.#closed) return;
    this.#settleSoon ??= setImmediate(() => {
      this.#settleSoon = null;
      this.#settle();
    });
    this.#queue.push({ kind: 'run_opened', run, data });
  }

  /** Runs that were open in another process go on here; what is due has waited long enough, in the order in which it was due. */
  resume(steps: readonly Step[]): void {
    const now = this.#clock.now();
    for (const step of steps) this.#scheduler.arm(step, now);
    this.#settle();
  }

  /** What the store was given up to this commit is safe. */
  safe(commit: number): void {
    this.#queue.safe(commit);
    this.#settle();
  }

  /** The store has no room, and says so; null: it has some again. What runs waits for its replies, and nothing starts. */
  stalled(why: string | null): void {
    this.#stall = why;
    this.#scheduler.hold(why !== null);
    this.#settle();
  }

  /** Resolves when all that has happened so far cannot be lost any more. */
  whenSafe(): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.whenSafe(resolve);
      this.#settle();
    });
  }

  /** Resolves when nothing goes on without time going on, and all that has happened cannot be lost any more. */
  async whenIdle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => {
        this.#quietListeners.push(resolve);
        this.#settle();
      });
      await this.whenSafe();
    } while (!this.#closed && !this.#lanes.isQuiet); // What was held until it was safe has gone on.
  }

  /** Ends the run, as far as it has not ended. */
  cancel(run: RunState, reason: string): void {
    this.#queue.push({ kind: 'run_cancelled', run, reason });
    this.#settle();
  }

  /** No step of the run starts until it is resumed. */
  pause(run: RunState, isPaused: boolean): void {
    this.#queue.push({ kind: isPaused ? 'run_paused' : 'run_resumed', run });
    this.#settle();
  }

  /** With a start the tenant was granted what it is granted now. */
  granted(tenant: TenantState): void {
    if (this.#scheduler.isSuspended(tenant)) this.reconsider(tenant);
  }

  /** What the tenant is granted, or whether it is paused, has changed. */
  reconsider(tenant: TenantState): void {
    this.#scheduler.free(tenant, null);
    this.#settle();
  }

  /**
   * CPU time that was used because of a tenant, and not by its steps: see `Overhead` in `state/tenant-state.ts`. Its budget of the minute and its share of the
   * workers pay for it as for its steps' own. Costs 0.2 µs: for many small pieces of work, call it once with their sum.
   */
  charge(tenant: TenantState, micros: number, kind: ChargeKind): void {
    this.#scheduler.charge(tenant, micros, kind);
    this.#store?.touched(tenant); // No ledger has it.
  }

  tenant(tenant: TenantState): TenantView {
    const waiting = this.#scheduler.waitingOf(tenant);
    return tenantView(tenant, this.#clock, waiting, this.#scheduler.isSuspended(tenant));
  }

  stats(runsOpen: number, usage: Usage): RunnerStats {
    const hosts = [...this.#lanes.links].map(hostStats);
    const { waiting, timers } = this.#scheduler;
    return {
      hosts,
      lanes: {
        shared: laneStats(hosts, 'shared', waiting.shared),
        exclusive: laneStats(hosts, 'exclusive', waiting.exclusive),
      },
      timers,
      runsOpen,
      usage,
      ...this.#lanes.counts,
    };
  }

  drain(): Promise<void> {
    return this.#scheduler.drain();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#settleSoon !== null) clearImmediate(this.#settleSoon);
    this.#scheduler.close();
    await this.#lanes.close();
    this.#tellQuiet();
  }

  /** Applies what has been asked for. What follows from it waits until it is settled, also where somebody who is told asks for more. */
  #apply(): void {
    const wasSettling = this.#isSettling;
    this.#isSettling = true;
    try {
      this.#queue.drain();
    } finally {
      this.#isSettling = wasSettling;
    }
  }

  #settle(): void {
    this.#slices.spend(this.#settleNow);
  }

  readonly #settleNow = (): void => {
    if (this.#closed) return this.#tellQuiet();
    // Who is told of a change may ask for another one: that is seen to by the call under way.
    this.#isUnsettled = true;
    if (this.#isSettling) return;
    this.#isSettling = true;
    try {
      while (this.#isUnsettled) {
        this.#isUnsettled = false;
        this.#queue.drain();
        this.#scheduler.dispatch();
      }
    } finally {
      this.#isSettling = false;
    }
    this.#lanes.flush();
    this.#queue.commit();
    this.#lanes.flush(); // Replies for which there was nothing to keep.
    if (this.#quietListeners.length > 0 && this.#lanes.isQuiet) this.#tellQuiet();
  };

  #tellQuiet(): void {
    for (const tell of this.#quietListeners.splice(0)) tell();
  }

  #effects(listener: EngineListener): Effects {
    // The only attempts there are were placed by the lanes.
    const placed = (attempt: Attempt): PlacedAttempt => attempt as PlacedAttempt;
    return {
      arm: (step, now) => this.#scheduler.arm(step, now - step.run.clockOffsetMs),
      reply: (attempt, due) => this.#lanes.reply(placed(attempt), due),
      sleep: (attempt, position, dueAt) => this.#scheduler.sleep(placed(attempt), position, dueAt),
      attemptEnded: (attempt) => this.#scheduler.ended(placed(attempt)),
      runResumed: (run) => this.#scheduler.free(run.tenant, run),
      runEnded: (run) => {
        const { armed, completed, failed } = run.counts;
        const left = armed - completed - failed;
        if (left > 0 || run.cancellation !== null) this.#scheduler.cutShort(run, left);
        listener.runEnded(run);
      },
      event: (run, event) => listener.event(run, event),
    };
  }
}
