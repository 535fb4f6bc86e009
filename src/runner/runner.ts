// The public runner: admits workflows, opens runs, keeps them by id, and ends in good order.
import { type Admission, createAdmission } from '../admission/admission.ts';
import { defaultBounds, Programs } from '../admission/programs.ts';
import { BackgroundWork, type Divided } from '../background-work.ts';
import { onMachine } from '../clock.ts';
import { StepwellError } from '../errors.ts';
import { LoopSlices, undivided } from '../loop-slices.ts';
import type { CheckPool } from '../pool/threads.ts';
import type { WorkerPool } from '../pool/worker-thread.ts';
import { Account, kinds } from '../state/account.ts';
import type { DurableStore, Retention, StoredTenant } from '../state/backend.ts';
import type { ChargeKind, TenantState } from '../state/tenant-state.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import { Engine, type EngineListener } from './engine.ts';
import { History } from './history.ts';
import { Newsroom, type RunnerEvent } from './news.ts';
import {
  checkedTenant,
  isDraining,
  policyOf,
  policyOfAll,
  type ResolvedOptions,
  type ResolvedPolicy,
  type RunnerOptions,
  requireReason,
  requireRunId,
  requireTenant,
  resolveOptions,
  type StartOptions,
} from './options.ts';
import { requireOwnFiles } from './own-files.ts';
import { createChecks, createThreads } from './pools.ts';
import type { Run, RunHandle } from './run.ts';
import { RunRegistry } from './run-registry.ts';
import type { CheckOptions, ListOptions, Runner, RunPage } from './runner-api.ts';
import { Starts } from './starts.ts';
import type { RunnerStats } from './stats.ts';
import type { TenantView } from './tenant-view.ts';
import { Tenants } from './tenants.ts';
import { WaitingRuns } from './waiting-runs.ts';

/**
 * Makes a runner, and resolves when its hosts are up; with a store that outlives the process it goes on with the runs there. Rejects with
 * `OPTION_INVALID` before it has started anything, with `STORE_LOCKED`, `STORE_FOREIGN`, `STORE_TOO_NEW`, `STORE_DAMAGED` or
 * `STORE_UNAVAILABLE` for a file that it cannot use, with `OPTION_INVALID` when `tenants` gives no policy for a tenant that has runs open there, and
 * with `HOST_START_FAILED` when no host can be started, and with `PACKAGE_INCOMPLETE` when a file of Stepwell is missing.
 */
export async function createRunner(options: RunnerOptions = {}): Promise<Runner> {
  return createDrivenRunner(options);
}

/** A runner whose time somebody else moves, and who has to know when it may go on. */
export interface DrivenRunner extends Runner {
  /** Resolves when nothing goes on without time going on, and all that has happened cannot be lost any more. */
  whenIdle(): Promise<void>;
}

/** As {@link createRunner}. */
export async function createDrivenRunner(options: RunnerOptions): Promise<DrivenRunner> {
  const resolved = resolveOptions(options);
  requireOwnFiles();
  const { store } = resolved;
  const opened = await openStore(resolved);
  try {
    const runner = createOn(resolved);
    opened.runner = runner;
    await runner.up;
    if (store.kind === 'durable') await runner.recover(store, opened.tenants);
    return runner;
  } catch (error) {
    await (opened.runner?.close() ?? (store.kind === 'durable' ? store.close() : undefined));
    throw error;
  }
}

/** First of all, for a file that is in use or damaged is a reason not to start anything. */
async function openStore({ store, limits, clock }: ResolvedOptions): Promise<OpenedStore> {
  const opened: OpenedStore = { tenants: [], runner: null };
  if (store.kind === 'durable') {
    const now = (): number => clock.now();
    opened.tenants = await store.open(limits, now, {
      safe: (commit) => opened.runner?.safe(commit),
      stalled: (error) => opened.runner?.stalled(error),
      failed: (error) => opened.runner?.failed(error),
    });
  }
  return opened;
}

interface OpenedStore {
  tenants: readonly StoredTenant[];
  /** Who hears of the store, once there is one. */
  runner: StepRunner | null;
}

function createOn(options: ResolvedOptions): StepRunner {
  return new StepRunner(options, createThreads(options), createChecks(options));
}

/** A runner on threads that the caller has made. They end with it. */
export function runnerOn(options: ResolvedOptions, threads: WorkerPool, checks: CheckPool): DrivenRunner {
  return new StepRunner(options, threads, checks, undivided());
}

/** There may be ten thousand. Takes those that are cancelled out of `left`. */
function* cancelAll(runs: readonly RunHandle[], reason: string, left: Set<RunHandle>): Divided<void> {
  for (const run of runs) {
    run.stop(reason);
    left.delete(run);
    yield;
  }
}

class StepRunner implements DrivenRunner {
  readonly #options: ResolvedOptions;
  readonly #registry: RunRegistry;
  readonly #tenants: Tenants;
  readonly #slices: LoopSlices;
  readonly #work: BackgroundWork;
  readonly #history: History;
  readonly #admission: Admission;
  readonly #starts: Starts;
  readonly #waiting: WaitingRuns;
  /** Runs whose turn to be cancelled is yet to come. */
  readonly #toCancel: Set<RunHandle> = new Set();
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

  constructor(options: ResolvedOptions, threads: WorkerPool, checks: CheckPool, slices = new LoopSlices()) {
    const { limits, workers, clock, store } = options;
    this.#options = options;
    this.#tenants = new Tenants(options.memoryBytes);
    const durable = store.kind === 'durable' ? store : null;
    this.#registry = new RunRegistry(durable === null ? retentionOf(options) : null, clock);
    this.#slices = slices;
    this.#work = new BackgroundWork(slices, (tenant, micros) => this.#charge(tenant, micros, 'main'));
    this.#history = new History(this.#registry, durable, this.#work);
    this.#pools = [checks, threads];
    this.#admission = createAdmission(checks, programsOf(options, this.#tenants.memory), {
      refuse: (tenant) => this.#tenants.refuseChecks(tenant, options.clock.now()),
      pay: (tenant, cpuMs) => this.#charge(tenant, cpuMs * 1_000, 'check'),
    });
    this.#engine = new Engine(
      {
        workers,
        clock,
        slices,
        store,
        serve: () => threads.serve(),
        bounds: limits,
        stepsActivePerWorker: limits.stepsActivePerWorker,
        hostMemoryMb: limits.hostMemoryMb,
      },
      this.#listener(workers),
    );
    this.#waiting = new WaitingRuns(this.#tenants.memory, (runId, cancelled) => this.#starts.resume(runId, cancelled));
    this.#starts = new Starts({
      options,
      registry: this.#registry,
      tenants: this.#tenants,
      admission: this.#admission,
      engine: this.#engine,
      history: this.#history,
      work: this.#work,
      waiting: this.#waiting,
      store: durable,
      refuse: (isKnown) => this.#refuse(isKnown),
    });
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

  whenIdle(): Promise<void> {
    return this.#engine.whenIdle();
  }

  /** Goes on with the runs that the store holds. Throws `STORE_DAMAGED`. */
  recover(store: DurableStore, tenants: readonly StoredTenant[]): Promise<void> {
    return this.#starts.recover(store, tenants);
  }

  start(options: StartOptions): Promise<Run> {
    return this.#starts.start(options);
  }

  async check(source: string, options: CheckOptions = {}): Promise<WorkflowReport> {
    this.#refuse(true);
    const tenant = checkedTenant(source, options);
    const { limits } = tenant === null ? this.#options : policyOf(this.#options, tenant);
    return this.#admission.report(tenant ?? '', source, limits);
  }

  async get(runId: string): Promise<Run | undefined> {
    requireRunId(runId);
    this.#waiting.refuse(runId);
    return this.#history.find(runId);
  }

  list(options: ListOptions = {}): Promise<RunPage> {
    return this.#history.list(options);
  }

  stats(): RunnerStats {
    return this.#engine.stats(this.#registry.open, this.#tenants.usage());
  }

  events(): AsyncIterableIterator<RunnerEvent> {
    return this.#news.events();
  }

  tenant(tenant: string): TenantView | undefined {
    const state = this.#tenants.get(tenant);
    return state === undefined ? undefined : this.#engine.tenant(state);
  }

  tenants(): readonly TenantView[] {
    return this.#tenants.all().map((state) => this.#engine.tenant(state));
  }

  updateTenant(tenant: string): void {
    requireTenant(tenant);
    this.#changed(this.#granted(tenant, policyOf(this.#options, tenant)));
  }

  pauseTenant(tenant: string): void {
    requireTenant(tenant);
    this.#pause(this.#tenants.get(tenant) ?? this.#granted(tenant, policyOfAll(this.#options)), true);
  }

  resumeTenant(tenant: string): void {
    requireTenant(tenant);
    const state = this.#tenants.get(tenant);
    if (state !== undefined) this.#pause(state, false);
  }

  #pause(tenant: TenantState, isPaused: boolean): void {
    this.#tenants.pause(tenant, isPaused);
    this.#changed(tenant);
  }

  /** What it is granted, or whether it is paused. */
  #changed(tenant: TenantState): void {
    const { store } = this.#options;
    if (store.kind === 'durable') store.touched(tenant);
    this.#engine.reconsider(tenant);
  }

  /** For what the main thread does for the tenant: one that has nothing open, and is not remembered, has nothing to pay with. */
  #charge(tenant: string, micros: number, kind: ChargeKind): void {
    const state = this.#tenants.get(tenant);
    if (state !== undefined) this.#engine.charge(state, micros, kind);
  }

  #granted(tenant: string, policy: ResolvedPolicy): TenantState {
    return this.#tenants.grant(tenant, policy, this.#options.clock.now());
  }

  cancelTenant(tenant: string, reason = ''): number {
    requireTenant(tenant);
    requireReason(reason);
    const isOpen = (run: RunHandle): boolean => run.tenant === tenant && !run.isOver && !this.#toCancel.has(run);
    const open = [...this.#registry.handles()].filter(isOpen);
    for (const run of open) this.#toCancel.add(run);
    const waiting = this.#waiting.cancelAll(tenant, reason);
    void this.#work.begin('', cancelAll(open, reason, this.#toCancel));
    return open.length + waiting;
  }

  async close(options: { readonly drain?: boolean } = {}): Promise<void> {
    if (!isDraining(options)) this.#hurry.resolve();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.race([this.#engine.drain(), this.#hurry.promise]);
    await this.#engine.close();
    await Promise.all(this.#pools.map((pool) => pool.close()));
    if (this.#options.store.kind === 'durable') await this.#options.store.close(); // Whoever ended may be told of it only now.
    this.#work.close();
    this.#slices.close();
    this.#abandon((id) => new StepwellError('RUNNER_CLOSED', `The runner was closed before run ${id} ended.`));
    this.#news.close();
  }

  /** The runs that are open will never end. */
  #abandon(why: (id: string) => StepwellError): void {
    for (const run of this.#registry.handles()) run.abandoned(why(run.id)); // Those that were told of their end have it.
  }

  #listener(workers: number): EngineListener {
    const { clock } = this.#options;
    const now = (): number => onMachine(clock, clock.now());
    let starting = workers;
    return {
      event: (run, event) => {
        this.#registry.handle(run.id)?.emit(event);
        if (event.type === 'step_moved' || event.type === 'step_diverged') this.#news.tell(event);
      },
      runEnded: (run) => {
        this.#registry.ended(run.id);
        this.#tenants.ended(run.tenant);
        this.#waiting.tryAgain();
      },
      threadStarted: ({ thread: { pid }, lane }) => {
        if (--starting === 0) this.#up.resolve();
        this.#news.tell({ type: 'host_started', at: now(), pid, lane });
      },
      threadRetired: ({ thread: { pid }, lane }) => this.#news.tell({ type: 'host_retired', at: now(), pid, lane }),
      threadLost: ({ thread: { pid }, lane }, { reason, detail }, steps) => {
        this.#news.tell({ type: 'host_lost', at: now(), pid, lane, reason, detail, steps });
      },
      cellLost: ({ link: { thread, lane }, cell, reason, detail, steps }) => {
        const { tenant, hash: workflow } = cell.program;
        const { pid } = thread;
        this.#news.tell({ type: 'cell_lost', at: now(), pid, lane, tenant, workflow, reason, detail, steps });
      },
      suspended: ({ name: tenant, cpu: { usedMs }, limits }, until) => {
        const resumesAt = onMachine(clock, until);
        const budgetMs = limits.cpuPerTenantPerMinuteMs;
        this.#news.tell({ type: 'tenant_suspended', at: now(), tenant, usedMs, budgetMs, resumesAt });
      },
      failed: (error) => this.failed(error),
    };
  }

  /** Throws why no run can be started now, or asked for if it is known. */
  #refuse(isKnown: boolean): void {
    if (this.#closing !== null) throw new StepwellError('RUNNER_CLOSED', 'The runner is closed: make a new one.');
    if (this.#failure !== null) throw this.#failure;
    if (this.#stall !== null && !isKnown) throw this.#stall;
  }
}

/** What is remembered of runs that have ended may be a quarter of what the runner keeps in memory. */
function retentionOf({ limits, memoryBytes }: ResolvedOptions): Retention {
  return { ...limits, runsEndedBytesKept: Math.min(limits.runsEndedBytesKept, Math.floor(memoryBytes / 4)) };
}

/** So may the sources that are remembered be an eighth. */
function programsOf({ memoryBytes }: ResolvedOptions, all: Account): Programs {
  const account = new Account(all);
  const bounds = { ...defaultBounds, bytes: Math.min(defaultBounds.bytes, Math.floor(memoryBytes / 8)) };
  return new Programs(bounds, (bytes) => account.take(kinds.programs, bytes));
}
