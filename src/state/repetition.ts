// The order and the turns in which an attempt gets its replies: those of the attempt before, as long as it repeats that
// one. Parallel ops make a step's ways depend on them as much as on the replies themselves.
import { LongList } from '../long-list.ts';
import type { Reply } from './run-store.ts';

/** In which turn a reply has to come, seen from the one before: any, or as in the attempt that is being repeated. */
export type TurnOfReply = 'any' | 'new' | 'same';

interface Offer {
  readonly reply: Reply;
  /** What the clock of the step says then. */
  readonly at: number;
}

/** A reply that may go out now. */
export interface Due extends Offer {
  readonly position: number;
  readonly turn: TurnOfReply;
}

export class Repetition {
  /** Which replies have gone out, and in which turns: twice the position, plus one for the first of a turn. Null while none has. */
  #sent: LongList<number> | null = null;
  #lastTurn = -1;
  /** What the attempt before had been sent. */
  #script: readonly number[] = [];
  #repeated = 0;
  /** The turn that is to be repeated next; null when that has to be looked up. */
  #turn: readonly number[] | null = null;
  /** Replies that are there before their turn has come; null until something is repeated, as hardly a step is. */
  #offers: Map<number, Offer> | null = null;

  /** Another attempt begins, and repeats what the longest one before it was sent of the first ops. */
  rewind(positions: number): void {
    const sent = this.#sent;
    const length = sent?.length ?? 0;
    if (length > this.#script.length) this.#script = Array.from({ length }, (_, i) => sent?.at(i) as number);
    this.#script = sentBefore(this.#script, positions);
    this.#sent = null;
    this.#lastTurn = -1;
    this.#repeated = 0;
    this.#turn = null;
    this.#offers = null;
  }

  /** The reply has gone out in this turn of the attempt's cell. */
  sent(position: number, turn: number): void {
    this.#sent ??= new LongList(1);
    this.#sent.next().push(position * 2 + (turn === this.#lastTurn ? 0 : 1));
    this.#lastTurn = turn;
  }

  /** Whether replies have to wait for those that the attempt before got first. */
  get isUnderWay(): boolean {
    return this.#repeated < this.#script.length;
  }

  /** Whether the attempt before was next sent a reply to an op from this position on. */
  awaits(position: number): boolean {
    this.#turn ??= this.#nextTurn();
    return this.#turn.some((next) => next >= position);
  }

  /** A reply is there. Gives those that may go out now, turn by turn; when nothing is left to repeat, all of them. */
  offer(position: number, reply: Reply, at: number): readonly Due[] {
    this.#offers ??= new Map();
    const offered = this.#offers.set(position, { reply, at });
    const due: Due[] = [];
    for (;;) {
      this.#turn ??= this.#nextTurn();
      const turn = this.#turn;
      if (turn.length === 0) break;
      if (offered.size < turn.length) return due; // Of a large turn most offers are not the last one.
      const offers = turn.flatMap((next) => ({ position: next, ...offered.get(next) }));
      const ready = offers.filter((offer): offer is Offer & { position: number } => 'reply' in offer);
      if (ready.length < turn.length) return due;
      due.push(...ready.map((offer, i) => ({ ...offer, turn: i === 0 ? ('new' as const) : ('same' as const) })));
      for (const next of turn) offered.delete(next);
      this.#repeated += turn.length;
      this.#turn = null;
    }
    return [...due, ...this.#release()];
  }

  /** Nothing is repeated any more. Gives the replies that were held back. */
  end(): readonly Due[] {
    this.#script = [];
    this.#repeated = 0;
    this.#turn = null;
    return this.#release();
  }

  /** What was repeated may be lost before it is sent: until then it may have to be repeated once more. */
  #release(): readonly Due[] {
    const held = [...(this.#offers ?? [])].map(([position, offer]) => ({ ...offer, position, turn: 'new' as const }));
    this.#offers = null;
    return held;
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
