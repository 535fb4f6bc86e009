// One attempt of one step inside the isolate: what it has asked of the host, what it waits for, and how it ends.
// It knows neither other steps nor who runs it; everything it learns comes through the inbox.
import { fieldSeparator, type LogLevel, logLineBytes, opLetters, recordSeparator } from '../protocol/records.ts';
import type { StepContext } from './globals/step-context.ts';
import { jsonText } from './json-text.ts';
import { opError } from './op-error.ts';
import type { Outbox } from './outbox.ts';
import { jsonStringify, PromiseOf } from './primordials.ts';
import { thrownText } from './thrown.ts';

/** The bounds that the realm keeps by itself; the main thread checks all of them again. */
export interface StepBounds {
  readonly opsInFlightPerStep: number;
  readonly opBytesInFlightPerStep: number;
  readonly payloadBytes: number;
  readonly valueBytes: number;
  readonly keyBytes: number;
  readonly logBytesPerStep: number;
  readonly delaySecondsMin: number;
}

/** An op without its reply. They stand in the order in which they were asked, in which most replies come. */
interface Waiting {
  readonly position: number;
  readonly size: number;
  /** Whether the step's end waits for this op. A timer does not hold it. */
  readonly holds: boolean;
  /** Null for a timer, which nothing waits for but its callback. */
  readonly promise: object | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  next: Waiting | null;
}

/** Of the promise that is being made. One function for all of them: a closure for each would cost as much as the promise. */
let resolveMade: Waiting['resolve'] | undefined;
let rejectMade: Waiting['reject'] | undefined;
function noteMade(resolve: Waiting['resolve'], reject: Waiting['reject']): void {
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
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  #inFlight = 0;
  #time: number;
  #position = 0;
  #holding = 0;
  #bytesInFlight = 0;
  #logBytes = 0;
  #end: string | null = null;
  #ended = false;

  constructor(identity: StepIdentity, bounds: StepBounds, outbox: Outbox, time: number) {
    this.identity = identity;
    this.bounds = bounds;
    this.seed = identity.run.seed;
    this.nonce = identity.ordinal;
    this.#outbox = outbox;
    this.#head = fieldSeparator + identity.ref + fieldSeparator;
    this.#time = time;
    outbox.touch(this);
  }

  /** Milliseconds since the epoch. Moves only when the host delivers something to this step. */
  now(): number {
    return this.#time;
  }

  /** Sends an op and resolves with the host's reply. `fields` is its record without letter and ref. */
  ask(letter: string, fields: string): Promise<unknown> {
    if (this.#ended) return new PromiseOf(() => {});
    const refusal = this.#refusalOf(fields.length);
    if (refusal !== null) return this.refuse(refusal);
    resolveMade = undefined;
    const promise = new PromiseOf(noteMade);
    // A promise swallows what its executor throws, an overflow on entering it too.
    if (resolveMade === undefined || rejectMade === undefined) return promise;
    this.#issue(letter, fields, true, promise, resolveMade, rejectMade);
    return promise;
  }

  /** Why no further op may wait for its reply, if that is so. */
  #refusalOf(size: number): Error | null {
    const { opsInFlightPerStep, opBytesInFlightPerStep } = this.bounds;
    if (this.#inFlight >= opsInFlightPerStep) {
      const text = `A step may have ${opsInFlightPerStep} ops waiting for their reply. Await some before issuing more.`;
      return opError('OPS_IN_FLIGHT_EXCEEDED', text);
    }
    if (this.#bytesInFlight + size <= opBytesInFlightPerStep) return null;
    const text = `The ops of a step that wait for their reply may hold ${opBytesInFlightPerStep} bytes. Await some before issuing more.`;
    return opError('OP_BYTES_IN_FLIGHT_EXCEEDED', text);
  }

  /**
   * Any call may overflow the tenant's stack. Only once the op is written, and without a further call, is it counted: what an op that was
   * not written leaves behind, the next one overwrites.
   */
  #issue(
    letter: string,
    fields: string,
    holds: boolean,
    promise: object | null,
    resolve: Waiting['resolve'],
    reject: Waiting['reject'],
  ): void {
    const position = this.#position;
    const size = fields.length;
    const waiting = { position, size, holds, promise, resolve, reject, next: null };
    this.#write(letter, fields);
    if (this.#last === null) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#inFlight++;
    this.#position = position + 1;
    this.#bytesInFlight += size;
    if (holds) this.#holding++;
  }

  /** The answer to a call that is refused before it has become an op. */
  refuse(error: unknown): Promise<never> {
    const promise = new PromiseOf<never>((_, reject) => reject(error));
    this.#outbox.keep(promise);
    return promise;
  }

  /** No promise: to await one of the realm's own would ask the step's built-ins for its `constructor` and its `then`. */
  sleep(ms: number, wake: () => void): void {
    if (this.#ended) return;
    const fields = jsonStringify(ms);
    const refusal = this.#refusalOf(fields.length);
    if (refusal === null) this.#issue(opLetters.sleep, fields, false, null, wake, (error) => this.refuse(error));
    else this.refuse(refusal);
  }

  /** The host cuts the log, by bytes and over all attempts; here only a flood is kept in. */
  log(level: LogLevel, text: string): void {
    if (this.#ended || this.#logBytes > this.bounds.logBytesPerStep) return;
    this.#logBytes += text.length + logLineBytes;
    this.#write(opLetters.log, `${level}${fieldSeparator}${jsonStringify(text)}`);
    this.#position++;
  }

  /** The method has returned. The step ends once its ops have their replies. */
  completed(value: unknown): void {
    const { payloadBytes } = this.bounds;
    let output: string | undefined;
    try {
      output = jsonText(value, 'OUTPUT_INVALID', 'What a step returns');
    } catch (error) {
      return this.failed(error);
    }
    if (output !== undefined && output.length > payloadBytes) {
      const text = `A step may return ${payloadBytes} bytes of JSON, got ${output.length}.`;
      return this.failed(opError('PAYLOAD_TOO_LARGE', text));
    }
    this.#endWith(opLetters.completed, output ?? '');
  }

  failed(error: unknown): void {
    this.#endWith(opLetters.failed, jsonStringify(thrownText(error)));
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

  #settled(position: number, time: number): Waiting | null {
    const waiting = this.#takeOut(position);
    if (waiting === null) return null;
    this.#time = time;
    this.#inFlight--;
    this.#bytesInFlight -= waiting.size;
    if (waiting.holds) this.#holding--;
    this.#outbox.touch(this);
    return waiting;
  }

  #takeOut(position: number): Waiting | null {
    let before: Waiting | null = null;
    let waiting = this.#first;
    while (waiting !== null && waiting.position !== position) {
      before = waiting;
      waiting = waiting.next;
    }
    if (waiting === null) return null;
    if (before === null) this.#first = waiting.next;
    else before.next = waiting.next;
    if (waiting === this.#last) this.#last = before;
    return waiting;
  }

  /**
   * Called when microtasks have drained. Writes the end, unless an op still holds it. A step that has not returned and
   * waits for nothing never will: no other step can reach what it awaits. True if the step has ended.
   */
  endIfIdle(): boolean {
    if (this.#ended) return true;
    if (this.#end === null && this.#inFlight === 0) this.#write(opLetters.stalled, '');
    else if (this.#end !== null && this.#holding === 0) this.#outbox.write(this.#end);
    else return false;
    this.forget();
    return true;
  }

  /** Nothing that the step does from now on is heard, and nothing it waits for comes. */
  forget(): void {
    this.#ended = true;
    this.#first = null;
    this.#last = null;
  }

  #endWith(letter: string, field: string): void {
    this.#end ??= letter + this.#head + field + recordSeparator;
  }

  #write(letter: string, fields: string): void {
    this.#outbox.write(letter + this.#head + (fields + recordSeparator));
  }
}
