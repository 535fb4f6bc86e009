// A step's ops with what they were answered, by position, and how much memory they hold. A run keeps hundreds of thousands,
// most of them in journals of one or two, or all in the journal of a step that fans out: each op takes three places of one list, for
// a further list or object would take more than they do.
import { LongList } from '../long-list.ts';
import type { Op, OpKind } from '../protocol/ops.ts';
import { ListSnapshot } from './list-snapshot.ts';
import { Refusal, type Reply } from './run-store.ts';
import { wideBytes } from './weight.ts';

/** Of a sleep that has never been over. */
export const noTime = 0;

/** What an op takes beside its texts: measured as 105 to 153 bytes of heap, by kind (Node 26). */
export const opBytes = 160;
/** A shorter text that was read is among what an op takes anyway. */
const longRead = 64;
/** So is what a shorter text takes beyond a byte for each character. */
const shortText = 32;

/**
 * Of each op: what it was, or only its value if all else is as in the latest one that is kept whole; its reply, null while it has none or has
 * to be done anew; and what the clock of the step said when it got that, null for no time, in ms since the first of them: V8 keeps small
 * numbers in their place, and makes an object of each other one.
 */
const placesPerOp = 3;
/** Each so manieth op is kept whole: so many are looked at to find out what one was. */
const wholeEvery = 64;

/** What is told of an op that has changed something outside its step. */
export type DoneOp = Pick<Op, 'kind' | 'key' | 'method'>;

export class JournalEntries {
  readonly #places: LongList<Op | string | Reply | number | null> = new LongList(placesPerOp);
  /** What was read last of each key that has a long value: as long as it is the same, it is kept once. Null until there is one. */
  #reads: Map<string, string | ListSnapshot> | null = null;
  /** Effects of ops that were cut off, in order: they stand. Null until there is one, as hardly a step goes another way. */
  #cutEffects: readonly DoneOp[] | null = null;
  #bytes = 0;
  #wideBytes = 0;
  #firstAt = noTime;
  /** The latest op that is kept whole. */
  #latest: Op | null = null;

  get length(): number {
    return this.#places.length;
  }

  get ops(): readonly Op[] {
    return Array.from(this.#kept(), ({ whole, value }) => (whole.value === value ? whole : { ...whole, value }));
  }

  /** What the ops, the values that they have read and the effects of those that were cut off hold, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What its texts take in memory beyond a byte for each character. */
  get wideBytes(): number {
    return this.#wideBytes;
  }

  /** Ops that have changed something outside the log: first those that were cut off, then the others, in order. */
  get effects(): readonly DoneOp[] {
    return [...(this.#cutEffects ?? []), ...this.#effectsFrom(0)];
  }

  opAt(position: number): Op | undefined {
    const value = this.#places.at(position) as Op | string | undefined;
    if (typeof value !== 'string') return value;
    let whole: unknown = value;
    for (let at = position; typeof whole === 'string'; at--) whole = this.#places.at(at - 1);
    return { ...(whole as Op), value };
  }

  /** All ops in order: of each its position, its value, and a whole op that it is like in all else. */
  *#kept(): Generator<{ readonly position: number; readonly whole: Op; readonly value: string }> {
    let whole = this.#places.at(0) as Op;
    for (let position = 0; position < this.length; position++) {
      const kept = this.#places.at(position) as Op | string;
      if (typeof kept !== 'string') whole = kept;
      yield { position, whole, value: typeof kept === 'string' ? kept : kept.value };
    }
  }

  replyAt(position: number): Reply | null {
    return (this.#places.at(position, 1) as Reply | null | undefined) ?? null;
  }

  timeAt(position: number): number {
    const since = this.#places.at(position, 2) as number | null | undefined;
    return since == null ? noTime : this.#firstAt + since;
  }

  /** Puts an op behind the others, or gives one that is there its reply. */
  put(position: number, op: Op, reply: Reply | null, at: number): void {
    const { length } = this;
    if (position > length) throw new Error('A journal has no gaps.');
    if (position === length) this.#count(op.key, op.value);
    const kept = op.kind === 'get' ? this.#keepRead(op.key, reply) : reply;
    if (this.#firstAt === noTime) this.#firstAt = at;
    const since = at === noTime ? null : at - this.#firstAt;
    if (position < length) {
      this.#restoreText(position, op);
      this.#places.replace(position, 1, kept);
      this.#places.replace(position, 2, since);
      return;
    }
    // Those without a value are one object anyway, or rare.
    const isWhole =
      position % wholeEvery === 0 || op.value === '' || this.#latest === null || !isLike(op, this.#latest);
    if (isWhole) this.#latest = op;
    this.#places.next().push(isWhole ? op : op.value, kept, since);
  }

  /** Forgets all but the first ops. Of the others only their effects are kept. */
  cut(length: number): void {
    const cut = [...this.#effectsFrom(length)];
    if (cut.length > 0) this.#cutEffects = [...(this.#cutEffects ?? []), ...cut];
    this.#places.cut(length);
    this.#latest = null;
    this.#recount();
  }

  /** Forgets all that came behind the last effect, and the replies of what has had none: they are to be done anew. */
  keepEffects(): void {
    let length = 0;
    for (const { position, whole } of this.#kept()) {
      if (this.#hasEffect(whole.kind, position)) length = position + 1;
      else this.#places.replace(position, 1, null);
    }
    this.cut(length);
  }

  *#effectsFrom(first: number): Generator<DoneOp> {
    for (const { position, whole } of this.#kept()) {
      if (position < first || whole.kind === 'log' || !this.#hasEffect(whole.kind, position)) continue;
      const { kind, key, method } = whole;
      yield { kind, key, method }; // Not the op itself, whose value may be long.
    }
  }

  #recount(): void {
    this.#reads = null;
    this.#bytes = 0;
    this.#wideBytes = 0;
    for (const { key } of this.#cutEffects ?? []) this.#count(key, '');
    for (const { position, whole, value } of this.#kept()) {
      this.#count(whole.key, value);
      if (whole.kind === 'get') this.#keepRead(whole.key, this.replyAt(position));
    }
  }

  /** Counts a value that was read. The same text as before is the same memory: gives that of the read before. */
  #keepRead(key: string, reply: Reply | null): Reply | null {
    if (reply === null || reply instanceof Refusal) return reply;
    const bytes = reply instanceof ListSnapshot ? reply.bytes : reply.length;
    if (bytes < longRead) return reply instanceof ListSnapshot ? reply.text() : reply;
    this.#reads ??= new Map();
    const last = this.#reads.get(key);
    if (last === reply) return last;
    const kept = reply instanceof ListSnapshot ? reply.apart(last) : reply;
    this.#reads.set(key, kept);
    this.#bytes += last instanceof ListSnapshot && last.isOf(reply) ? Math.max(0, bytes - last.bytes) : bytes;
    if (typeof reply === 'string') this.#wideBytes += wideBytes(reply);
    return kept;
  }

  /** An op that was kept without its text is done now, with one. */
  #restoreText(position: number, op: Op): void {
    const before = this.#places.at(position) as Op | string;
    if (op.value === '' || typeof before === 'string' || before.value !== '') return;
    this.#places.replace(position, 0, op);
    this.#bytes += op.value.length;
    this.#wideBytes += wideBytes(op.value);
  }

  #count(key: string, value: string): void {
    this.#bytes += opBytes + key.length + value.length;
    if (value.length > shortText) this.#wideBytes += wideBytes(value);
    if (key.length > shortText) this.#wideBytes += wideBytes(key);
  }

  #hasEffect(kind: OpKind, position: number): boolean {
    const reply = this.replyAt(position);
    return kind !== 'get' && kind !== 'sleep' && reply !== null && !(reply instanceof Refusal);
  }
}

/** Whether two ops differ in nothing but their values, if at all. */
export function isLike(a: Op, b: Op): boolean {
  return a.kind === b.kind && a.key === b.key && a.amount === b.amount && a.method === b.method;
}
