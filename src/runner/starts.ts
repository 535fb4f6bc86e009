// How runs begin: admitted, kept by the store if it outlives the process, opened; or found, or made again from the store.
import type { Admission } from '../admission/admission.ts';
import { randomSeed } from '../clock.ts';
import { StepwellError } from '../errors.ts';
import { asRunId, newRunId } from '../ids.ts';
import type { DurableStore, Stored } from '../state/backend.ts';
import { newRun } from '../state/new-run.ts';
import type { Program, RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { Engine } from './engine.ts';
import { type CheckedStart, checkStart, policyOf, type ResolvedOptions, type StartOptions } from './options.ts';
import { byDueTime, ended, recover, shareSources } from './recovery.ts';
import { type Run, RunHandle } from './run.ts';
import type { RunRegistry } from './run-registry.ts';
import type { Tenants } from './tenants.ts';

export interface StartsOptions {
  readonly options: ResolvedOptions;
  readonly registry: RunRegistry;
  readonly tenants: Tenants;
  readonly admission: Admission;
  readonly engine: Engine;
  /** Throws why no run can be started now, or asked for if it is known. */
  refuse(isKnown: boolean): void;
}

export class Starts {
  readonly #given: StartsOptions;
  readonly #store: DurableStore | null;
  /** Runs that the store has not said to be safe there. */
  readonly #creating: Map<string, Promise<void>> = new Map();

  constructor(given: StartsOptions) {
    this.#given = given;
    const { store } = given.options;
    this.#store = store.kind === 'durable' ? store : null;
  }

  async start(options: StartOptions): Promise<Run> {
    this.#given.refuse(true);
    const checked = checkStart(options, (tenant) => policyOf(this.#given.options, tenant));
    checked.signal?.throwIfAborted();
    const known = (await this.#known(checked)) ?? (await this.#ended(checked));
    if (known !== undefined) return known;
    this.#given.refuse(false);
    const { tenant, workflow, limits } = checked;
    this.#refuseTooMany(checked);
    const program = await this.#given.admission.admit(tenant, workflow, limits).catch((error: unknown) => {
      this.#given.refuse(true); // Closing ends the check as well: then that is the reason.
      throw error;
    });
    this.#given.refuse(true);
    checked.signal?.throwIfAborted();
    // The check took a while: the same id may have been started meanwhile. From here to the registry nothing comes between.
    return this.#known(checked) ?? this.#open(checked, program);
  }

  /** Goes on with the runs that the store holds. Throws `STORE_DAMAGED`. */
  recover({ runs, tenants }: Stored): void {
    const now = this.#given.options.clock.now();
    const armed: Step[] = [];
    for (const stored of shareSources(runs)) {
      const { program, data } = stored;
      this.#given.admission.remember(program);
      const recovered = recover(stored, this.#grant(program.tenant, now), now, (run) => this.#keepLedger(run));
      this.#add(recovered.run);
      if (recovered.armed === null) this.#given.engine.open(recovered.run, data);
      else for (const step of recovered.armed) armed.push(step); // There may be a million.
    }
    for (const tenant of tenants) this.#given.tenants.restore(this.#grant(tenant.name, now), tenant);
    this.#given.engine.resume(byDueTime(armed));
  }

  /** Given once it cannot be lost any more that it was started. */
  #known({ runId, tenant }: CheckedStart): Run | undefined | Promise<Run> {
    const run = runId === null ? undefined : this.#given.registry.handle(runId);
    if (run !== undefined && run.tenant !== tenant) throw takenId();
    const created = run === undefined ? undefined : this.#creating.get(run.id);
    return run === undefined || created === undefined ? run : created.then(() => run);
  }

  #grant(tenant: string, now: number): TenantState {
    return this.#given.tenants.grant(tenant, policyOf(this.#given.options, tenant), now);
  }

  /** Before the source is checked, which takes more than all else that a start does. */
  #refuseTooMany(start: CheckedStart): void {
    const now = this.#given.options.clock.now();
    this.#given.tenants.refuseFull(this.#given.tenants.grant(start.tenant, start, now));
    this.#given.tenants.takeStart(start.tenant, now);
  }

  async #open(start: CheckedStart, program: Program): Promise<Run> {
    const { runId, data, headers, limits, signal } = start;
    const tenant = this.#given.tenants.grant(start.tenant, start, this.#given.options.clock.now());
    this.#given.tenants.refuseFull(tenant); // Others may have been opened meanwhile.
    const id = runId === null ? newRunId() : asRunId(runId);
    const { retry, clock } = this.#given.options;
    const run = newRun({ id, program, limits, tenant, headers, retry, seed: randomSeed(), createdAt: clock.now() });
    const handle = this.#add(run);
    if (signal !== null) this.#cancelOn(signal, handle);
    if (this.#store !== null) {
      const { seed, createdAt } = run;
      const created = this.#store.create({ id, program, limits, retry, headers, seed, createdAt, data });
      this.#keepLedger(run);
      this.#creating.set(id, created);
      await created.finally(() => this.#creating.delete(id));
      this.#given.refuse(true);
    }
    this.#given.engine.open(run, data);
    return handle;
  }

  #keepLedger(run: RunState): void {
    if (this.#store !== null) run.ledger = this.#store.ledgerOf(run);
  }

  /** One that has ended, and that the store still has. */
  async #ended({ runId, tenant }: CheckedStart): Promise<Run | undefined> {
    const stored = runId === null ? null : await this.#store?.find(runId);
    if (!stored?.end) return undefined;
    if (stored.program.tenant !== tenant) throw takenId();
    const handle = new RunHandle(ended(stored), { cancel() {}, pause() {} });
    handle.ended();
    return handle;
  }

  /** A run that is open from now on. */
  #add(run: RunState): RunHandle {
    const handle = new RunHandle(run, {
      cancel: (reason) => this.#given.engine.cancel(run, reason),
      pause: (isPaused) => this.#given.engine.pause(run, isPaused),
    });
    this.#given.registry.add(handle);
    this.#given.tenants.opened(run.tenant);
    return handle;
  }

  /** The signal is listened to for as long as the run is open. */
  #cancelOn(signal: AbortSignal, run: RunHandle): void {
    const cancel = (): void => void run.cancel(reasonOf(signal)).catch(() => {}); // Closed meanwhile: it has ended too.
    signal.addEventListener('abort', cancel, { once: true });
    const forget = (): void => signal.removeEventListener('abort', cancel);
    run.end.then(forget, forget);
  }
}

function takenId(): StepwellError {
  return new StepwellError('RUN_ID_TAKEN', 'Another tenant has a run with this `runId`. Choose another, or none.');
}

/** What an aborted signal says of itself. */
function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason);
}
