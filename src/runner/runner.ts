// The public runner: admits workflows, opens runs, keeps them by id, and ends in good order.
import { type Admission, createAdmission } from '../admission/admission.ts';
import { randomSeed } from '../clock.ts';
import { StepwellError } from '../errors.ts';
import { HostChecks } from '../host/host-checks.ts';
import { HostPool } from '../host/host-pool.ts';
import { hostFlags } from '../host/host-process.ts';
import { inheritedDescriptors } from '../host/inherited.ts';
import { asRunId, newRunId } from '../ids.ts';
import { type CheckPool, createCheckPool, createThreadPool } from '../pool/threads.ts';
import type { WorkerPool } from '../pool/worker-thread.ts';
import { exclusiveWorkers } from '../schedule/placement.ts';
import type { Stored } from '../state/backend.ts';
import { newRun } from '../state/new-run.ts';
import type { Program, RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { Engine, type EngineListener } from './engine.ts';
import { Newsroom, type RunnerEvent } from './news.ts';
import {
  type CheckedStart,
  checkStart,
  policyOf,
  type ResolvedOptions,
  type RunnerOptions,
  requireTenant,
  resolveOptions,
  type StartOptions,
} from './options.ts';
import { byDueTime, ended, recover, shareSources } from './recovery.ts';
import { type Run, RunHandle, type RunStatusName } from './run.ts';
import { RunRegistry } from './run-registry.ts';
import type { Runner } from './runner-api.ts';
import type { RunnerStats } from './stats.ts';
import type { TenantView } from './tenant-view.ts';
import { Tenants } from './tenants.ts';

/**
 * Makes a runner, and resolves when its hosts are up. Rejects with `OPTION_INVALID` before it has started anything, and with
 * `HOST_START_FAILED` when no host can be started.
 */
export async function createRunner(options: RunnerOptions = {}): Promise<Runner> {
  const resolved = resolveOptions(options);
  const opened = await openStore(resolved);
  const runner = createOn(resolved);
  opened.runner = runner;
  try {
    await runner.up;
    runner.recover(opened.stored);
  } catch (error) {
    await runner.close();
    throw error;
  }
  return runner;
}

/** First of all, for a file that is in use or damaged is a reason not to start anything. */
async function openStore({ store, limits }: ResolvedOptions): Promise<{ stored: Stored; runner: StepRunner | null }> {
  const opened = { stored: { runs: [], tenants: [] } as Stored, runner: null as StepRunner | null };
  if (store.kind === 'durable') {
    opened.stored = await store.open(limits, {
      safe: (commit) => opened.runner?.safe(commit),
      stalled: (error) => opened.runner?.stalled(error),
      failed: (error) => opened.runner?.failed(error),
    });
  }
  return opened;
}

function createOn(options: ResolvedOptions): StepRunner {
  const { containment, workers, limits } = options;
  const { workerMemoryMb, frameBytes, cellMemoryMb, hostMemoryMb } = limits;
  const cells = { frameBytes, cellMemoryMb };
  if (containment === 'thread') {
    const threads = createThreadPool(workers + exclusiveWorkers(workers), workerMemoryMb, cells);
    return new StepRunner(options, threads, createCheckPool(workerMemoryMb));
  }
  const bounds = { workerMemoryMb, frameBytes, flags: hostFlags(), inherited: inheritedDescriptors() };
  return new StepRunner(
    options,
    new HostPool({ ...bounds, cellMemoryMb }),
    new HostChecks({ ...bounds, hostMemoryMb }),
  );
}

/** A runner on threads that the caller has made. They end with it. */
export function runnerOn(options: ResolvedOptions, threads: WorkerPool, checks: CheckPool): Runner {
  return new StepRunner(options, threads, checks);
}

class StepRunner implements Runner {
  readonly #options: ResolvedOptions;
  readonly #registry: RunRegistry;
  readonly #tenants = new Tenants();
  /** Runs that the store has not said to be safe there. */
  readonly #creating: Map<string, Promise<void>> = new Map();
  readonly #admission: Admission;
  readonly #engine: Engine;
  readonly #pools: readonly { close(): Promise<void> }[];
  readonly #news = new Newsroom();
  readonly #up = Promise.withResolvers<void>();
  /** Resolved when nobody waits for steps to end any more. */
  readonly #hurry = Promise.withResolvers<void>();
  #closing: Promise<void> | null = null;
  /** Why no step can run any more. */
  #failure: StepwellError | null = null;
  /** Why no run can be started for now. */
  #stall: StepwellError | null = null;

  constructor(options: ResolvedOptions, threads: WorkerPool, checks: CheckPool) {
    const { limits, workers, clock, store } = options;
    this.#options = options;
    this.#registry = new RunRegistry(limits, clock);
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
        hostMemoryMb: limits.hostMemoryMb,
      },
      this.#listener(workers),
    );
    this.#up.promise.catch(() => {}); // Who waits for it hears of it.
  }

  /** Resolves when its threads answer. */
  get up(): Promise<void> {
    return this.#up.promise;
  }

  /** What the store was given up to this commit is safe. */
  safe(commit: number): void {
    this.#engine.safe(commit);
  }

  /** The store has no room; null: it has some again. */
  stalled(error: StepwellError | null): void {
    const at = this.#options.clock.now();
    this.#stall = error;
    this.#news.tell(
      error === null
        ? { type: 'store_recovered', at }
        : { type: 'store_stalled', at, code: error.code, detail: error.message },
    );
    this.#engine.stalled(error?.message ?? null);
  }

  /** No step can run any more. */
  failed(error: StepwellError): void {
    this.#failure = error;
    this.#up.reject(error);
    this.#abandon(() => error);
  }

  /** Goes on with the runs that the store holds. Throws `STORE_DAMAGED`. */
  recover({ runs, tenants }: Stored): void {
    const now = this.#options.clock.now();
    const armed: Step[] = [];
    for (const stored of shareSources(runs)) {
      const { program, data } = stored;
      this.#admission.remember(program);
      const recovered = recover(stored, this.#grant(program.tenant), now, (run) => this.#keepLedger(run));
      this.#add(recovered.run);
      if (recovered.armed === null) this.#engine.open(recovered.run, data);
      else armed.push(...recovered.armed);
    }
    for (const tenant of tenants) this.#tenants.restore(this.#grant(tenant.name), tenant);
    this.#engine.resume(byDueTime(armed));
  }

  async start(options: StartOptions): Promise<Run> {
    this.#refuseClosed();
    const checked = checkStart(options, (tenant) => policyOf(this.#options, tenant));
    checked.signal?.throwIfAborted();
    const known = this.#known(checked) ?? (await this.#ended(checked));
    if (known === undefined && this.#stall !== null) throw this.#stall;
    if (known !== undefined) {
      await this.#creating.get(known.id);
      return known;
    }
    const { tenant, workflow, limits } = checked;
    this.#refuseTooMany(checked);
    const program = await this.#admission.admit(tenant, workflow, limits).catch((error: unknown) => {
      this.#refuseClosed(); // Closing ends the check as well: then that is the reason.
      throw error;
    });
    this.#refuseClosed();
    checked.signal?.throwIfAborted();
    // The check took a while: the same id may have been started meanwhile.
    return this.#known(checked) ?? (await this.#open(checked, program));
  }

  get(runId: string): Run | undefined {
    return this.#registry.handle(runId);
  }

  stats(): RunnerStats {
    return this.#engine.stats(this.#registry.open, this.#tenants.usage());
  }

  events(): AsyncIterableIterator<RunnerEvent> {
    return this.#news.events();
  }

  list(filter: { readonly tenant?: string; readonly status?: RunStatusName } = {}): readonly Run[] {
    const { tenant, status } = filter;
    return [...this.#registry.handles()].filter(
      (run) => (tenant === undefined || run.tenant === tenant) && (status === undefined || run.status === status),
    );
  }

  tenant(tenant: string): TenantView | undefined {
    const state = this.#tenants.get(tenant);
    return state === undefined ? undefined : this.#engine.tenant(state);
  }

  tenants(): readonly TenantView[] {
    return this.#tenants.all().map((state) => this.#engine.tenant(state));
  }

  updateTenant(tenant: string): void {
    this.#engine.reconsider(this.#grant(tenant));
  }

  pauseTenant(tenant: string): void {
    this.#pause(this.#tenants.get(tenant) ?? this.#grant(tenant), true);
  }

  resumeTenant(tenant: string): void {
    const state = this.#tenants.get(tenant);
    if (state !== undefined) this.#pause(state, false);
  }

  #pause(tenant: TenantState, isPaused: boolean): void {
    this.#tenants.pause(tenant, isPaused);
    const { store } = this.#options;
    if (store.kind === 'durable') store.touched(tenant);
    this.#engine.reconsider(tenant);
  }

  #grant(tenant: string): TenantState {
    requireTenant(tenant);
    return this.#tenants.grant(tenant, policyOf(this.#options, tenant), this.#options.clock.now());
  }

  cancelTenant(tenant: string, reason = ''): number {
    const open = this.list({ tenant, status: 'open' });
    for (const run of open) run.cancel(reason).catch(() => {}); // Who waits for the run's result hears of it.
    return open.length;
  }

  close({ drain = false }: { readonly drain?: boolean } = {}): Promise<void> {
    if (!drain) this.#hurry.resolve();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.race([this.#engine.drain(), this.#hurry.promise]);
    await this.#engine.close();
    await Promise.all(this.#pools.map((pool) => pool.close()));
    if (this.#options.store.kind === 'durable') await this.#options.store.close(); // Whoever ended may be told of it only now.
    this.#abandon((id) => new StepwellError('RUNNER_CLOSED', `The runner was closed before run ${id} ended.`));
    this.#news.close();
  }

  /** The runs that are open will never end. */
  #abandon(why: (id: string) => StepwellError): void {
    for (const run of this.#registry.handles()) if (run.status === 'open') run.abandoned(why(run.id));
  }

  #listener(workers: number): EngineListener {
    const now = (): number => this.#options.clock.now();
    let starting = workers;
    return {
      event: (run, event) => {
        this.#registry.handle(run.id)?.emit(event);
        if (event.type === 'step_moved' || event.type === 'step_diverged') this.#news.tell(event);
      },
      runEnded: (run) => {
        this.#registry.ended(run.id);
        this.#tenants.ended(run.tenant);
      },
      threadStarted: ({ thread: { pid }, lane }) => {
        if (--starting === 0) this.#up.resolve();
        this.#news.tell({ type: 'host_started', at: now(), pid, lane });
      },
      threadLost: ({ thread: { pid }, lane }, { reason, detail }, steps) => {
        this.#news.tell({ type: 'host_lost', at: now(), pid, lane, reason, detail, steps });
      },
      cellLost: ({ link: { thread, lane }, cell, reason, detail, steps }) => {
        const { tenant, hash: workflow } = cell.program;
        const { pid } = thread;
        this.#news.tell({ type: 'cell_lost', at: now(), pid, lane, tenant, workflow, reason, detail, steps });
      },
      suspended: ({ name: tenant, cpu: { usedMs, endsAt: resumesAt }, limits }) => {
        const budgetMs = limits.cpuPerTenantPerMinuteMs;
        this.#news.tell({ type: 'tenant_suspended', at: now(), tenant, usedMs, budgetMs, resumesAt });
      },
      failed: (error) => this.failed(error),
    };
  }

  #known({ runId, tenant }: CheckedStart): Run | undefined {
    const run = runId === null ? undefined : this.#registry.handle(runId);
    if (run === undefined || run.tenant === tenant) return run;
    throw takenId();
  }

  /** Before the source is checked, which takes more than all else that a start does. */
  #refuseTooMany(start: CheckedStart): void {
    const now = this.#options.clock.now();
    this.#tenants.refuseFull(this.#tenants.grant(start.tenant, start, now));
    this.#tenants.takeStart(start.tenant, now);
  }

  async #open(start: CheckedStart, program: Program): Promise<Run> {
    const { runId, data, headers, limits, signal } = start;
    const tenant = this.#tenants.grant(start.tenant, start, this.#options.clock.now());
    this.#tenants.refuseFull(tenant); // Others may have been opened meanwhile.
    const id = runId === null ? newRunId() : asRunId(runId);
    const { retry, clock } = this.#options;
    const run = newRun({ id, program, limits, tenant, headers, retry, seed: randomSeed(), createdAt: clock.now() });
    const handle = this.#add(run);
    if (signal !== null) this.#cancelOn(signal, handle);
    const { store } = this.#options;
    if (store.kind === 'durable') {
      const created = store.create({ ...run, data });
      this.#keepLedger(run);
      this.#creating.set(id, created);
      await created.finally(() => this.#creating.delete(id));
      this.#refuseClosed();
    }
    this.#engine.open(run, data);
    return handle;
  }

  #keepLedger(run: RunState): void {
    const { store } = this.#options;
    if (store.kind === 'durable') run.ledger = store.ledgerOf(run);
  }

  /** One that has ended, and that the store still has. */
  async #ended({ runId, tenant }: CheckedStart): Promise<Run | undefined> {
    const { store } = this.#options;
    const stored = store.kind === 'durable' && runId !== null ? await store.find(runId) : null;
    if (stored === null || stored.end === null) return undefined;
    if (stored.program.tenant !== tenant) throw takenId();
    const handle = new RunHandle(ended(stored), { cancel() {}, pause() {} });
    handle.ended();
    return handle;
  }

  /** A run that is open from now on. */
  #add(run: RunState): RunHandle {
    const handle = new RunHandle(run, {
      cancel: (reason) => this.#engine.cancel(run, reason),
      pause: (isPaused) => this.#engine.pause(run, isPaused),
    });
    this.#registry.add(handle);
    this.#tenants.opened(run.tenant);
    return handle;
  }

  /** The signal is listened to for as long as the run is open. */
  #cancelOn(signal: AbortSignal, run: RunHandle): void {
    const cancel = (): void => void run.cancel(reasonOf(signal)).catch(() => {}); // Closed meanwhile: it has ended too.
    signal.addEventListener('abort', cancel, { once: true });
    const forget = (): void => signal.removeEventListener('abort', cancel);
    run.end.then(forget, forget);
  }

  #refuseClosed(): void {
    if (this.#closing !== null) throw new StepwellError('RUNNER_CLOSED', 'The runner is closed: make a new one.');
    if (this.#failure !== null) throw this.#failure;
  }
}

function takenId(): StepwellError {
  return new StepwellError('RUN_ID_TAKEN', 'Another tenant has a run with this `runId`. Choose another, or none.');
}

/** What an aborted signal says of itself. */
function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason);
}
