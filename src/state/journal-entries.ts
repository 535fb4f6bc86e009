// A step's ops with what they were answered, by position, and how much memory they hold. A run keeps hundreds of thousands:
// one array for each part takes a quarter less than an object for each op.
import type { Op } from '../protocol/ops.ts';
import { ListSnapshot, Refusal, type Reply } from './run-store.ts';

/** Of a sleep that has never been over. */
export const noTime = 0;

/** What an op takes beside its texts: measured as 112 to 161 bytes of heap, by kind (Node 26). */
const opBytes = 160;
/** A shorter text that was read is among what an op takes anyway. */
const longRead = 64;

export class JournalEntries {
  readonly #ops: Op[] = [];
  /** Null while the op has no reply, or has to be done anew. */
  readonly #replies: (Reply | null)[] = [];
  readonly #times: number[] = [];
  /** What was read last of each key that has a long value: as long as it is the same, it is kept once. */
  readonly #reads: Map<string, string | ListSnapshot> = new Map();
  #bytes = 0;

  get length(): number {
    return this.#ops.length;
  }

  get ops(): readonly Op[] {
    return this.#ops;
  }

  /** What the ops and the values that they have read hold, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Ops that have changed something, in order. */
  get effects(): readonly Op[] {
    return this.#ops.filter((_, position) => this.#hasEffect(position));
  }

  opAt(position: number): Op | undefined {
    return this.#ops[position];
  }

  replyAt(position: number): Reply | null {
    return this.#replies[position] ?? null;
  }

  /** What the clock of the step said when it got the reply. */
  timeAt(position: number): number {
    return this.#times[position] ?? noTime;
  }

  /** Puts an op behind the others, or gives one that is there its reply. */
  put(position: number, op: Op, reply: Reply | null, at: number): void {
    if (position > this.#ops.length) throw new Error('A journal has no gaps.');
    if (position === this.#ops.length) this.#bytes += sizeOf(op);
    this.#ops[position] = op;
    this.#replies[position] = op.kind === 'get' ? this.#keepRead(op.key, reply) : reply;
    this.#times[position] = at;
  }

  /** Forgets all but the first ops. */
  cut(length: number): void {
    this.#ops.length = length;
    this.#replies.length = length;
    this.#times.length = length;
    this.#recount();
  }

  /** Forgets all that came behind the last effect, and the replies of what has had none: they are to be done anew. */
  keepEffects(): void {
    const length = 1 + this.#ops.findLastIndex((_, position) => this.#hasEffect(position));
    for (let position = 0; position < length; position++) {
      if (!this.#hasEffect(position)) this.#replies[position] = null;
    }
    this.cut(length);
  }

  #recount(): void {
    this.#reads.clear();
    this.#bytes = 0;
    for (const [position, op] of this.#ops.entries()) {
      this.#bytes += sizeOf(op);
      if (op.kind === 'get') this.#keepRead(op.key, this.replyAt(position));
    }
  }

  /** Counts a value that was read. The same text as before is the same memory: gives that of the read before. */
  #keepRead(key: string, reply: Reply | null): Reply | null {
    if (reply === null || reply instanceof Refusal) return reply;
    const bytes = reply instanceof ListSnapshot ? reply.bytes : reply.length;
    if (bytes < longRead) return reply;
    const last = this.#reads.get(key);
    if (last === reply) return last;
    this.#reads.set(key, reply);
    this.#bytes += last instanceof ListSnapshot && last.isOf(reply) ? Math.max(0, bytes - last.bytes) : bytes;
    return reply;
  }

  #hasEffect(position: number): boolean {
    const kind = this.#ops[position]?.kind;
    const reply = this.replyAt(position);
    return kind !== 'get' && kind !== 'sleep' && reply !== null && !(reply instanceof Refusal);
  }
}

function sizeOf(op: Op): number {
  return opBytes + op.key.length + op.value.length;
}
