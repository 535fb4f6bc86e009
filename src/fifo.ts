// A first-in, first-out queue of any length whose ends cost the same at a million entries as at ten: a circle of places, of
// which there are twice as many when it is full and half as many when hardly any is taken. One that stays as long as it
// is takes no more memory, however much goes through it.

const leastPlaces = 8;
/** So many are kept, whether they are taken or not. */
const keptPlaces = 256;

export class Fifo<T> {
  /** As many as a power of two: a place's number wraps around by its lowest bits. */
  #places: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The entry that so many others are before; undefined when there are not so many. */
  at(index: number): T | undefined {
    return index < this.#size ? this.#places[(this.#head + index) & (this.#places.length - 1)] : undefined;
  }

  push(item: T): void {
    if (this.#size === this.#places.length) this.#resize(Math.max(leastPlaces, this.#size * 2));
    this.#places[(this.#head + this.#size) & (this.#places.length - 1)] = item;
    this.#size++;
  }

  peek(): T | undefined {
    return this.at(0);
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined; // What has left is not kept alive from here.
    this.#head = (this.#head + 1) & (this.#places.length - 1);
    this.#size--;
    const places = this.#places.length;
    if (places > keptPlaces && this.#size * 8 < places) this.#resize(places / 2);
    return item;
  }

  clear(): void {
    this.#places = [];
    this.#head = 0;
    this.#size = 0;
  }

  #resize(places: number): void {
    const moved = new Array<T | undefined>(places);
    for (let i = 0; i < this.#size; i++) moved[i] = this.at(i);
    this.#places = moved;
    this.#head = 0;
  }
}
