// The public runner: admits workflows, opens runs, keeps them by id, and ends in good order.
import { type Admission, createAdmission } from '../admission/admission.ts';
import { randomSeed } from '../clock.ts';
import { StepwellError } from '../errors.ts';
import { asRunId, newRunId } from '../ids.ts';
import { type CheckPool, createCheckPool, createThreadPool, type ThreadPool } from '../pool/threads.ts';
import { newRun } from '../state/new-run.ts';
import type { Program } from '../state/run-state.ts';
import { Engine } from './engine.ts';
import {
  type CheckedStart,
  checkStart,
  limitsOfTenant,
  type ResolvedOptions,
  type RunnerOptions,
  resolveOptions,
  type StartOptions,
} from './options.ts';
import { type Run, RunHandle, type RunStatusName } from './run.ts';
import { RunRegistry } from './run-registry.ts';

export interface Runner {
  /**
   * Checks the workflow and opens a run of it. The same `runId` again gives the same run. Rejects, with nothing begun, with
   * `RUN_OPTION_INVALID`, `WORKFLOW_INVALID`, `WORKFLOW_CHECK_TIMED_OUT`, `RUN_ID_TAKEN` (by another tenant),
   * `TENANT_RUNS_EXCEEDED` or `RUNNER_CLOSED`.
   */
  start(options: StartOptions): Promise<Run>;
  /** The run with this id, while it is remembered: while it is open, and then among the last `runsEndedKept`. */
  get(runId: string): Run | undefined;
  /** Runs in the order in which they were opened. */
  list(filter?: { readonly tenant?: string; readonly status?: RunStatusName }): readonly Run[];
  /**
   * Ends the runner and all that it started. Idempotent. With `drain`, steps that run end first; none starts. Runs that
   * are open then are over: their `result()` rejects with `RUNNER_CLOSED`.
   */
  close(options?: { readonly drain?: boolean }): Promise<void>;
}

/** Makes a runner. Rejects with `OPTION_INVALID` before it has started anything. */
export async function createRunner(options: RunnerOptions = {}): Promise<Runner> {
  const resolved = resolveOptions(options);
  const { workers, limits } = resolved;
  const checks = createCheckPool(limits.workerMemoryMb);
  const threads = createThreadPool(workers + 1, limits.workerMemoryMb); // one for steps that run alone
  return runnerOn(resolved, threads, checks);
}

/** A runner on threads that the caller has made. They end with it. */
export function runnerOn(options: ResolvedOptions, threads: ThreadPool, checks: CheckPool): Runner {
  return new StepRunner(options, threads, checks);
}

class StepRunner implements Runner {
  readonly #options: ResolvedOptions;
  readonly #registry: RunRegistry;
  readonly #admission: Admission;
  readonly #engine: Engine;
  readonly #pools: readonly { close(): Promise<void> }[];
  #closing: Promise<void> | null = null;

  constructor(options: ResolvedOptions, threads: ThreadPool, checks: CheckPool) {
    const { limits, workers, clock, store } = options;
    this.#options = options;
    this.#registry = new RunRegistry(limits.runsEndedKept, limits.runsEndedBytesKept);
    this.#pools = [checks, threads];
    this.#admission = createAdmission(checks);
    this.#engine = new Engine(
      {
        workers,
        clock,
        store,
        serve: () => threads.serve(),
        bounds: limits,
        stepsActivePerWorker: limits.stepsActivePerWorker,
      },
      {
        event: (run, event) => this.#registry.handle(run.id)?.emit(event),
        runEnded: (run) => this.#registry.ended(run.id),
      },
    );
  }

  async start(options: StartOptions): Promise<Run> {
    this.#refuseClosed();
    const checked = checkStart(options, (tenant) => limitsOfTenant(this.#options, tenant));
    const known = this.#known(checked);
    if (known !== undefined) return known;
    const { tenant, workflow, limits } = checked;
    const program = await this.#admission.admit(tenant, workflow, limits).catch((error: unknown) => {
      this.#refuseClosed(); // Closing ends the check as well: then that is the reason.
      throw error;
    });
    this.#refuseClosed();
    // The check took a while: the same id may have been started meanwhile.
    return this.#known(checked) ?? this.#open(checked, program);
  }

  get(runId: string): Run | undefined {
    return this.#registry.handle(runId);
  }

  list(filter: { readonly tenant?: string; readonly status?: RunStatusName } = {}): readonly Run[] {
    const { tenant, status } = filter;
    return [...this.#registry.handles()].filter(
      (run) => (tenant === undefined || run.tenant === tenant) && (status === undefined || run.status === status),
    );
  }

  close({ drain = false }: { readonly drain?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(drain);
    return this.#closing;
  }

  async #close(drain: boolean): Promise<void> {
    if (drain) await this.#engine.drain();
    await this.#engine.close();
    await Promise.all(this.#pools.map((pool) => pool.close()));
    for (const run of this.#registry.handles()) if (run.status === 'open') run.abandoned();
    this.#options.store.close();
  }

  #known({ runId, tenant }: CheckedStart): Run | undefined {
    const run = runId === null ? undefined : this.#registry.handle(runId);
    if (run === undefined || run.tenant === tenant) return run;
    throw new StepwellError('RUN_ID_TAKEN', 'Another tenant has a run with this `runId`. Choose another, or none.');
  }

  #open({ runId, data, headers, tenant, limits }: CheckedStart, program: Program): Run {
    if (this.#registry.openRuns(tenant) >= limits.runsOpenPerTenant) {
      const message = `The tenant has its ${limits.runsOpenPerTenant} runs open (limit \`runsOpenPerTenant\`). Wait for one to end.`;
      throw new StepwellError('TENANT_RUNS_EXCEEDED', message);
    }
    const id = runId === null ? newRunId() : asRunId(runId);
    const { retry, clock } = this.#options;
    const run = newRun({ id, program, limits, headers, retry, seed: randomSeed(), createdAt: clock.now() });
    const handle = new RunHandle(run);
    this.#registry.add(handle);
    this.#engine.open(run, data);
    return handle;
  }

  #refuseClosed(): void {
    if (this.#closing !== null) throw new StepwellError('RUNNER_CLOSED', 'The runner is closed: make a new one.');
  }
}
