// One attempt of one step inside the isolate: what it has asked of the host, what it waits for, and how it ends.
// It knows neither other steps nor who runs it; everything it learns comes through the inbox.
import { fieldSeparator, type LogLevel, logLineBytes, opLetters, recordSeparator } from '../protocol/records.ts';
import { LogGroups } from './globals/log-groups.ts';
import { cutLine } from './globals/log-text.ts';
import type { StepContext } from './globals/step-context.ts';
import { jsonText } from './json-text.ts';
import { opError } from './op-error.ts';
import type { Outbox } from './outbox.ts';
import { type PendingOp, PendingOps, waitingOpBytes } from './pending-ops.ts';
import { jsonStringify, PromiseOf } from './primordials.ts';
import { thrownJson } from './thrown.ts';

/** The bounds that the realm keeps by itself; the main thread checks all of them again. */
export interface StepBounds {
  readonly opsInFlightPerStep: number;
  readonly opBytesInFlightPerStep: number;
  /** See `opBytesWaitingIn` in limits.ts. */
  readonly opBytesWaitingPerStep: number;
  readonly payloadBytes: number;
  readonly valueBytes: number;
  readonly keyBytes: number;
  readonly logBytesPerStep: number;
  readonly delaySecondsMin: number;
}

/** Of the promise that is being made. One function for all of them: a closure for each would cost as much as the promise. */
let resolveMade: PendingOp['resolve'] | undefined;
let rejectMade: PendingOp['reject'] | undefined;
function noteMade(resolve: PendingOp['resolve'], reject: PendingOp['reject']): void {
  resolveMade = resolve;
  rejectMade = reject;
}

/** What the steps of a run have in common. */
export interface RunIdentity {
  readonly id: string;
  readonly seed: string;
  /** As JSON: each step gets its own. */
  readonly headers: string;
}

export interface StepIdentity {
  readonly ref: number;
  readonly ordinal: number;
  readonly attempt: number;
  readonly run: RunIdentity;
  readonly isHook: boolean;
}

export class Step implements StepContext {
  readonly identity: StepIdentity;
  readonly bounds: StepBounds;
  readonly seed: string;
  readonly nonce: number;
  readonly #outbox: Outbox;
  /** What stands before and behind the fields of each of its records. */
  readonly #head: string;
  readonly #pending: PendingOps;
  #time: number;
  #logBytes = 0;
  /** Null until there is one. */
  #groups: LogGroups | null = null;
  #end: string | null = null;
  #ended = false;
  /** What the step does from now on is not heard; what it has done is seen to its end. */
  #isClosing = false;
  /** Whether its method was called. */
  hasBegun = false;

  constructor(identity: StepIdentity, bounds: StepBounds, outbox: Outbox, time: number) {
    this.identity = identity;
    this.bounds = bounds;
    this.seed = identity.run.seed;
    this.nonce = identity.ordinal;
    this.#outbox = outbox;
    this.#head = fieldSeparator + identity.ref + fieldSeparator;
    this.#pending = new PendingOps(bounds, outbox);
    this.#time = time;
    outbox.touch(this);
  }

  get groups(): LogGroups {
    this.#groups ??= new LogGroups();
    return this.#groups;
  }

  /** Milliseconds since the epoch. Moves only when the host delivers something to this step. */
  now(): number {
    return this.#time;
  }

  /** Sends an op, at once or when there is room, and resolves with the host's reply. `fields` is its record without letter and ref. */
  ask(letter: string, fields: string): Promise<unknown> {
    if (this.#ended || this.#isClosing) return new PromiseOf(() => {});
    const isNow = this.#pending.hasRoom(fields.length, false);
    if (!isNow && !this.#pending.mayWait(fields.length)) return this.refuse(this.#tooMuchWaits());
    resolveMade = undefined;
    const promise = new PromiseOf(noteMade);
    // A promise swallows what its executor throws, an overflow on entering it too.
    if (resolveMade === undefined || rejectMade === undefined) return promise;
    this.#issue(letter, fields, -1, isNow, promise, resolveMade, rejectMade);
    return promise;
  }

  #issue(
    letter: string,
    fields: string,
    wakesAt: number,
    isNow: boolean,
    promise: object | null,
    resolve: PendingOp['resolve'],
    reject: PendingOp['reject'],
  ): void {
    const size = fields.length;
    const op: PendingOp = { letter, fields, size, wakesAt, position: -1, promise, resolve, reject, next: null };
    if (isNow) this.#pending.send(op, this.#record(letter, fields));
    else this.#pending.wait(op);
  }

  #tooMuchWaits(): Error {
    const { opBytesWaitingPerStep: most } = this.bounds;
    const text = `The calls of a step that wait for their turn may hold ${most} bytes, ${waitingOpBytes} for each and its text. Await some before making more.`;
    return opError('OP_BYTES_WAITING_EXCEEDED', text);
  }

  /** The answer to a call that is refused before it has become an op. */
  refuse(error: unknown): Promise<never> {
    const promise = new PromiseOf<never>((_, reject) => reject(error));
    this.#outbox.keep(promise);
    return promise;
  }

  /** No promise: to await one of the realm's own would ask the step's built-ins for its `constructor` and its `then`. */
  sleep(ms: number, wake: () => void): void {
    if (this.#ended || this.#isClosing) return;
    const fields = `${ms}`;
    const isNow = this.#pending.hasRoom(fields.length, true);
    if (!isNow && !this.#pending.mayWait(fields.length)) {
      this.refuse(this.#tooMuchWaits());
      return;
    }
    this.#issue(opLetters.sleep, fields, this.#time + ms, isNow, null, wake, (error) => this.refuse(error));
  }

  /** The host cuts the log, by bytes and over all attempts; here only a flood is kept in. */
  log(level: LogLevel, said: string): void {
    if (this.#ended || this.#isClosing || this.#logBytes > this.bounds.logBytesPerStep) return;
    const text = cutLine(this.#groups === null ? said : this.#groups.indented(said));
    this.#logBytes += text.length + logLineBytes;
    const fields = `${level}${fieldSeparator}${jsonStringify(text)}`;
    this.#pending.line(fields, this.#record(opLetters.log, fields));
  }

  /** The method has returned. The step ends once its ops have their replies. */
  completed(value: unknown): void {
    const { payloadBytes } = this.bounds;
    let output = '';
    try {
      if (value !== undefined) output = jsonText(value, 'OUTPUT_INVALID', 'What a step returns');
    } catch (error) {
      // What another step than the first returns, or a hook, is for nobody.
      if (this.identity.ordinal === 1) return this.failed(error);
    }
    if (output.length > payloadBytes) {
      const text = `A step may return ${payloadBytes} bytes of JSON, got ${output.length}.`;
      return this.failed(opError('PAYLOAD_TOO_LARGE', text));
    }
    this.#endWith(opLetters.completed, output);
  }

  failed(error: unknown): void {
    this.#endWith(opLetters.failed, thrownJson(error, this.hasBegun));
  }

  /** A timer's callback has thrown: nobody can catch that. The step fails of it as of what its method throws, and does nothing more. */
  crashed(error: unknown): void {
    this.failed(error);
    this.#isClosing = true;
  }

  /** A reply from the host. Replies to what the step no longer waits for are ignored. */
  resolve(position: number, time: number, value: unknown): void {
    this.#settled(position, time)?.resolve(value);
  }

  reject(position: number, time: number, code: string, message: string): void {
    const waiting = this.#settled(position, time);
    if (waiting === null) return;
    if (waiting.promise !== null) this.#outbox.keep(waiting.promise);
    waiting.reject(opError(code, message));
  }

  #settled(position: number, time: number): PendingOp | null {
    const op = this.#pending.replied(position);
    if (op === null) return null;
    this.#time = time;
    for (let next = this.#pending.nextToSend(); next !== null; next = this.#pending.nextToSend()) {
      const { letter, wakesAt, fields } = next;
      // A sleep that had to wait is shorter by as much.
      const left = wakesAt > time ? wakesAt - time : 0;
      this.#pending.send(next, this.#record(letter, wakesAt < 0 ? fields : `${left}`));
    }
    this.#outbox.touch(this);
    return op;
  }

  /**
   * Called when microtasks have drained. Writes the end, unless an op still holds it. A step that has not returned and
   * waits for nothing never will: no other step can reach what it awaits. True if the step has ended.
   */
  endIfIdle(): boolean {
    if (this.#ended) return true;
    if (this.#end === null && this.#pending.isEmpty) this.#outbox.write(this.#record(opLetters.stalled, ''));
    else if (this.#end !== null && !this.#pending.holds) this.#outbox.write(this.#end);
    else return false;
    this.forget();
    return true;
  }

  /** Nothing that the step does from now on is heard, and nothing it waits for comes. */
  forget(): void {
    this.#ended = true;
    this.#pending.forget();
  }

  #endWith(letter: string, field: string): void {
    this.#end ??= this.#record(letter, field);
  }

  #record(letter: string, fields: string): string {
    return letter + this.#head + (fields + recordSeparator);
  }
}
