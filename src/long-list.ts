// A list of rows that may become long, in pieces. An array that grows is copied over and over, at last by the megabyte, into memory that was
// never touched before, and nothing else is done meanwhile. A short list is one small array.

const rowsPerPiece = 128;

export class LongList<T> {
  /** Places of a row. */
  readonly #width: number;
  readonly #first: T[] = [];
  /** Null for the many lists that stay short. */
  #others: T[][] | null = null;
  #length = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Rows that there are. */
  get length(): number {
    return this.#length;
  }

  /** One more row, whose places have to be pushed on what this gives. (With the row as an argument it takes twice as long.) */
  next(): T[] {
    const row = this.#length++;
    if (row < rowsPerPiece) return this.#first;
    this.#others ??= [];
    if (row % rowsPerPiece === 0) this.#others.push([]);
    return this.#pieceOf(row);
  }

  /** Undefined if there is no such row. */
  at(row: number, place = 0): T | undefined {
    if (row >= this.#length) return undefined;
    return this.#pieceOf(row)[(row % rowsPerPiece) * this.#width + place];
  }

  /** In a row that there is. */
  replace(row: number, place: number, item: T): void {
    if (row >= this.#length) throw new Error('There is nothing to be replaced.');
    this.#pieceOf(row)[(row % rowsPerPiece) * this.#width + place] = item;
  }

  /** Forgets all but the first rows. */
  cut(length: number): void {
    if (length >= this.#length) return;
    const pieces = Math.max(1, Math.ceil(length / rowsPerPiece));
    this.#length = length;
    this.#others = pieces > 1 ? (this.#others?.slice(0, pieces - 1) ?? null) : null;
    const last = this.#others?.at(-1) ?? this.#first;
    last.length = (length - (pieces - 1) * rowsPerPiece) * this.#width;
  }

  #pieceOf(row: number): T[] {
    return row < rowsPerPiece ? this.#first : (this.#others?.[Math.floor(row / rowsPerPiece) - 1] as T[]);
  }
}
