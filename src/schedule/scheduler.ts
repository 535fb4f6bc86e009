// Decides when each armed step starts: when it is due, when its tenant may run one more, and when there is room for it.
// Keeps the time of what runs: deadlines and sleeps. It never changes run state; it asks for that through mutations.
import type { Clock } from '../clock.ts';
import type { Attempt } from '../state/mutation.ts';
import type { Step } from '../state/run-state.ts';
import type { PlacedAttempt } from './cell-link.ts';
import type { Lanes } from './lanes.ts';
import { ReadyQueue } from './ready-queue.ts';
import { TimerQueue } from './timer-queue.ts';

export interface SchedulerListener {
  begun(attempt: PlacedAttempt): void;
  slept(attempt: PlacedAttempt, position: number): void;
  outOfTime(attempt: PlacedAttempt): void;
  /** Timers have fired: what that caused can be carried out. */
  settled(): void;
}

export class Scheduler {
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  readonly #listener: SchedulerListener;
  readonly #timers: TimerQueue;
  /** One for each lane, so that steps that have to run alone hold up nobody else. */
  readonly #ready = { shared: new ReadyQueue(), exclusive: new ReadyQueue() };
  readonly #active: Set<Attempt> = new Set();
  readonly #idleListeners: (() => void)[] = [];
  #paused = false;

  constructor(clock: Clock, lanes: Lanes, listener: SchedulerListener) {
    this.#clock = clock;
    this.#lanes = lanes;
    this.#listener = listener;
    this.#timers = new TimerQueue(clock, () => listener.settled());
  }

  arm(step: Step): void {
    const now = this.#clock.now();
    if (step.dueAt > now) {
      this.#timers.add(step.dueAt, () => this.#ready[step.lane].push(step));
      return;
    }
    this.#timers.fire(now); // What was due before it goes before it.
    this.#ready[step.lane].push(step);
  }

  sleep(attempt: PlacedAttempt, position: number, dueAt: number): void {
    const timer = this.#timers.add(dueAt, () => {
      attempt.timers.delete(timer);
      this.#listener.slept(attempt, position);
    });
    attempt.timers.add(timer);
  }

  ended(attempt: PlacedAttempt): void {
    for (const timer of attempt.timers) timer.cancel();
    attempt.timers.clear();
    this.#lanes.release(attempt);
    this.#active.delete(attempt);
    this.#ready[attempt.cell.lane].release(attempt.step);
  }

  /** Starts what may start, and lets a skipping clock skip when nothing runs. */
  dispatch(): void {
    if (!this.#paused) this.#startReady();
    if (this.#active.size > 0) return;
    for (const tell of this.#idleListeners.splice(0)) tell();
    const { nextAt } = this.#timers;
    if (nextAt === null || this.#paused) return;
    this.#clock.idleUntil(nextAt);
    this.#timers.refresh();
  }

  /** From now on nothing starts. Resolves when nothing runs. */
  drain(): Promise<void> {
    this.#paused = true;
    if (this.#active.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve);
    });
  }

  close(): void {
    this.#paused = true;
    this.#timers.close();
    this.#active.clear();
    for (const tell of this.#idleListeners.splice(0)) tell();
  }

  #startReady(): void {
    for (const lane of ['exclusive', 'shared'] as const) {
      if (!this.#lanes.hasRoom(lane)) continue;
      this.#ready[lane].dispatch((step) => {
        const attempt = this.#lanes.place(step);
        if (attempt === null) return false;
        this.#active.add(attempt);
        const deadline = this.#clock.now() + step.run.limits.stepWallMs;
        attempt.timers.add(this.#timers.add(deadline, () => this.#listener.outOfTime(attempt)));
        this.#listener.begun(attempt);
        this.#lanes.start(attempt);
        return true;
      });
    }
  }
}
