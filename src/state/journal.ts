// The results of a step's ops by position, kept while the step is unfinished. When the step is run again, an op that
// has been done is answered from here and not done twice.
import type { Op } from '../protocol/ops.ts';
import { ListSnapshot, Refusal, type Reply } from './run-store.ts';

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
  /** When the first attempt began: every attempt begins at that time. */
  readonly startedAt: number;
  /** Branches the step has armed, log text it has written: effects stay when an attempt goes. */
  branches = 0;
  logBytes = 0;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** Begins the next attempt at the first op. */
  rewind(replay: Replay): void {
    this.#readsHoldBefore = replay === 'failed' ? 0 : Math.max(this.#readsHoldBefore, this.#position);
    this.#position = 0;
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
    const hadEffect = changesState(op) && entry.reply !== null && !(entry.reply instanceof Refusal);
    return { reply: position < this.#readsHoldBefore || hadEffect ? entry.reply : null, at: entry.at };
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

function changesState(op: Op): boolean {
  return op.kind !== 'get' && op.kind !== 'sleep';
}

function isSame(a: Op, b: Op): boolean {
  return a.kind === b.kind && a.key === b.key && a.value === b.value && a.amount === b.amount && a.method === b.method;
}

/** A rough size of a reply on its way to a cell. */
export function sizeOf(reply: Reply): number {
  if (typeof reply === 'string') return reply.length;
  return reply instanceof ListSnapshot ? reply.bytes : reply.message.length;
}
