// A list as it was when it was read. Its text is made when it is sent, for a list may be read often and sent seldom.

/** The texts of a list's items. It only grows. */
export interface List {
  /** No other list has the same. */
  readonly identity: object;
  readonly pieces: string[];
}

export class ListSnapshot {
  readonly #list: List;
  /** Of its pieces these were there: as lists only grow, that is a snapshot. */
  readonly #length: number;
  /** Length of the text that {@link text} gives, at most. */
  readonly bytes: number;
  /** Whether its pieces are those of snapshots only, and not of a list that goes on growing. */
  readonly #isApart: boolean;

  constructor(list: List, bytes: number, length = list.pieces.length, isApart = false) {
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
    const { identity, pieces } = this.#list;
    const list: List = this.isOf(before) && before.#isApart ? before.#list : { identity, pieces: [] };
    for (const piece of pieces.slice(list.pieces.length, this.#length)) list.pieces.push(piece);
    return new ListSnapshot(list, this.bytes, this.#length, true);
  }

  text(): string {
    const { pieces } = this.#list;
    return `[${(this.#length === pieces.length ? pieces : pieces.slice(0, this.#length)).join(',')}]`;
  }
}
