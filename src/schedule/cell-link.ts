// The main thread's view of one cell: who runs in it, and what is to be delivered to it.
import type { Limits } from '../limits.ts';
import type { CellSpec, Delivery } from '../protocol/frames.ts';
import { inboxLetters, recordSeparator as newline, fieldSeparator as tab } from '../protocol/records.ts';
import type { Attempt } from '../state/mutation.ts';
import type { Program, Step } from '../state/run-state.ts';
import { type ListSnapshot, Refusal, type Reply } from '../state/run-store.ts';
import { Fifo } from './fifo.ts';
import type { Timer } from './timer-queue.ts';
import type { WorkerLink } from './worker-link.ts';

/** An attempt in its cell. */
export interface PlacedAttempt extends Attempt {
  readonly step: Step;
  readonly ref: number;
  readonly cell: CellLink;
  /** Its deadline and its sleeps. */
  readonly timers: Set<Timer>;
  cpuMicros: number;
  /** Whether the step has said that it is over: then its cell need not be told to forget it. */
  hasEnded: boolean;
}

/** A record for one attempt. The text of a list is made when there is room to send it. */
interface Outgoing {
  readonly ref: number;
  readonly text: string;
  readonly list: ListSnapshot | null;
}

/** A delivery that the worker has not answered. */
interface Unanswered {
  readonly length: number;
  /** Whom it was for: whoever overran the turn is among them. */
  readonly refs: ReadonlySet<number>;
}

/** Length of a delivery from which the next one begins. */
const deliveryLength = 512 * 1_024;

export class CellLink {
  readonly id: number;
  readonly worker: WorkerLink;
  readonly program: Program;
  readonly lane: 'shared' | 'exclusive';
  /** Those of the step that the cell was opened for; a cell has one tenant. */
  readonly limits: Limits;
  readonly attempts: Map<number, PlacedAttempt> = new Map();
  readonly #outgoing: Fifo<Outgoing> = new Fifo();
  readonly #unanswered: Unanswered[] = [];
  /** The time that the records posted last are for. */
  #time = -1;
  heapBytes = 0;

  constructor(id: number, worker: WorkerLink, step: Step, lane: 'shared' | 'exclusive') {
    this.id = id;
    this.worker = worker;
    this.program = step.run.program;
    this.limits = step.run.limits;
    this.lane = lane;
  }

  /** What the worker is told to make the cell. */
  spec(): CellSpec {
    const { code, methods, identifiers } = this.program;
    const { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes } = this.limits;
    const { logBytesPerStep, delaySecondsMin, cellMemoryMb: memoryMb } = this.limits;
    const ofOps = { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes };
    return { code, methods, identifiers, memoryMb, bounds: { ...ofOps, logBytesPerStep, delaySecondsMin } };
  }

  start({ ref, step }: PlacedAttempt): void {
    const { run, journal } = step;
    const fields = [
      ref,
      step.method,
      step.ordinal,
      step.attempt,
      JSON.stringify(run.id),
      run.seed,
      run.headers,
      step.data,
    ];
    this.#post(
      ref,
      `${this.#timeRecord(journal?.startedAt ?? 0)}${inboxLetters.start}${tab}${fields.join(tab)}${newline}`,
    );
  }

  /** `at`: what the step's clock shows when it sees the reply. */
  reply(ref: number, position: number, reply: Reply, at: number): void {
    const time = this.#timeRecord(at);
    const to = `${tab}${ref}${tab}${position}${tab}`;
    if (typeof reply === 'string') {
      this.#post(ref, `${time}${inboxLetters.resolve}${to}${reply}${newline}`);
    } else if (reply instanceof Refusal) {
      const text = JSON.stringify(reply.message);
      this.#post(ref, `${time}${inboxLetters.reject}${to}${reply.code}${tab}${text}${newline}`);
    } else {
      this.#post(ref, `${time}${inboxLetters.resolve}${to}`, reply);
    }
  }

  forget(ref: number): void {
    this.#post(ref, `${inboxLetters.forget}${tab}${ref}${newline}`);
  }

  get hasOutgoing(): boolean {
    return this.#outgoing.size > 0;
  }

  /** The next delivery, of at most `records` records. */
  nextDelivery(records: number): Delivery {
    const refs = new Set<number>();
    let text = '';
    for (let taken = 0; taken < records && text.length < deliveryLength; taken++) {
      const next = this.#outgoing.shift();
      if (next === undefined) break;
      text += next.list === null ? next.text : `${next.text}${next.list.text()}${newline}`;
      refs.add(next.ref);
    }
    this.#unanswered.push({ length: text.length, refs });
    return ['deliver', this.id, text, this.#budgetMs()];
  }

  /** A delivery has been answered. Gives its length. */
  answered(): number {
    return this.#unanswered.shift()?.length ?? 0;
  }

  /** The cell is gone: nothing will be answered any more. Gives the length of what was on its way. */
  abandon(): number {
    return this.#unanswered.splice(0).reduce((sum, { length }) => sum + length, 0);
  }

  /** Whom the turn under way was for: the others have run no code in it. */
  get inTurn(): ReadonlySet<number> {
    return this.#unanswered[0]?.refs ?? new Set();
  }

  /** Most records have the time of the one before. */
  #timeRecord(at: number): string {
    if (at === this.#time) return '';
    this.#time = at;
    return `${inboxLetters.now}${tab}${at}${newline}`;
  }

  #post(ref: number, text: string, list: ListSnapshot | null = null): void {
    this.#outgoing.push({ ref, text, list });
  }

  /** A shared turn is short. Alone, a step has what is left of its CPU time. */
  #budgetMs(): number {
    const { turnCpuMs, stepCpuMs } = this.limits;
    if (this.lane === 'shared') return turnCpuMs;
    let used = 0;
    for (const attempt of this.attempts.values()) used = Math.max(used, attempt.cpuMicros / 1_000);
    return Math.max(1, stepCpuMs - used);
  }
}
