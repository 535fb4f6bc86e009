// The results of a step's ops by position, kept while the step is unfinished. When the step is run again, an op that
// has been done is answered from here and not done twice.
import type { Op } from '../protocol/ops.ts';
import { Refusal, type Reply } from './run-store.ts';

/** Why a step is run again. After its own failure it reads anew; after a loss that was not its fault it reads the same. */
export type Replay = 'failed' | 'interrupted';

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

export class Journal {
  readonly #entries: Entry[] = [];
  #position = 0;
  /** Before this position all replies hold; from it on, only those of ops that have changed something. */
  #readsHoldBefore = 0;
  #startedAt = 0;
  /** Branches the step has armed, log text it has written: effects stay when an attempt goes. */
  branches = 0;
  logBytes = 0;

  /** An attempt begins. It begins when the first one did, unless nothing has come of that one. */
  begin(now: number): void {
    if (this.#entries.length === 0) this.#startedAt = now;
  }

  /**
   * Goes back to the first op, for another attempt. After a failure all that came behind the last effect is forgotten:
   * nothing depends on it, and from there on the step reads, and sees the time, as if for the first time.
   */
  rewind(replay: Replay): void {
    if (replay === 'failed') {
      this.#readsHoldBefore = 0;
      this.#entries.length = 1 + this.#entries.findLastIndex(hasEffect);
    } else {
      this.#readsHoldBefore = Math.max(this.#readsHoldBefore, this.#position);
    }
    this.#position = 0;
  }

  /** What the clock of the step says when the attempt begins. */
  get startedAt(): number {
    return this.#startedAt;
  }

  get position(): number {
    return this.#position;
  }

  /**
   * Moves past the next op. Gives what an earlier attempt had got for it, or `diverged` if that one did something else
   * here: from this position on the step goes on as new code.
   */
  next(op: Op): Replayed | 'new' | 'diverged' {
    const position = this.#position++;
    const entry = this.#entries[position];
    if (entry === undefined) return 'new';
    if (!isSame(entry.op, op)) {
      this.#entries.length = position;
      return 'diverged';
    }
    return { reply: position < this.#readsHoldBefore || hasEffect(entry) ? entry.reply : null, at: entry.at };
  }

  record(position: number, op: Op, reply: Reply | null, at: number): void {
    this.#entries[position] = { op, reply, at };
  }

  /** A sleep is over. */
  answer(position: number, at: number): void {
    const entry = this.#entries[position];
    if (entry === undefined) return;
    entry.reply = '';
    entry.at = at;
  }
}

function hasEffect({ op, reply }: Entry): boolean {
  return op.kind !== 'get' && op.kind !== 'sleep' && reply !== null && !(reply instanceof Refusal);
}

function isSame(a: Op, b: Op): boolean {
  return a.kind === b.kind && a.key === b.key && a.value === b.value && a.amount === b.amount && a.method === b.method;
}
