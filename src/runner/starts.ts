// How runs begin: admitted, kept by the store if it outlives the process, opened; or found, or made again from the store.
import { type Admission, keyOf } from '../admission/admission.ts';
import type { BackgroundWork } from '../background-work.ts';
import { StepwellError } from '../errors.ts';
import { asRunId, newRunId } from '../ids.ts';
import type { DurableStore, StoredRun, StoredTenant } from '../state/backend.ts';
import { newRun } from '../state/new-run.ts';
import type { Redo } from '../state/redo.ts';
import type { Program, RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { byteLength } from '../state/text.ts';
import { textBytes } from '../state/weight.ts';
import type { Engine } from './engine.ts';
import type { History } from './history.ts';
import {
  type CheckedStart,
  checkStart,
  policyOf,
  policyOfAll,
  type ResolvedOptions,
  type StartOptions,
} from './options.ts';
import { byDueTime, bytesOf, recovered, sharedProgram } from './recovery.ts';
import { RunHandle } from './run.ts';
import type { RunRegistry } from './run-registry.ts';
import { SignalledRuns, unlessAborted } from './signals.ts';
import type { Tenants } from './tenants.ts';
import type { WaitingRuns } from './waiting-runs.ts';

export interface StartsOptions {
  readonly options: ResolvedOptions;
  readonly registry: RunRegistry;
  readonly tenants: Tenants;
  readonly admission: Admission;
  readonly engine: Engine;
  readonly history: History;
  readonly work: BackgroundWork;
  /** Runs of the store for which there is no room. */
  readonly waiting: WaitingRuns;
  /** Null for one that keeps nothing beyond the process. */
  readonly store: DurableStore | null;
  /** Throws why no run can be started now, or asked for if it is known. */
  refuse(isKnown: boolean): void;
}

interface Recovered {
  readonly redo: Redo;
  readonly data: string;
}

export class Starts {
  readonly #given: StartsOptions;
  /** Starts with an id of their own that are under way: one at a time for each id. */
  readonly #underWay: Map<string, Promise<RunHandle>> = new Map();
  readonly #signalled = new SignalledRuns();

  constructor(given: StartsOptions) {
    this.#given = given;
  }

  async start(options: StartOptions): Promise<RunHandle> {
    this.#given.refuse(true);
    const start = checkStart(options, (tenant) => policyOf(this.#given.options, tenant));
    const { signal } = start;
    signal?.throwIfAborted();
    const { tenants, engine, options: runner } = this.#given;
    // Only here: what it is granted while the start is under way, by `updateTenant`, is newer.
    const tenant = tenants.grant(start.tenant, start, runner.clock.now());
    engine.granted(tenant);
    const bytes = memoryOf(start);
    tenants.startBegun(tenant, bytes, start.runId !== null && this.#given.registry.handle(start.runId) !== undefined);
    const opened = this.#findOrOpen(start, tenant).finally(() => tenants.startEnded(tenant, bytes));
    const run = await unlessAborted(signal, opened);
    signal?.throwIfAborted(); // A moment ago: a run that another start has opened is left alone.
    if (signal !== null) this.#signalled.add(signal, run);
    return run;
  }

  /** Goes on with the runs that the store holds, as far as there is room for them. Until all are read, nothing is changed. Throws `STORE_DAMAGED`. */
  async recover(store: DurableStore, known: readonly StoredTenant[]): Promise<void> {
    const { options, tenants, admission, waiting } = this.#given;
    const now = options.clock.now();
    const programs = new Map<string, Program>();
    const runs: Recovered[] = [];
    for await (const stored of store.openRuns()) {
      const run = await this.#recovered(stored, programs);
      if (run !== null) runs.push(run);
      else waiting.add(stored.id, stored.program.tenant, 0);
    }
    for (const program of programs.values()) admission.remember(program);
    // The embedder may not know any more those that have nothing open: they are granted something when they start something. Until then
    // what they owe is reckoned by what they were granted last.
    for (const tenant of known) {
      const { limits, ...policy } = policyOfAll(options);
      const cpuPerTenantPerMinuteMs = tenant.cpu.grantedMs || limits.cpuPerTenantPerMinuteMs;
      const last = { ...policy, limits: { ...limits, cpuPerTenantPerMinuteMs } };
      tenants.restore(tenants.get(tenant.name) ?? tenants.grant(tenant.name, last, now), tenant, now);
    }
    this.#resume(runs);
  }

  /** Goes on with a run for which there was no room before, or cancels it for the reason that there is by then. Whether there is room now. */
  async resume(runId: string, cancelled: () => string | null): Promise<boolean> {
    const { store, admission } = this.#given;
    const stored = (await store?.find(runId)) ?? null;
    if (stored === null) return true; // It is not there any more.
    const programs = new Map<string, Program>();
    const run = await this.#recovered(stored, programs);
    if (run === null) return false;
    for (const program of programs.values()) admission.remember(program);
    const reason = cancelled();
    if (reason === null) this.#resume([run]);
    else this.#cancel(run, reason);
    return true;
  }

  /** From then on its tenant has something open, and is not forgotten for others. Null if there is no room. */
  async #recovered(stored: StoredRun, programs: Map<string, Program>): Promise<Recovered | null> {
    const { options, tenants, work } = this.#given;
    const now = options.clock.now();
    const program = sharedProgram(programs, stored.program);
    const { tenant: name } = program;
    const tenant = tenants.get(name) ?? tenants.grant(name, policyOf(options, name), now);
    // No tenant pays for it: the embedder has started anew.
    const redo = await recovered({ ...stored, program }, tenant, (part) => work.do('', part));
    if (redo === null) {
      if (!tenant.programs.has(program)) programs.delete(keyOf(program)); // No other run has it.
      return null;
    }
    redo.run.clockOffsetMs = Math.max(-(options.clock.aheadMs ?? 0), redo.run.createdAt - now, redo.now - now);
    this.#add(redo.run);
    return { redo, data: stored.data };
  }

  #cancel(recovered: Recovered, reason: string): void {
    this.#interrupted(recovered);
    this.#given.engine.cancel(recovered.redo.run, reason);
  }

  /** Of what was under way when the process before ended nothing is under way any more. */
  #interrupted({ redo, data }: Recovered): void {
    this.#keepLedger(redo.run, data, redo.bytes);
    redo.interrupt();
  }

  #resume(runs: readonly Recovered[]): void {
    const { engine } = this.#given;
    const armed: Step[] = [];
    for (const run of runs) {
      const { redo, data } = run;
      this.#interrupted(run);
      if (!redo.isOpened) engine.open(redo.run, data);
      else for (const step of redo.armed) armed.push(step); // There may be a million.
    }
    engine.resume(byDueTime(armed));
  }

  /** One start with an id of its own at a time, in the order in which they came. */
  async #findOrOpen(start: CheckedStart, tenant: TenantState): Promise<RunHandle> {
    const { runId } = start;
    if (runId === null) return this.#open(start, tenant);
    const before = this.#underWay.get(runId);
    // Throws before it stands in the row: whoever stands behind it would take it to be over.
    const found = before === undefined ? Promise.resolve(undefined) : this.#outcomeOf(before, start, tenant);
    const run = this.#findOrOpenAfter(found, start, tenant, runId);
    this.#underWay.set(runId, run);
    return run.finally(() => {
      if (this.#underWay.get(runId) === run) this.#underWay.delete(runId);
    });
  }

  /** What the start before has come to; nothing if it has failed: then this one may be the first. */
  #outcomeOf(
    before: Promise<RunHandle>,
    { workflow, data, headers }: CheckedStart,
    tenant: TenantState,
  ): Promise<RunHandle | undefined> {
    const { tenants } = this.#given;
    const bytes = bytesOf({ data, headers }) + byteLength(workflow);
    tenants.hold(tenant, bytes);
    return before.catch(() => undefined).finally(() => tenants.letGo(tenant, bytes));
  }

  async #findOrOpenAfter(
    before: Promise<RunHandle | undefined>,
    start: CheckedStart,
    tenant: TenantState,
    runId: string,
  ): Promise<RunHandle> {
    const found = await before;
    this.#given.refuse(true);
    this.#given.waiting.refuse(runId);
    const run = found ?? (await this.#given.history.find(runId));
    start.signal?.throwIfAborted();
    if (run === undefined) return this.#open(start, tenant);
    if (run.tenant === start.tenant) return run;
    throw new StepwellError('RUN_ID_TAKEN', 'Another tenant has a run with this `runId`. Choose another, or none.');
  }

  async #open(start: CheckedStart, tenant: TenantState): Promise<RunHandle> {
    const { tenants } = this.#given;
    this.#given.refuse(false);
    let program: Program;
    // Before the source is checked, which takes more than all else that a start does.
    tenants.reserveRun(tenant);
    try {
      program = await this.#admitted(start, tenant);
    } finally {
      tenants.releaseRun(tenant); // The run takes the room before anything else is waited for: no other start comes in between.
    }
    this.#given.refuse(true);
    start.signal?.throwIfAborted();
    return this.#create(start, tenant, program);
  }

  async #admitted({ workflow, isolation, region, signal }: CheckedStart, tenant: TenantState): Promise<Program> {
    const { tenants, admission, options } = this.#given;
    tenants.takeStart(tenant.name, options.clock.now());
    try {
      return await unlessAborted(signal, admission.admit(tenant.name, workflow, tenant.limits, { isolation, region }));
    } catch (error) {
      this.#given.refuse(true); // Closing ends the check as well: then that is the reason.
      throw error;
    }
  }

  /** Given once it cannot be lost any more that it was started, also if the start is aborted: that cancels the run. */
  async #create(start: CheckedStart, tenant: TenantState, program: Program): Promise<RunHandle> {
    const { runId, data, headers, limits, signal } = start;
    const { options, tenants, store, engine } = this.#given;
    tenants.refuseFull(tenant); // It may have got branches meanwhile, or less may be granted.
    const id = runId === null ? newRunId() : asRunId(runId);
    const { retry, clock } = options;
    const clockOffsetMs = -(clock.aheadMs ?? 0); // Its time is the machine's when it begins.
    const createdAt = clock.now() + clockOffsetMs;
    const run = newRun({ id, program, limits, tenant, headers, retry, seed: options.seed(), createdAt, clockOffsetMs });
    const handle = this.#add(run);
    const { seed } = run;
    const created = store?.create({ id, program, limits, retry, headers, seed, createdAt, data });
    if (created !== undefined) this.#keepLedger(run, data, 0);
    if (signal !== null) this.#signalled.add(signal, handle);
    await created;
    engine.open(run, data); // Closed meanwhile, it opens nothing: the run is kept, and goes on with the next runner.
    return handle;
  }

  /** `bytes`: what the ledger has already. */
  #keepLedger(run: RunState, data: string, bytes: number): void {
    run.ledger = this.#given.store?.ledgerOf(run, bytes + bytesOf({ data, headers: run.headers })) ?? null;
  }

  /** A run that is open from now on. */
  #add(run: RunState): RunHandle {
    const handle = new RunHandle(run, {
      cancel: (reason) => this.#given.engine.cancel(run, reason),
      pause: (isPaused) => this.#given.engine.pause(run, isPaused),
      whenSafe: () => this.#given.engine.whenSafe(),
      divide: (work) => this.#given.work.begin(run.tenant.name, work),
    });
    this.#given.registry.add(handle, run.tenant.memory);
    this.#given.tenants.opened(run.tenant);
    return handle;
  }
}

/** What a start holds in memory until it is over. */
function memoryOf({ workflow, data, headers }: CheckedStart): number {
  return textBytes(workflow) + textBytes(data) + textBytes(headers);
}
