// The embedder's handle on one run.
import { StepwellError } from '../errors.ts';
import type { RunId } from '../ids.ts';
import type { RunSummary } from '../state/backend.ts';
import type { RunEvent } from '../state/events.ts';
import type { LogLine, RunState, RunStatusName } from '../state/run-state.ts';
import { ListSnapshot, Refusal } from '../state/run-store.ts';
import { EventStream } from './event-stream.ts';
import { type Outcome, outcomeOf, parsed } from './outcome.ts';

/** Read-only view of the keys of an open run. */
export interface RunStoreView {
  /** The value now, null if not set; told, like all else, when it cannot be lost any more. Rejects with `RUN_ENDED` once the run has ended: `result()` has the last values. */
  get(key: string): Promise<unknown>;
}

export interface Run {
  readonly id: RunId;
  readonly tenant: string;
  readonly status: RunStatusName;
  /** Whether {@link pause} keeps its steps from starting. */
  readonly isPaused: boolean;
  readonly store: RunStoreView;
  /**
   * What happens to the run, from this call on, until it ends. Called right after `start` it misses nothing. At most
   * `eventsBuffered` events wait for a reader; then the oldest go and `events_dropped` says how many.
   */
  events(): AsyncIterableIterator<RunEvent>;
  /** How the run ended, made anew for each call. Does not reject when the run fails; rejects with `RUNNER_CLOSED` if the
   * runner closes first, and with `HOST_START_FAILED` if no host can be started any more. */
  result(): Promise<Outcome>;
  /**
   * Ends the run now: no further step starts, those that run are stopped in the middle, no hook runs. What has been done stands,
   * and the outcome lists it. A run that has ended stays as it is. Resolves with the outcome.
   */
  cancel(reason?: string): Promise<Outcome>;
  /**
   * From now on none of its steps starts, hooks and further attempts included; those that run go on to their end. Time goes on:
   * what is due meanwhile starts when the run is resumed. A run that has ended stays as it is.
   */
  pause(): void;
  resume(): void;
  /**
   * The lines that its steps have logged so far, in order, up to `logBytesPerRun`. From the tenant. Of a run that is open and kept in a file
   * the last of them may not be safe yet.
   */
  logs(): readonly LogLine[];
}

/** Of a reason to cancel so much is kept. */
const reasonLength = 1_024;

/** What a handle can ask of its runner. */
export interface RunControl {
  cancel(reason: string): void;
  pause(isPaused: boolean): void;
  /** Resolves when all that has happened so far cannot be lost any more. */
  whenSafe(): Promise<void>;
}

/** The runner's side of a handle: it tells of events and of the end. */
export class RunHandle implements Run {
  readonly #state: RunState;
  readonly #stream: EventStream<RunEvent>;
  readonly #control: RunControl;
  readonly #end: Promise<void>;
  #settle: { resolve(): void; reject(error: unknown): void } | null = null;
  readonly store: RunStoreView;

  constructor(state: RunState, control: RunControl) {
    this.#state = state;
    this.#control = control;
    const { id: runId, limits } = state;
    const dropped = (count: number, { at }: RunEvent): RunEvent => ({ type: 'events_dropped', runId, at, count });
    this.#stream = new EventStream(dropped, limits.eventsBuffered, (readers) => {
      state.watched = readers > 0;
    });
    this.#end = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#end.catch(() => {}); // Who asks for the result hears of it; who does not is not brought down by it.
    this.store = {
      get: async (key) => {
        const value = readKey(state, key);
        await Promise.race([control.whenSafe(), this.#end]); // One that is abandoned will not be safe.
        return value;
      },
    };
  }

  get id(): RunId {
    return this.#state.id;
  }

  get tenant(): string {
    return this.#state.program.tenant;
  }

  get status(): RunStatusName {
    // With a durable store a run has ended for others when that is safe.
    return this.#state.status.kind === 'open' || this.#settle !== null ? 'open' : this.#state.status.status;
  }

  events(): AsyncIterableIterator<RunEvent> {
    return this.#stream.read();
  }

  async result(): Promise<Outcome> {
    await this.#end;
    // Made for who asks, and not kept: as values a store may take many times what it takes as text.
    const outcome = outcomeOf(this.#state);
    if (outcome === null) throw new Error('A run that has ended has no outcome.');
    return outcome;
  }

  cancel(reason = ''): Promise<Outcome> {
    if (this.status === 'open') this.#control.cancel(String(reason).slice(0, reasonLength));
    return this.result();
  }

  get isPaused(): boolean {
    return this.#state.isPaused;
  }

  pause(): void {
    this.#control.pause(true);
  }

  resume(): void {
    this.#control.pause(false);
  }

  /** Resolves when it has ended; rejects if it never will. */
  get end(): Promise<void> {
    return this.#end;
  }

  /** Whether nothing of it goes on, be that safe yet or not. */
  get isOver(): boolean {
    return this.#state.status.kind !== 'open';
  }

  /** In ms since the epoch; null while it is open. */
  get endedAt(): number | null {
    return this.#state.status.kind === 'open' ? null : this.#state.status.at;
  }

  /** What remembering it takes; 0 while it is open. */
  get keptBytes(): number {
    return this.#state.status.kind === 'open' ? 0 : this.#state.status.bytes;
  }

  /** What a list shows of it. */
  get summary(): RunSummary {
    const { id, program, createdAt, counts, failure } = this.#state;
    const { status } = this;
    const [endedAt, error] = status === 'open' ? [null, null] : [this.endedAt, failure];
    const { tenant, hash: workflow } = program;
    return { id, tenant, workflow, status, createdAt, endedAt, steps: { ...counts }, error };
  }

  logs(): readonly LogLine[] {
    return [...this.#state.logs];
  }

  emit(event: RunEvent): void {
    this.#stream.emit(event);
  }

  ended(): void {
    this.#stream.end();
    this.#settle?.resolve();
    this.#settle = null;
  }

  /** It will never end: `error` says why. */
  abandoned(error: StepwellError): void {
    this.#stream.end();
    this.#settle?.reject(error);
    this.#settle = null;
  }
}

function readKey(state: RunState, key: string): unknown {
  if (typeof key !== 'string' || key === '') {
    throw new StepwellError('KEY_INVALID', 'A key is a non-empty string.');
  }
  if (state.status.kind !== 'open') {
    throw new StepwellError('RUN_ENDED', `Run ${state.id} has ended: its last values are in the outcome of result().`);
  }
  const reply = state.store.get(JSON.stringify(key));
  if (reply instanceof Refusal) throw new StepwellError(reply.code, reply.message);
  return parsed(reply instanceof ListSnapshot ? reply.text() : reply);
}
