// The embedder's handle on one run.
import type { Divided } from '../background-work.ts';
import { StepwellError } from '../errors.ts';
import type { RunId } from '../ids.ts';
import { defaultLimits } from '../limits.ts';
import { kinds } from '../state/account.ts';
import type { RunSummary } from '../state/backend.ts';
import type { RunEvent } from '../state/events.ts';
import { writtenOut } from '../state/list-snapshot.ts';
import { letGo } from '../state/run-end.ts';
import type { LogLine, RunEnd, RunState, RunStatusName } from '../state/run-state.ts';
import { Refusal } from '../state/run-store.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { parsedInParts } from './divided-json.ts';
import { endedRunOf, type KeptRun, kept } from './ended-run.ts';
import { type EventAccount, type EventBounds, EventStream } from './event-stream.ts';
import { requireReason } from './options.ts';
import { type Outcome, outcomeInParts } from './outcome.ts';

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
   * `eventsBuffered` events wait for a reader, of at most `eventBytesBuffered`; then the oldest go and `events_dropped` says how many.
   * An event that is larger waits alone.
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
  /** Does work that may be long, a part at a time. */
  divide<T>(work: Divided<T>): Promise<T>;
}

/** What a handle knows of its run. Of one that has ended it holds on to nothing else. */
type Known =
  | {
      readonly kind: 'open';
      readonly state: RunState;
      readonly control: RunControl;
      readonly stream: EventStream<RunEvent>;
      settle(): void;
      abandon(error: unknown): void;
      /** Reads that wait until what they have read is safe. */
      readonly reads: Set<(error: unknown) => void>;
      /** Why nothing will be safe any more. */
      refusal: StepwellError | null;
    }
  | {
      readonly kind: 'ended';
      readonly isPaused: boolean;
      readonly status: RunEnd;
      readonly endedAt: number;
      readonly kept: KeptRun;
      readonly divide: RunControl['divide'];
    };

/** The runner's side of a handle: it tells of events and of the end. */
export class RunHandle implements Run {
  readonly id: RunId;
  readonly tenant: string;
  /** Resolves when it has ended; rejects if it never will. */
  readonly end: Promise<void>;
  #known: Known;

  constructor(state: RunState, control: RunControl) {
    this.id = state.id;
    this.tenant = state.program.tenant;
    const { promise, resolve: settle, reject: abandon } = Promise.withResolvers<void>();
    promise.catch(() => {}); // Who asks for the result hears of it; who does not is not brought down by it.
    this.end = promise;
    const onRead = (isRead: boolean): void => {
      state.watched = isRead;
    };
    const stream = streamOf(state.id, state.limits, onRead, accountOf(state.tenant));
    this.#known = { kind: 'open', state, control, stream, settle, abandon, reads: new Set(), refusal: null };
  }

  get status(): RunStatusName {
    // With a durable store a run has ended for others when that is safe.
    return this.#known.kind === 'open' ? 'open' : this.#known.status;
  }

  events(): AsyncIterableIterator<RunEvent> {
    if (this.#known.kind === 'open') return this.#known.stream.read();
    const over = streamOf(this.id, defaultLimits);
    over.end();
    return over.read();
  }

  async result(): Promise<Outcome> {
    await this.end;
    // Made for who asks, and not kept: as values a store may take many times what it takes as text.
    return this.#ended.divide(outcomeInParts(this.#ended.kept.run()));
  }

  async cancel(reason = ''): Promise<Outcome> {
    requireReason(reason);
    this.stop(reason);
    return this.result();
  }

  /** Cancels it for somebody who does not wait for its outcome. */
  stop(reason: string): void {
    if (this.#known.kind === 'open') this.#known.control.cancel(String(reason).slice(0, reasonLength));
  }

  get isPaused(): boolean {
    return this.#known.kind === 'open' ? this.#known.state.isPaused : this.#known.isPaused;
  }

  pause(): void {
    if (this.#known.kind === 'open') this.#known.control.pause(true);
  }

  resume(): void {
    if (this.#known.kind === 'open') this.#known.control.pause(false);
  }

  get store(): RunStoreView {
    return { get: (key) => this.#read(key) };
  }

  /** Whether nothing of it goes on, be that safe yet or not. */
  get isOver(): boolean {
    return this.#known.kind === 'ended' || this.#known.state.status.kind !== 'open';
  }

  /** In ms since the epoch; null while it is open. */
  get endedAt(): number | null {
    return this.#known.kind === 'ended' ? this.#known.endedAt : null;
  }

  /** What remembering it takes; 0 while it is open. */
  get keptBytes(): number {
    return this.#known.kind === 'ended' ? this.#known.kept.bytes : 0;
  }

  /** What a list shows of it. */
  get summary(): RunSummary {
    const { id, tenant, status, endedAt } = this;
    if (this.#known.kind === 'open') {
      const { program, createdAt, counts } = this.#known.state;
      return { id, tenant, workflow: program.hash, status, createdAt, endedAt, steps: { ...counts }, error: null };
    }
    const { workflow, createdAt, counts: steps, failure: error } = this.#ended.kept.run();
    return { id, tenant, workflow, status, createdAt, endedAt, steps, error };
  }

  logs(): readonly LogLine[] {
    return [...(this.#known.kind === 'open' ? this.#known.state.logs : this.#ended.kept.run().logs)];
  }

  emit(event: RunEvent): void {
    if (this.#known.kind === 'open') this.#known.stream.emit(event);
  }

  ended(): void {
    if (this.#known.kind === 'ended') return;
    const { state, stream, settle, control } = this.#known;
    const run = endedRunOf(state);
    if (run === null) throw new Error('A run is told to have ended that has not.');
    this.#known = {
      kind: 'ended',
      isPaused: state.isPaused,
      status: run.status,
      endedAt: run.endedAt,
      kept: kept(run),
      divide: control.divide,
    };
    letGo(state);
    stream.end();
    settle();
  }

  /** It will never end: `error` says why. */
  abandoned(error: StepwellError): void {
    if (this.#known.kind === 'ended') return;
    this.#known.stream.end();
    this.#known.abandon(error);
    this.#known.refusal = error;
    for (const refuse of this.#known.reads) refuse(error);
    this.#known.reads.clear();
  }

  get #ended(): Known & { readonly kind: 'ended' } {
    if (this.#known.kind === 'open') throw new Error('A run that has ended has no outcome.');
    return this.#known;
  }

  async #read(key: string): Promise<unknown> {
    if (typeof key !== 'string' || key === '') {
      throw new StepwellError('KEY_INVALID', 'A key is a non-empty string.');
    }
    if (this.#known.kind === 'ended' || this.isOver) {
      throw new StepwellError('RUN_ENDED', `Run ${this.id} has ended: its last values are in the outcome of result().`);
    }
    const { state, control, reads, refusal } = this.#known;
    if (refusal !== null) throw refusal;
    const reply = state.store.get(JSON.stringify(key));
    if (reply instanceof Refusal) throw new StepwellError(reply.code, reply.message);
    const value = await control.divide(parsedInParts(writtenOut(reply)));
    // One that is abandoned will not be safe. No race with its end, which would keep each read for as long as the run is open.
    await new Promise<void>((resolve, reject) => {
      reads.add(reject);
      const tell = (): void => {
        reads.delete(reject);
        resolve();
      };
      control.whenSafe().then(tell, reject);
    });
    return value;
  }
}

function streamOf(
  runId: RunId,
  bounds: EventBounds,
  onRead: (isRead: boolean) => void = () => {},
  account?: EventAccount,
): EventStream<RunEvent> {
  const dropped = (count: number, { at }: RunEvent): RunEvent => ({ type: 'events_dropped', runId, at, count });
  return new EventStream(dropped, bounds, (readers) => onRead(readers > 0), account);
}

/** Events are not of the run alone: a reader may take its last ones long after it has ended. */
function accountOf(tenant: TenantState): EventAccount {
  const { memory } = tenant;
  return {
    hasRoom: (bytes) => memory.of(kinds.events) + bytes <= tenant.limits.eventBytesPerTenant && bytes <= memory.free,
    take: (bytes) => memory.take(kinds.events, bytes),
  };
}
