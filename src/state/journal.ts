// The results of a step's ops by position, kept while the step is unfinished. When the step is run again, an op that
// has been done is answered from here and not done twice.
import type { Op } from '../protocol/ops.ts';
import { type DoneOp, isLike, JournalEntries, noTime } from './journal-entries.ts';
import { type Due, Repetition } from './repetition.ts';
import type { Refusal, Reply } from './run-store.ts';
import { noUsage, type Usage } from './usage.ts';
import { begunBytes } from './weight.ts';

/** Why a step is run again. After its own failure it reads anew; after a loss that was not its fault it reads the same. */
export type Replay = 'failed' | 'interrupted';

/** What an earlier attempt had got at a position. */
export interface Replayed {
  /** Null if the op has to be done anew. */
  readonly reply: Reply | null;
  /** The time goes as it went then, so that what a step makes of it is the same again. */
  readonly at: number;
}

export class Journal {
  readonly #entries = new JournalEntries();
  readonly #repetition = new Repetition();
  #position = 0;
  #refusal: Refusal | null = null;
  #startedAt = 0;
  /** Branches the step has armed, log text it has written: effects stay when an attempt goes. */
  branches = 0;
  logBytes = 0;
  /** Of all attempts. */
  readonly usage: Usage = noUsage();
  /** When the attempt under way was dispatched. */
  #dispatchedAt = 0;

  /** An attempt begins. It begins when the first one did, unless nothing has come of that one. */
  begin(now: number): void {
    this.#dispatchedAt = now;
    if (this.#entries.length === 0) this.#startedAt = now;
  }

  /**
   * Goes back to the first op, for another attempt. After a failure all that came behind the last effect is forgotten:
   * nothing depends on it, and from there on the step reads, and sees the time, as if for the first time.
   */
  rewind(replay: Replay): void {
    if (replay === 'failed') {
      this.#entries.keepEffects();
      this.#refusal = null;
    }
    this.#repetition.rewind(this.#entries.length);
    this.#position = 0;
  }

  /** How long the attempt under way has been. */
  activeMs(now: number): number {
    return now - this.#dispatchedAt;
  }

  /** What the clock of the step says when the attempt begins. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** All ops of the attempt under way, and those of earlier ones that it has not come to. */
  get ops(): readonly Op[] {
    return this.#entries.ops;
  }

  /** Ops that have changed something outside the log: first those that a later attempt did not repeat, then the others, in order. */
  get effects(): readonly DoneOp[] {
    return this.#entries.effects;
  }

  /** What it holds, about: for the bounds of its step and run. */
  get bytes(): number {
    return this.#entries.bytes;
  }

  /** What it and its attempt take in memory. */
  get heldBytes(): number {
    return begunBytes + this.#entries.bytes + this.#entries.wideBytes;
  }

  get position(): number {
    return this.#position;
  }

  /** What is made again need not have been made from the first op on: the next one is at this position. */
  seek(position: number): void {
    this.#position = position;
  }

  /**
   * Moves past the next op. Gives what an earlier attempt had got for it, or `diverged` if that one did something else
   * here: then {@link diverge} has to follow.
   */
  next(op: Op): Replayed | 'new' | 'diverged' {
    const position = this.#position++;
    const before = this.#entries.opAt(position);
    if (before === undefined) return 'new';
    if (!isSame(before, op)) return 'diverged';
    return { reply: this.#entries.replyAt(position), at: this.#entries.timeAt(position) };
  }

  record(position: number, op: Op, reply: Reply | null, at: number): void {
    this.#entries.put(position, op, reply, at);
  }

  /** Why no op behind the last entry is kept, and so none is done: once there is a reason, it holds to the attempt's end. */
  get refusal(): Refusal | null {
    return this.#refusal;
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
  }

  /** A sleep is over. Gives what the clock of the step says then: the same in each attempt that repeats it. */
  answer(position: number, now: number): number {
    const op = this.#entries.opAt(position);
    if (op === undefined) return now;
    const before = this.#entries.timeAt(position);
    const at = before === noTime ? now : before;
    this.#entries.put(position, op, '', at);
    return at;
  }

  isLog(position: number): boolean {
    return this.#entries.opAt(position)?.kind === 'log';
  }

  /** The reply has gone out in this turn of the attempt's cell. */
  sent(position: number, turn: number): void {
    if (position < this.#entries.length) this.#repetition.sent(position, turn);
  }

  /** Whether replies have to wait for those that the attempt before got first. */
  get isRepeating(): boolean {
    return this.#repetition.isUnderWay;
  }

  /** Whether the attempt before was next sent a reply to an op that this one has not made. */
  get awaitsOp(): boolean {
    return this.#repetition.awaits(this.#position);
  }

  /** A reply is there. Gives those that may go out now. */
  offer(position: number, reply: Reply, at: number): readonly Due[] {
    return this.#repetition.offer(position, reply, at);
  }

  /** The step goes its own way from here: gives the replies that were held back, and forgets what it does not repeat but for its effects. */
  diverge(position: number): readonly Due[] {
    if (position < this.#entries.length) {
      this.#entries.cut(position);
      this.#refusal = null;
    }
    return this.#repetition.end();
  }
}

function isSame(a: Op, b: Op): boolean {
  return (a.value === b.value || isCut(a, b)) && isLike(a, b);
}

/** There was no room in memory for the text of an op that was refused for that: it is the same as one with any text. */
function isCut(kept: Op, { value }: Op): boolean {
  return kept.value === '' && value !== '';
}
