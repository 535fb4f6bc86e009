// The ops of one step that have no reply: those that were sent, and behind them those that wait in the cell until there is room. A fan-out
// of ten thousand calls is one `Promise.all`: it is neither refused nor does it flood the host.
//
// Any call may overflow the tenant's stack. So an op is counted once its record is written, and without a further call: what an op that
// was not written leaves behind, the next one overwrites.
import { opLetters } from '../protocol/records.ts';
import type { Outbox } from './outbox.ts';
import type { StepBounds } from './step.ts';

export interface PendingOp {
  readonly letter: string;
  /** Its record without letter and ref, as long as it waits. */
  fields: string;
  readonly size: number;
  /** When a sleep is over; -1 for other ops. The end of a step waits for those, and not for a timer. */
  readonly wakesAt: number;
  /** Counts the step's records, this one's when it is sent; -1 until then. */
  position: number;
  /** Null for a timer, which nothing waits for but its callback, and for a line of the log. */
  readonly promise: object | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  next: PendingOp | null;
}

/** What an op takes in the cell while it waits, beside its text. Measured as 336 to 457 bytes of heap, with its promise and a short text (Node 26). */
export const waitingOpBytes = 384;

const noReply = { promise: null, resolve: (): void => {}, reject: (): void => {} };

interface Line {
  first: PendingOp | null;
  last: PendingOp | null;
}

export class PendingOps {
  readonly #bounds: StepBounds;
  readonly #outbox: Outbox;
  /** Records that were sent. */
  #position = 0;
  /** In the order in which they were sent, in which most replies come. */
  readonly #sent: Line = { first: null, last: null };
  /** Ops and lines of the log, in the order in which they were made. Null until one has to wait, as in most steps none has. */
  #waiting: Line | null = null;
  /** Sleeps apart: a step that sets a thousand timers goes on with its ops meanwhile. */
  #waitingSleeps: Line | null = null;
  #opsSent = 0;
  #sleepsSent = 0;
  #bytesSent = 0;
  #opsWaiting = 0;
  #bytesWaiting = 0;

  constructor(bounds: StepBounds, outbox: Outbox) {
    this.#bounds = bounds;
    this.#outbox = outbox;
  }

  /** Whether nothing is under way that could ever wake the step. */
  get isEmpty(): boolean {
    return this.#opsSent === 0 && this.#sleepsSent === 0;
  }

  /** Whether the step's end has to wait. */
  get holds(): boolean {
    return this.#opsSent > 0 || this.#opsWaiting > 0;
  }

  /** Whether an op may be sent at once. */
  hasRoom(size: number, isSleep: boolean): boolean {
    const line = isSleep ? this.#waitingSleeps : this.#waiting;
    return (line === null || line.first === null) && this.#isRoomFor(size, isSleep);
  }

  /** Whether an op may wait. */
  mayWait(size: number): boolean {
    return this.#bytesWaiting + size + waitingOpBytes <= this.#bounds.opBytesWaitingPerStep;
  }

  send(op: PendingOp, record: string): void {
    this.#outbox.write(record);
    op.position = this.#position++;
    if (op.letter === opLetters.log) return;
    op.fields = '';
    const line = this.#sent;
    if (line.last === null) line.first = op;
    else line.last.next = op;
    line.last = op;
    this.#bytesSent += op.size;
    if (op.wakesAt >= 0) this.#sleepsSent++;
    else this.#opsSent++;
  }

  wait(op: PendingOp): void {
    const isSleep = op.wakesAt >= 0;
    const line = (isSleep ? this.#waitingSleeps : this.#waiting) ?? { first: null, last: null };
    if (isSleep) this.#waitingSleeps = line;
    else this.#waiting = line;
    if (line.last === null) line.first = op;
    else line.last.next = op;
    line.last = op;
    this.#bytesWaiting += op.size + waitingOpBytes;
    if (op.promise !== null) this.#opsWaiting++;
  }

  /** A line of the log has no reply. It waits only so as not to overtake the ops before it. */
  line(fields: string, record: string): void {
    if (this.#waiting !== null && this.#waiting.first !== null) {
      const { log: letter } = opLetters;
      return this.wait({ ...noReply, letter, fields, size: fields.length, wakesAt: -1, position: -1, next: null });
    }
    this.#outbox.write(record);
    this.#position++;
  }

  /** Takes out the next one that is to be sent now; null if there is none, or no room for it. */
  nextToSend(): PendingOp | null {
    return this.#takeFirst(this.#waiting, false) ?? this.#takeFirst(this.#waitingSleeps, true);
  }

  /** Takes out the op that has got its reply; null if nobody waits for it. */
  replied(position: number): PendingOp | null {
    const line = this.#sent;
    let before: PendingOp | null = null;
    let op = line.first;
    while (op !== null && op.position !== position) {
      before = op;
      op = op.next;
    }
    if (op === null) return null;
    if (before === null) line.first = op.next;
    else before.next = op.next;
    if (op === line.last) line.last = before;
    this.#bytesSent -= op.size;
    if (op.wakesAt >= 0) this.#sleepsSent--;
    else this.#opsSent--;
    return op;
  }

  forget(): void {
    this.#sent.first = null;
    this.#sent.last = null;
    this.#waiting = null;
    this.#waitingSleeps = null;
  }

  #takeFirst(line: Line | null, isSleep: boolean): PendingOp | null {
    if (line === null) return null;
    const op = line.first;
    if (op === null || (op.letter !== opLetters.log && !this.#isRoomFor(op.size, isSleep))) return null;
    line.first = op.next;
    if (op === line.last) line.last = null;
    op.next = null;
    this.#bytesWaiting -= op.size + waitingOpBytes;
    if (op.promise !== null) this.#opsWaiting--;
    return op;
  }

  /** One that is larger than all that may be under way goes alone. */
  #isRoomFor(size: number, isSleep: boolean): boolean {
    const { opsInFlightPerStep, opBytesInFlightPerStep } = this.#bounds;
    if (isSleep) return this.#sleepsSent < opsInFlightPerStep;
    return (
      this.#opsSent < opsInFlightPerStep && (this.#opsSent === 0 || this.#bytesSent + size <= opBytesInFlightPerStep)
    );
  }
}
