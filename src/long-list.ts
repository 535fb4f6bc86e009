// A list of rows that may become long, in pieces. An array that grows is copied over and over, at last by the megabyte, into memory that was
// never touched before, and nothing else is done meanwhile. A short list is one small array.

/** Rows of a piece: two to the power of this. */
const pieceBits = 7;
const inPiece = (1 << pieceBits) - 1;

export class LongList<T> {
  /** Places of a row. */
  readonly #width: number;
  readonly #first: T[] = [];
  /** Null for the many lists that stay short. */
  #others: T[][] | null = null;
  /** The piece that is written to. */
  #last: T[] = this.#first;
  #length = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Rows that there are. */
  get length(): number {
    return this.#length;
  }

  /** What the places of one more row have to be pushed on, all of them. */
  next(): T[] {
    const row = this.#length++;
    if (row > 0 && (row & inPiece) === 0) {
      this.#last = [];
      this.#others ??= [];
      this.#others.push(this.#last);
    }
    return this.#last;
  }

  /** Undefined if there is no such row. */
  at(row: number, place = 0): T | undefined {
    if (row >= this.#length) return undefined;
    return this.#pieceOf(row)[(row & inPiece) * this.#width + place];
  }

  /** In a row that there is. */
  replace(row: number, place: number, item: T): void {
    if (row >= this.#length) throw new Error('There is nothing to be replaced.');
    this.#pieceOf(row)[(row & inPiece) * this.#width + place] = item;
  }

  /** Forgets all but the first rows. */
  cut(length: number): void {
    if (length >= this.#length) return;
    this.#length = length;
    const last = Math.max(0, length - 1);
    this.#others = length <= inPiece + 1 ? null : (this.#others?.slice(0, last >> pieceBits) ?? null);
    this.#last = this.#pieceOf(last);
    this.#last.length = (length - (last & ~inPiece)) * this.#width;
  }

  #pieceOf(row: number): T[] {
    const piece = row >> pieceBits;
    return piece === 0 ? this.#first : (this.#others?.[piece - 1] as T[]);
  }
}
