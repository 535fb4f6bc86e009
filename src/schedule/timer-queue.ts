// What has to happen later, in a binary heap on one timer: delayed branches, sleeps and deadlines of steps; in another one, ends of budgets.
// Order is by due time, then by the order in which things were added.
import type { Clock } from '../clock.ts';

/** Something in the queue, for {@link TimerQueue.cancel}. */
export interface Timer {
  readonly dueAt: number;
  readonly order: number;
}

interface Entry<O> extends Timer {
  /** Whom it is for. */
  readonly owner: O;
  readonly onDue: (owner: O) => void;
  /** Place in the heap; -1 once it has left. */
  index: number;
}

/** Told in one go, at most, which takes some 10 ms: whoever else waits for this thread comes in between, if a million are due at once. */
const toldMost = 4_000;

export class TimerQueue<O> {
  readonly #clock: Clock;
  readonly #onFired: () => void;
  #heap: Entry<O>[] = [];
  #added = 0;
  /** Whether some of what was due is still to be told. */
  #isBehind = false;
  #wake: { readonly at: number; readonly timer: { cancel(): void } } | null = null;

  /** `onFired` is called each time that the queue has woken by itself and has told what was due, or a part of it. */
  constructor(clock: Clock, onFired: () => void) {
    this.#clock = clock;
    this.#onFired = onFired;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** When the next entry is due, or null. */
  get nextAt(): number | null {
    return this.#heap[0]?.dueAt ?? null;
  }

  add<P extends O>(dueAt: number, owner: P, onDue: (owner: P) => void): Timer {
    const tell = onDue as (owner: O) => void; // It is told of its own owner alone.
    const entry: Entry<O> = { dueAt, order: this.#added++, owner, onDue: tell, index: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    if (entry.index === 0) this.#setWake();
    return entry;
  }

  /** Takes it out; harmless once it has fired. */
  cancel(timer: Timer): void {
    this.#remove(timer as Entry<O>); // There are no others.
  }

  /** Tells everything that is due by `now`, in order. If that is too much for one go, the rest is told soon, a part at a time. */
  fire(now: number): void {
    if (!this.#isBehind) this.#tell(now);
  }

  #tell(now: number): void {
    let left = toldMost;
    for (let first = this.#heap[0]; first !== undefined && first.dueAt <= now; first = this.#heap[0]) {
      if (left-- === 0) {
        this.#isBehind = true;
        return;
      }
      this.#remove(first);
      first.onDue(first.owner);
    }
    this.#isBehind = false;
  }

  /** Takes out all that are for somebody of whom `isGone` holds, and gives for whom they were. Takes time for each that is there. */
  sweep(isGone: (owner: O) => boolean): O[] {
    this.#isBehind = false;
    const all = this.#heap;
    const gone: O[] = [];
    this.#heap = all.filter(({ owner }) => {
      if (!isGone(owner)) return true;
      gone.push(owner);
      return false;
    });
    for (const entry of all) entry.index = -1;
    for (const [index, entry] of this.#heap.entries()) entry.index = index;
    // From the last parent up, each finds its place below.
    for (const entry of this.#heap.slice(0, this.#heap.length >> 1).reverse()) this.#sink(entry);
    return gone;
  }

  /** Looks again at the clock: it may have been moved. */
  refresh(): void {
    this.#isBehind = false;
    this.#wake?.timer.cancel();
    this.#wake = null;
    this.#setWake();
  }

  close(): void {
    this.#wake?.timer.cancel();
    this.#wake = null;
    this.#heap.length = 0;
  }

  #setWake(): void {
    const at = this.nextAt;
    if (at === null || (this.#wake !== null && this.#wake.at <= at)) return;
    this.#wake?.timer.cancel();
    this.#wake = { at, timer: this.#clock.wakeAt(at, () => this.#onWake()) };
  }

  #onWake(): void {
    this.#wake = null;
    this.#tell(this.#clock.now());
    this.#setWake();
    this.#onFired();
  }

  #remove(entry: Entry<O>): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#heap[index] = last;
    last.index = index;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: Entry<O>): void {
    while (entry.index > 0) {
      const parent = this.#heap[(entry.index - 1) >> 1];
      if (parent === undefined || isBefore(parent, entry)) return;
      this.#swap(parent, entry);
    }
  }

  #sink(entry: Entry<O>): void {
    for (;;) {
      const left = this.#heap[2 * entry.index + 1];
      const right = this.#heap[2 * entry.index + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(entry, child)) return;
      this.#swap(entry, child);
    }
  }

  /** `upper` is the parent of `lower`. */
  #swap(upper: Entry<O>, lower: Entry<O>): void {
    const { index } = upper;
    upper.index = lower.index;
    lower.index = index;
    this.#heap[upper.index] = upper;
    this.#heap[lower.index] = lower;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
