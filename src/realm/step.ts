// One attempt of one step inside the isolate: what it has asked of the host, what it waits for, and how it ends.
// It knows neither other steps nor who runs it; everything it learns comes through the inbox.
import { fieldSeparator, type LogLevel, logLineBytes, opLetters, recordSeparator } from '../protocol/records.ts';
import type { StepContext } from './globals/step-context.ts';
import { jsonText } from './json-text.ts';
import { opError } from './op-error.ts';
import type { Outbox } from './outbox.ts';
import { thrownText } from './thrown.ts';

const { parse, stringify } = JSON;
const PromiseOf = Promise;

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

interface Waiting {
  readonly size: number;
  /** Whether the step's end waits for this op. A timer does not hold it. */
  readonly holds: boolean;
  readonly promise: object;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface StepIdentity {
  readonly ref: string;
  readonly ordinal: number;
  readonly attempt: number;
  readonly runId: string;
  readonly seed: string;
  readonly isHook: boolean;
}

export class Step implements StepContext {
  readonly identity: StepIdentity;
  readonly bounds: StepBounds;
  readonly seed: string;
  readonly nonce: number;
  readonly #outbox: Outbox;
  readonly #waiting: Map<number, Waiting> = new Map();
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
    this.seed = identity.seed;
    this.nonce = identity.ordinal;
    this.#outbox = outbox;
    this.#time = time;
    outbox.touch(this);
  }

  /** Milliseconds since the epoch. Moves only when the host delivers something to this step. */
  now(): number {
    return this.#time;
  }

  /** Sends an op and resolves with the host's reply. `fields` is its record without letter and ref. */
  ask(letter: string, fields: string, holds = true): Promise<unknown> {
    const { opsInFlightPerStep, opBytesInFlightPerStep } = this.bounds;
    if (this.#ended) return new PromiseOf(() => {});
    if (this.#waiting.size >= opsInFlightPerStep) {
      const text = `A step may have ${opsInFlightPerStep} ops waiting for their reply. Await some before issuing more.`;
      return this.refuse(opError('OPS_IN_FLIGHT_EXCEEDED', text));
    }
    const size = fields.length;
    if (this.#bytesInFlight + size > opBytesInFlightPerStep) {
      const text = `The ops of a step that wait for their reply may hold ${opBytesInFlightPerStep} bytes. Await some before issuing more.`;
      return this.refuse(opError('OP_BYTES_IN_FLIGHT_EXCEEDED', text));
    }
    const position = this.#position;
    // Any call may overflow the tenant's stack. Only once the op is written, and without a further call, is it counted:
    // what an op that was not written leaves behind, the next one overwrites.
    let resolve: Waiting['resolve'] | undefined;
    let reject: Waiting['reject'] | undefined;
    const promise = new PromiseOf((onValue, onError) => {
      resolve = onValue;
      reject = onError;
    });
    // A promise swallows what its executor throws, an overflow on entering it too.
    if (resolve === undefined || reject === undefined) return promise;
    this.#waiting.set(position, { size, holds, promise, resolve, reject });
    this.#write(letter, fields);
    this.#position = position + 1;
    this.#bytesInFlight += size;
    if (holds) this.#holding++;
    return promise;
  }

  /** The answer to a call that is refused before it has become an op. */
  refuse(error: unknown): Promise<never> {
    const promise: Promise<never> = PromiseOf.reject(error);
    this.#outbox.keep(promise);
    return promise;
  }

  /** Resolves when the host says that `ms` have passed. */
  async sleep(ms: number): Promise<void> {
    await this.ask(opLetters.sleep, stringify(ms), false);
  }

  /** The host cuts the log, by bytes and over all attempts; here only a flood is kept in. */
  log(level: LogLevel, text: string): void {
    if (this.#ended || this.#logBytes > this.bounds.logBytesPerStep) return;
    this.#logBytes += text.length + logLineBytes;
    this.#write(opLetters.log, `${level}${fieldSeparator}${stringify(text)}`);
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
    this.#endWith(opLetters.failed, stringify(thrownText(error)));
  }

  /** A reply from the host. Replies to what the step no longer waits for are ignored. */
  settle(position: number, time: number, ok: boolean, code: string, text: string): void {
    const waiting = this.#waiting.get(position);
    if (waiting === undefined) return;
    this.#time = time;
    this.#waiting.delete(position);
    this.#bytesInFlight -= waiting.size;
    if (waiting.holds) this.#holding--;
    this.#outbox.touch(this);
    if (ok) waiting.resolve(text === '' ? undefined : parse(text));
    else {
      this.#outbox.keep(waiting.promise);
      waiting.reject(opError(code, parse(text)));
    }
  }

  /**
   * Called when microtasks have drained. Writes the end, unless an op still holds it. A step that has not returned and
   * waits for nothing never will: no other step can reach what it awaits. True if the step has ended.
   */
  endIfIdle(): boolean {
    if (this.#ended) return true;
    if (this.#end === null && this.#waiting.size === 0) this.#write(opLetters.stalled, '');
    else if (this.#end !== null && this.#holding === 0) this.#outbox.write(this.#end);
    else return false;
    this.forget();
    return true;
  }

  /** Nothing that the step does from now on is heard, and nothing it waits for comes. */
  forget(): void {
    this.#ended = true;
    this.#waiting.clear();
  }

  #endWith(letter: string, field: string): void {
    this.#end ??= `${letter}${fieldSeparator}${this.identity.ref}${fieldSeparator}${field}${recordSeparator}`;
  }

  #write(letter: string, fields: string): void {
    this.#outbox.write(`${letter}${fieldSeparator}${this.identity.ref}${fieldSeparator}${fields}${recordSeparator}`);
  }
}
