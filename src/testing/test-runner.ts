// A runner whose time stands still until the test moves it: a chain of 400 days ends as soon as its steps have run.
import { StepwellError } from '../errors.ts';
import { parseDelay } from '../protocol/duration.ts';
import type { RunnerOptions, StartOptions } from '../runner/options.ts';
import { createDrivenRunner, type DrivenRunner } from '../runner/runner.ts';
import type { Runner } from '../runner/runner-api.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import type { Delay } from '../workflow.ts';
import { atRest, drive } from './drive.ts';
import { type EndedRun, TestRun } from './test-run.ts';

/** As for `createRunner`, but for the clock. Default containment is `thread` here: what a test runs is its own code. */
export interface TestRunnerOptions extends Omit<RunnerOptions, 'clock'> {
  /** What the time is at first, in ms since the epoch. Default: 1 January 2030, 00:00 UTC. */
  readonly startAt?: number;
}

/** As for `runner.start`. Default tenant: `test`. */
export type TestStartOptions = Omit<StartOptions, 'tenant'> & { readonly tenant?: string };

const defaultStartAt = Date.UTC(2030, 0, 1);

/** Makes a runner for tests. Its steps run in the same cells, under the same limits, as anywhere else. Rejects as `createRunner`. */
export async function createTestRunner(options: TestRunnerOptions = {}): Promise<TestRunner> {
  const { startAt = defaultStartAt, ...rest } = options;
  if (!Number.isSafeInteger(startAt) || startAt < 0) {
    throw new StepwellError('OPTION_INVALID', 'Expected `startAt` to be milliseconds since the epoch, an integer.');
  }
  const clock = createVirtualClock(startAt);
  const runner = await createDrivenRunner({ containment: 'thread', workers: 1, ...rest, clock });
  return new TestRunner(runner, clock);
}

export class TestRunner {
  readonly #runner: DrivenRunner;
  readonly #clock: VirtualClock;
  /** What moves the time does so one after the other. */
  #moved: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(runner: DrivenRunner, clock: VirtualClock) {
    this.#runner = runner;
    this.#clock = clock;
  }

  /** For all that is not about time. */
  get runner(): Runner {
    return this.#runner;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#clock.now();
  }

  /** Starts a run; its steps run as far as they do without time going on. Rejects as `runner.start`. */
  async start(options: TestStartOptions): Promise<TestRun> {
    const run = new TestRun(await this.#runner.start({ tenant: 'test', ...options }));
    await atRest(this.#runner);
    return run;
  }

  /**
   * Lets time pass: seconds, or a text such as `'3 days'`. What is due meanwhile runs, each at its time. Resolves when nothing runs any
   * more. Rejects with `DELAY_INVALID`.
   */
  async advance(time: Delay): Promise<void> {
    const ms = parseDelay(time, 0);
    if (typeof ms === 'string') throw new StepwellError('DELAY_INVALID', ms);
    await this.#move(async () => {
      const until = this.#clock.now() + ms;
      await this.#drive(until, () => false);
      this.#clock.moveTo(until);
    });
  }

  /**
   * Lets as much time pass as the run needs to end. Rejects with `RUN_NEVER_ENDS` if it waits for nothing that time brings, and with
   * `RUNNER_CLOSED`.
   */
  async runToEnd(run: TestRun): Promise<EndedRun> {
    const isOver = await this.#move(() => this.#drive(Number.POSITIVE_INFINITY, () => run.isOver));
    if (isOver) return run.ended();
    const message = 'The run waits for nothing that time would bring: it, or its tenant, is paused. Resume it first.';
    throw new StepwellError('RUN_NEVER_ENDS', message);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#runner.close();
  }

  #move<T>(task: () => Promise<T>): Promise<T> {
    const moved = this.#moved.then(task);
    this.#moved = moved.catch(() => {}); // Who asked for it hears of it.
    return moved;
  }

  async #drive(until: number, isEnough: () => boolean): Promise<boolean> {
    const isReached = await drive(this.#runner, this.#clock, until, isEnough);
    if (!isReached && this.#isClosed) throw new StepwellError('RUNNER_CLOSED', 'The runner was closed meanwhile.');
    return isReached;
  }
}
