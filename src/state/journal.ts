// The results of a step's ops by position, kept while the step is unfinished. When the step is run again, an op that
// has been done is answered from here and not done twice.
import type { Op } from '../protocol/ops.ts';
import { Refusal, type Reply } from './run-store.ts';

/** Why a step is run again. After its own failure it reads anew; after a loss that was not its fault it reads the same. */
export type Replay = 'failed' | 'interrupted';

/** Of a sleep that has never been over. */
export const noTime = 0;

interface Entry {
  readonly op: Op;
  /** Null while the op (a sleep) has no reply. */
  reply: Reply | null;
  /** What the clock of the step said when it got the reply. */
  at: number;
}

/** What an earlier attempt had got at a position. */
export interface Replayed {
  /** Null if the op has to be done anew. */
  readonly reply: Reply | null;
  /** The time goes as it went then, so that what a step makes of it is the same again. */
  readonly at: number;
}

/** In which turn a reply has to come, seen from the one before: any, or as in the attempt that is being repeated. */
export type TurnOfReply = 'any' | 'new' | 'same';

/** A reply that may go out now. */
export interface Due extends Offer {
  readonly position: number;
  readonly turn: TurnOfReply;
}

interface Offer {
  readonly reply: Reply;
  readonly at: number;
}

export class Journal {
  readonly #entries: Entry[] = [];
  /** Which replies have gone out, and in which turns: twice the position, plus one for the first of a turn. */
  #sent: number[] = [];
  #lastTurn = -1;
  /** What the attempt before had been sent. Parallel ops make a step's ways depend on it as much as on the replies. */
  #script: readonly number[] = [];
  #repeated = 0;
  /** The turn that is to be repeated next; null when that has to be looked up. */
  #turn: readonly number[] | null = null;
  /** Replies that are there before their turn has come. */
  readonly #offers: Map<number, Offer> = new Map();
  #position = 0;
  /** Before this position all replies hold; from it on, only those of ops that have changed something. */
  #readsHoldBefore = 0;
  #startedAt = 0;
  /** Branches the step has armed, log text it has written: effects stay when an attempt goes. */
  branches = 0;
  logBytes = 0;
  #bytes = 0;

  /** An attempt begins. It begins when the first one did, unless nothing has come of that one. */
  begin(now: number): void {
    if (this.#entries.length === 0) this.#startedAt = now;
  }

  /**
   * Goes back to the first op, for another attempt. After a failure all that came behind the last effect is forgotten:
   * nothing depends on it, and from there on the step reads, and sees the time, as if for the first time.
   */
  rewind(replay: Replay): void {
    if (this.#sent.length > this.#script.length) this.#script = this.#sent;
    if (replay === 'failed') {
      this.#readsHoldBefore = 0;
      this.#cut(1 + this.#entries.findLastIndex(hasEffect));
      this.#script = sentBefore(this.#script, this.#entries.length);
    } else {
      this.#readsHoldBefore = Math.max(this.#readsHoldBefore, this.#position);
    }
    this.#position = 0;
    this.#sent = [];
    this.#lastTurn = -1;
    this.#repeated = 0;
    this.#turn = null;
    this.#offers.clear();
  }

  /** What the clock of the step says when the attempt begins. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Ops that have changed something outside the log, in order. */
  get effects(): readonly Op[] {
    return this.#entries.filter((entry) => hasEffect(entry) && entry.op.kind !== 'log').map(({ op }) => op);
  }

  /** Text of the ops that it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  get position(): number {
    return this.#position;
  }

  /**
   * Moves past the next op. Gives what an earlier attempt had got for it, or `diverged` if that one did something else
   * here: then {@link diverge} has to follow.
   */
  next(op: Op): Replayed | 'new' | 'diverged' {
    const position = this.#position++;
    const entry = this.#entries[position];
    if (entry === undefined) return 'new';
    if (!isSame(entry.op, op)) return 'diverged';
    return { reply: position < this.#readsHoldBefore || hasEffect(entry) ? entry.reply : null, at: entry.at };
  }

  /** Gives by how much that has made {@link bytes} grow. */
  record(position: number, op: Op, reply: Reply | null, at: number): number {
    const old = this.#entries[position];
    const growth = sizeOf(op) - (old === undefined ? 0 : sizeOf(old.op));
    this.#bytes += growth;
    this.#entries[position] = { op, reply, at };
    return growth;
  }

  /** The reply has gone out in this turn of the attempt's cell. */
  sent(position: number, turn: number): void {
    this.#sent.push(position * 2 + (turn === this.#lastTurn ? 0 : 1));
    this.#lastTurn = turn;
  }

  /** Whether replies have to wait for those that the attempt before got first. */
  get isRepeating(): boolean {
    return this.#repeated < this.#script.length;
  }

  /** Whether the attempt before was next sent a reply to an op that this one has not made. */
  get awaitsOp(): boolean {
    this.#turn ??= this.#nextTurn();
    return this.#turn.some((position) => position >= this.#position);
  }

  /** A reply is there. Gives those that may go out now, turn by turn; when nothing is left to repeat, all of them. */
  offer(position: number, reply: Reply, at: number): readonly Due[] {
    this.#offers.set(position, { reply, at });
    const due: Due[] = [];
    for (;;) {
      this.#turn ??= this.#nextTurn();
      const turn = this.#turn;
      if (turn.length === 0) break;
      if (this.#offers.size < turn.length) return due; // Of a large turn most offers are not the last one.
      const offers = turn.flatMap((next) => ({ position: next, ...this.#offers.get(next) }));
      const ready = offers.filter((offer): offer is Offer & { position: number } => 'reply' in offer);
      if (ready.length < turn.length) return due;
      due.push(...ready.map((offer, i) => ({ ...offer, turn: i === 0 ? ('new' as const) : ('same' as const) })));
      for (const next of turn) this.#offers.delete(next);
      this.#repeated += turn.length;
      this.#turn = null;
    }
    return [...due, ...this.#endRepetition()];
  }

  /** Positions of the replies that the attempt before got together, next. */
  #nextTurn(): readonly number[] {
    const positions: number[] = [];
    for (let i = this.#repeated; i < this.#script.length; i++) {
      const sent = this.#script[i] ?? 0;
      if (positions.length > 0 && sent % 2 === 1) break;
      positions.push(sent >> 1);
    }
    return positions;
  }

  /** The step goes its own way from here: gives the replies that were held back, and forgets what it does not repeat. */
  diverge(position: number): readonly Due[] {
    this.#cut(position);
    return this.#endRepetition();
  }

  #cut(length: number): void {
    for (const { op } of this.#entries.splice(length)) this.#bytes -= sizeOf(op);
  }

  #endRepetition(): readonly Due[] {
    this.#script = [];
    this.#repeated = 0;
    this.#turn = null;
    const held = [...this.#offers].map(([position, offer]) => ({ ...offer, position, turn: 'new' as const }));
    this.#offers.clear();
    return held;
  }

  /** A sleep is over. Gives what the clock of the step says then: the same in each attempt that repeats it. */
  answer(position: number, now: number): number {
    const entry = this.#entries[position];
    if (entry === undefined) return now;
    entry.reply = '';
    if (entry.at === noTime) entry.at = now;
    return entry.at;
  }
}

/** The part of a script that is about the first ops, cut into the same turns. */
function sentBefore(script: readonly number[], positions: number): readonly number[] {
  const kept: number[] = [];
  let isFirst = 0;
  for (const sent of script) {
    isFirst |= sent % 2;
    if (sent >> 1 >= positions) continue;
    kept.push((sent >> 1) * 2 + isFirst);
    isFirst = 0;
  }
  return kept;
}

function sizeOf(op: Op): number {
  return op.key.length + op.value.length;
}

function hasEffect({ op, reply }: Entry): boolean {
  return op.kind !== 'get' && op.kind !== 'sleep' && reply !== null && !(reply instanceof Refusal);
}

function isSame(a: Op, b: Op): boolean {
  return a.kind === b.kind && a.key === b.key && a.value === b.value && a.amount === b.amount && a.method === b.method;
}
