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
}

export class Journal {
  readonly #entries: Entry[] = [];
  #position = 0;
  #replay: Replay = 'interrupted';
  /** Branches the step has armed, log text it has written: effects stay when an attempt goes. */
  branches = 0;
  logBytes = 0;

  /** Begins the next attempt at the first op. */
  rewind(replay: Replay): void {
    this.#position = 0;
    this.#replay = replay;
  }

  get position(): number {
    return this.#position;
  }

  /**
   * Moves past the next op. Gives the recorded reply if it holds again, null if the op has to be done, or `diverged`
   * if an earlier attempt did something else here: from this position on the step goes on as new code.
   */
  next(op: Op): Reply | null | 'diverged' {
    const entry = this.#entries[this.#position++];
    if (entry === undefined) return null;
    if (!isSame(entry.op, op)) {
      this.#entries.length = this.#position - 1;
      return 'diverged';
    }
    const hadEffect = changesState(op) && entry.reply !== null && !(entry.reply instanceof Refusal);
    return this.#replay === 'interrupted' || hadEffect ? entry.reply : null;
  }

  record(position: number, op: Op, reply: Reply | null): void {
    this.#entries[position] = { op, reply };
  }

  /** A sleep is over. */
  answer(position: number): void {
    const entry = this.#entries[position];
    if (entry !== undefined) entry.reply = '';
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
