// A list as it was when it was read. Its text is made when it is sent, for a list may be read often and sent seldom.
import { detached } from '../protocol/detached.ts';

/** Items are joined when they are so many, or so long: a short one by itself would take some ten times what its text does. */
const itemsApart = 1_024;
const lengthApart = 65_536;

/** The texts of a list's items, with commas between them. It only grows. */
export class ListText {
  /** No other list has the same. */
  readonly identity: object;
  /** Joined items, in order. What was written once is one chunk, and is not joined again. */
  #chunks: string[] = [];
  /** The items behind them, and their length with a comma for each. */
  #apart: string[] = [];
  #apartLength = 0;
  #length = 0;

  constructor(identity: object = {}) {
    this.identity = identity;
  }

  /** In UTF-16 units. */
  get length(): number {
    return this.#length;
  }

  /** `items`: the text of one, or of several. */
  push(items: string): void {
    this.#length += items.length + (this.#length > 0 ? 1 : 0);
    this.#apart.push(items);
    this.#apartLength += items.length + 1;
    if (this.#apart.length >= itemsApart || this.#apartLength >= lengthApart) this.#join();
  }

  /** The text of the first items, of this length all in all. */
  first(length: number): string {
    if (length > (this.#chunks[0]?.length ?? 0)) {
      this.#join();
      this.#chunks = [this.#chunks.join(',')];
    }
    const [text = ''] = this.#chunks;
    return length === text.length ? text : text.slice(0, length);
  }

  /** Adds to the other list, which has the first items, those that follow up to this length. It holds on to nothing else. */
  giveTo(other: ListText, length: number): void {
    this.#join();
    let start = 0;
    for (const chunk of this.#chunks) {
      const from = Math.max(0, other.length > 0 ? other.length + 1 - start : 0);
      const end = Math.min(chunk.length, length - start);
      if (end > from) other.push(end - from === chunk.length ? chunk : detached(chunk.slice(from, end)));
      start += chunk.length + 1;
      if (start >= length) return;
    }
  }

  #join(): void {
    if (this.#apart.length === 0) return;
    this.#chunks.push(this.#apart.length === 1 ? (this.#apart[0] ?? '') : this.#apart.join(','));
    this.#apart = [];
    this.#apartLength = 0;
  }
}

export class ListSnapshot {
  readonly #list: ListText;
  /** So much of its text was there: as lists only grow, that is a snapshot. */
  readonly #length: number;
  /** Length of the text that {@link text} gives, in UTF-8, at most. */
  readonly bytes: number;
  /** Whether its list is that of snapshots only, and does not go on growing with the one in the store. */
  readonly #isApart: boolean;

  constructor(list: ListText, bytes: number, length = list.length, isApart = false) {
    this.#list = list;
    this.bytes = bytes;
    this.#length = length;
    this.#isApart = isApart;
  }

  /** Whether both are of one list, at one moment or at two. */
  isOf(other: unknown): other is ListSnapshot {
    return other instanceof ListSnapshot && other.#list.identity === this.#list.identity;
  }

  /**
   * The same, to be kept: it holds on to no more than what it says, whatever the list grows to, also where that has left its store. What it
   * has in common with the one of the same list that was kept before, if there is one, both hold together.
   */
  apart(before: unknown): ListSnapshot {
    if (this.#isApart) return this;
    const kept = this.isOf(before) && before.#isApart ? before.#list : new ListText(this.#list.identity);
    this.#list.giveTo(kept, this.#length);
    return new ListSnapshot(kept, this.bytes, this.#length, true);
  }

  text(): string {
    return `[${this.#list.first(this.#length)}]`;
  }

  /** As other values of a store are: as JSON it is a text. */
  toJSON(): string {
    return this.text();
  }
}

/** The JSON text of a value of a store. */
export function writtenOut(value: string | ListSnapshot): string {
  return typeof value === 'string' ? value : value.text();
}
