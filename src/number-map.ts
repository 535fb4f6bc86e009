// A map from whole numbers for what comes and goes hundreds of thousands of times a second. A `Map` leaves its entries behind in a
// table whenever it has had as many as it has room for, and each table holds on to the next: what had long gone outlived
// one collection after the other, until the whole heap was collected. This one takes no memory as long as it stays as large as it is.
//
// Open addressing with linear probing: an entry is at its home, or behind it with nothing empty between. Homes of numbers that are given
// out in order lie far from each other (they are multiples of the golden ratio): were they neighbours, taking one out would mean to look at all
// that come after it.

const leastPlaces = 8;
/** No key. */
const empty = -1;
/** 2^32 over the golden ratio: D. Knuth, The Art of Computer Programming, volume 3, section 6.4. */
const goldenMultiplier = 0x9e3779b1;

export class NumberMap<V> {
  /** As many as a power of two, and at least twice as many as there are entries. */
  #keys: number[] = [];
  #values: (V | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: number): V | undefined {
    return this.#size === 0 ? undefined : this.#values[this.#placeOf(key)];
  }

  set(key: number, value: V): void {
    if (this.#size * 2 >= this.#keys.length) this.#resize(Math.max(leastPlaces, this.#keys.length * 2));
    const place = this.#placeOf(key);
    if (this.#keys[place] === empty) this.#size++;
    this.#keys[place] = key;
    this.#values[place] = value;
  }

  /** Whether there was one. */
  delete(key: number): boolean {
    if (this.#size === 0) return false;
    const place = this.#placeOf(key);
    if (this.#keys[place] === empty) return false;
    this.#size--;
    this.#close(place);
    const places = this.#keys.length;
    if (places > leastPlaces && this.#size * 16 < places) this.#resize(places / 2);
    return true;
  }

  clear(): void {
    this.#keys = [];
    this.#values = [];
    this.#size = 0;
  }

  /** As they are now, by their keys. */
  entries(): [key: number, value: V][] {
    const entries: [number, V][] = [];
    for (const [place, key] of this.#keys.entries()) {
      if (key !== empty) entries.push([key, this.#values[place] as V]);
    }
    return entries.sort(([a], [b]) => a - b);
  }

  /** As they are now, by their keys. */
  values(): V[] {
    return this.entries().map(([, value]) => value);
  }

  /** Where the key is, or the empty place where it would be. */
  #placeOf(key: number): number {
    const mask = this.#keys.length - 1;
    let place = homeOf(key, this.#keys.length);
    while (this.#keys[place] !== key && this.#keys[place] !== empty) place = (place + 1) & mask;
    return place;
  }

  /** Empties a place. What stands behind it is moved up, unless it would come to stand before where it belongs. */
  #close(place: number): void {
    const mask = this.#keys.length - 1;
    let hole = place;
    for (let next = (hole + 1) & mask; this.#keys[next] !== empty; next = (next + 1) & mask) {
      const home = homeOf(this.#keys[next] ?? 0, this.#keys.length);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.#keys[hole] = this.#keys[next] ?? empty;
      this.#values[hole] = this.#values[next];
      hole = next;
    }
    this.#keys[hole] = empty;
    this.#values[hole] = undefined;
  }

  #resize(places: number): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Array<number>(places).fill(empty);
    this.#values = new Array<V | undefined>(places).fill(undefined);
    for (const [from, key] of keys.entries()) {
      if (key === empty) continue;
      const place = this.#placeOf(key);
      this.#keys[place] = key;
      this.#values[place] = values[from];
    }
  }
}

/** Among so many places, a power of two. */
function homeOf(key: number, places: number): number {
  return Math.imul(key, goldenMultiplier) >>> (Math.clz32(places) + 1);
}
