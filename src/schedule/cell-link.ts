// The main thread's view of one cell: who runs in it, and what is to be delivered to it.
import { Fifo } from '../fifo.ts';
import { type CellLimits, opBytesWaitingIn } from '../limits.ts';
import { monotonicTime } from '../machine-timers.ts';
import { NumberMap } from '../number-map.ts';
import type { CellSpec } from '../protocol/frames.ts';
import { type OpLengths, opLengthsOf } from '../protocol/op-lengths.ts';
import { inboxLetters } from '../protocol/records.ts';
import type { ListSnapshot } from '../state/list-snapshot.ts';
import type { Due, TurnOfReply } from '../state/repetition.ts';
import type { Program, RunState, Step } from '../state/run-state.ts';
import { Refusal } from '../state/run-store.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { PlacedAttempt } from './placed-attempt.ts';
import type { Tally } from './room.ts';
import type { WorkerLink } from './worker-link.ts';

/** A record for one attempt. */
interface Outgoing {
  readonly attempt: PlacedAttempt;
  readonly text: string;
  /** The text of a list is made when there is room to send it. */
  readonly list: ListSnapshot | null;
  /** Position of the op that it replies to; -1 for other records. */
  readonly position: number;
  readonly turn: TurnOfReply;
}

/** What goes into one turn of a cell. */
export interface Batch {
  readonly text: string;
  /** Whom its records are for, one for each: whoever overruns the turn is among them. */
  readonly attempts: readonly PlacedAttempt[];
  readonly budgetMs: number;
}

/** Length of a delivery from which the next one begins. */
const deliveryLength = 512 * 1_024;
/** Steps that have a context each: together they share the memory of one cell. */
const contextsMost = 16;
const contextsPerTurn = 4;
/** The part of its memory from which a cell is nearly full. */
const fullFrom = 0.75;

export class CellLink {
  readonly id: number;
  readonly worker: WorkerLink;
  readonly program: Program;
  readonly tenant: TenantState;
  readonly lane: 'shared' | 'exclusive';
  /** Those of the run that the cell was opened for: it takes steps of no run that is held to others. */
  readonly limits: CellLimits;
  readonly attempts: NumberMap<PlacedAttempt> = new NumberMap();
  readonly #outgoing: Fifo<Outgoing> = new Fifo();
  /** The time that the records posted last are for. */
  #time = -1;
  /** The run whose step was started last, by what no other run has: an id may come again. */
  #seed = '';
  #turns = 0;
  /** From when on something for it has been ready that its thread could not be sent yet; null if nothing is. */
  heldSince: number | null = null;
  /** Turns that it has been sent and has not answered. */
  /** Of the texts that come from it. */
  readonly lengths: OpLengths;
  turnsInFlight = 0;
  heapBytes = 0;
  /** What its steps were guessed to take. */
  loadMicros = 0;
  /** What its tenant has of its thread. */
  readonly tally: Tally;
  /** Of this process, in ms. */
  readonly openedAt = monotonicTime();
  /** When the last step left it. */
  usedAt = this.openedAt;
  /** The tenant that it was given up for, if it was: as long as that waits, it takes no more steps, and goes when it is empty. */
  givenUpFor: TenantState | null = null;
  /** Whether the worker has been told of it. */
  isOpened = false;

  constructor(id: number, worker: WorkerLink, step: Step) {
    this.id = id;
    this.worker = worker;
    this.program = step.run.program;
    this.tenant = step.run.tenant;
    this.limits = step.run.limits;
    this.lengths = opLengthsOf(this.limits);
    this.lane = worker.lane;
    this.tally = worker.room.tallyOf(step.run.program.tenant);
  }

  /** What the worker is told to make the cell. */
  spec(): CellSpec {
    const { code, methods, identifiers, sharedFunctions, isolation, region } = this.program;
    const { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes } = this.limits;
    const { logBytesPerStep, delaySecondsMin, cellMemoryMb: memoryMb } = this.limits;
    const ofOps = { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes };
    const opBytesWaitingPerStep = opBytesWaitingIn(memoryMb);
    const bounds = { ...ofOps, opBytesWaitingPerStep, logBytesPerStep, delaySecondsMin };
    return { code, methods, identifiers, sharedFunctions, memoryMb, isolation, region, bounds };
  }

  /** So many go into a turn, at most: a context that has to be made first takes some ms of it. */
  get recordsPerTurn(): number {
    return this.program.isolation === 'realm' ? Number.POSITIVE_INFINITY : contextsPerTurn;
  }

  /** Whether one more step may come in. */
  get hasRoom(): boolean {
    return this.program.isolation === 'realm' || this.attempts.size < contextsMost;
  }

  start(attempt: PlacedAttempt): void {
    const { step, address } = attempt;
    const { run, journal, method, ordinal } = step;
    const record = `${inboxLetters.start}${address}${method}\t${ordinal}\t${step.attempt}\t${step.data}\n`;
    this.#post(attempt, this.#timeRecord(journal?.startedAt ?? 0) + this.#runRecord(run) + record);
  }

  reply(attempt: PlacedAttempt, { position, reply, at, turn }: Due): void {
    const time = this.#timeRecord(at);
    const { address } = attempt;
    if (typeof reply === 'string') {
      const record = `${inboxLetters.resolve}${address}${position}\t${reply}\n`;
      this.#post(attempt, time + record, position, turn);
    } else if (reply instanceof Refusal) {
      const refusal = `${reply.code}\t${JSON.stringify(reply.message)}`;
      this.#post(attempt, `${time}${inboxLetters.reject}${address}${position}\t${refusal}\n`, position, turn);
    } else {
      this.#post(attempt, `${time}${inboxLetters.resolve}${address}${position}\t`, position, turn, reply);
    }
  }

  forget(attempt: PlacedAttempt): void {
    this.#post(attempt, `${inboxLetters.forget}${attempt.address.trimEnd()}\n`);
  }

  /** Its heap as it was measured last, told with a turn for these attempts. */
  measured(heapBytes: number, attempts: Iterable<PlacedAttempt>): void {
    this.heapBytes = heapBytes;
    for (const { step } of attempts) {
      const { status, usage } = step.run;
      if (status.kind === 'open') usage.heapBytes = Math.max(usage.heapBytes, heapBytes);
    }
  }

  get isNearlyFull(): boolean {
    return this.heapBytes > fullFrom * this.limits.cellMemoryMb * 2 ** 20;
  }

  get hasOutgoing(): boolean {
    return this.#outgoing.size > 0;
  }

  /** What is to be delivered next, of at most `records` records. */
  nextBatch(records: number): Batch {
    const attempts: PlacedAttempt[] = [];
    /** Those whose turn is one of the attempt before, to which nothing is added. */
    let repeating: Set<PlacedAttempt> | null = null;
    this.#turns++;
    let text = '';
    for (let next = this.#outgoing.peek(); next !== undefined; next = this.#outgoing.peek()) {
      const isFull = attempts.length >= records || text.length >= deliveryLength;
      if (isFull && !belongsHere(next, text.length)) break;
      if (next.turn === 'new' && attempts.includes(next.attempt)) break;
      if (next.turn === 'any' && repeating?.has(next.attempt)) break;
      if (next.turn !== 'any') repeating = (repeating ?? new Set()).add(next.attempt);
      this.#outgoing.shift();
      text += next.list === null ? next.text : `${next.text}${next.list.text()}\n`;
      attempts.push(next.attempt);
      // The journal of an attempt that is over is the next attempt's by now.
      if (next.position >= 0 && !next.attempt.isOver) noteSent(next.attempt.step, next.position, this.#turns);
    }
    return { text, attempts, budgetMs: this.#budgetMs() };
  }

  /** Most records have the time of the one before. */
  #timeRecord(at: number): string {
    if (at === this.#time) return '';
    this.#time = at;
    return `${inboxLetters.now}\t${at}\n`;
  }

  /** Most steps are of the run of the one before. */
  #runRecord({ id, seed, headers }: RunState): string {
    if (seed === this.#seed) return '';
    this.#seed = seed;
    return `${inboxLetters.run}\t${JSON.stringify(id)}\t${JSON.stringify(seed)}\t${JSON.stringify(headers)}\n`;
  }

  /** `text`: whole records, but for the list that ends the last one. */
  #post(
    attempt: PlacedAttempt,
    text: string,
    position = -1,
    turn: TurnOfReply = 'any',
    list: ListSnapshot | null = null,
  ): void {
    attempt.undelivered++;
    this.#outgoing.push({ attempt, text, list, position, turn });
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

/**
 * Replies that came together come together again, as long as they are what they were: a turn had less than a delivery, and one more value. What
 * a step reads anew may have become longer.
 */
function belongsHere({ turn, text, list, attempt }: Outgoing, lengthBefore: number): boolean {
  const length = lengthBefore + text.length + (list?.bytes ?? 0);
  return turn === 'same' && length <= 2 * deliveryLength + attempt.step.run.limits.readBytes;
}

/** In which turn a reply went out is what a further attempt of the step repeats, in this process or after it. */
function noteSent(step: Step, position: number, turn: number): void {
  step.journal?.sent(position, turn);
  step.run.ledger?.sent(step, position, turn);
}
