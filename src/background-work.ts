// Work that nobody's step waits for, such as making an ended run again: it takes a small part of each turn of the event loop. Tenants take
// turns, what is for one tenant is done in order, and each pays for its own.
import { Fifo } from './fifo.ts';
import type { LoopSlices } from './loop-slices.ts';

/** Work that stops now and then, at a place where it may be put off. */
export type Divided<T> = Generator<void, T>;

/** In one turn of the loop, in ms: steps are to feel little of it. */
const backgroundMs = 2;
/** For one tenant, until it is another's turn. */
const visitMs = 1;

interface Job {
  /** Does the next part. Whether there is more. */
  advance(): boolean;
}

export class BackgroundWork {
  readonly #slices: LoopSlices;
  readonly #charge: (tenant: string, micros: number) => void;
  /** By tenant; the one whose turn is next stands first. */
  readonly #waiting: Map<string, Fifo<Job>> = new Map();
  #isClosed = false;

  /** `charge` is told what was used of the main thread for a tenant. */
  constructor(slices: LoopSlices, charge: (tenant: string, micros: number) => void = () => {}) {
    this.#slices = slices;
    this.#charge = charge;
  }

  /** Does the work a part at a time, and gives what it gives. */
  do<T>(tenant: string, work: Divided<T>): Promise<T> {
    if (this.#isClosed) return atOnce(work);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const advance = (): boolean => {
      try {
        const { done, value } = work.next();
        if (done === true) resolve(value);
        return done !== true;
      } catch (error) {
        reject(error);
        return false;
      }
    };
    if (this.#waiting.size === 0) this.#slices.later(this.#visitAll);
    const jobs = this.#waiting.get(tenant) ?? new Fifo();
    jobs.push({ advance });
    this.#waiting.set(tenant, jobs);
    return promise;
  }

  /** As {@link do}, but begins at once: what fits into the slice of this turn of the loop is not put off. */
  begin<T>(tenant: string, work: Divided<T>): Promise<T> {
    if (this.#isClosed || this.#slices.isUsed) return this.do(tenant, work);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#slices.spend(() => {
      try {
        const first = work.next();
        if (first.done === true)
          resolve(first.value); // As nearly always: not worth a charge.
        else resolve(this.#goOn(tenant, work));
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }

  #goOn<T>(tenant: string, work: Divided<T>): T | Promise<T> {
    const began = this.#slices.cpuMicros();
    try {
      while (!this.#slices.isUsed) {
        const { done, value } = work.next();
        if (done === true) return value;
      }
      return this.do(tenant, work);
    } finally {
      this.#charge(tenant, this.#slices.cpuMicros() - began);
    }
  }

  /** From now on all is done at once, first of all what waits: nothing runs that it could hold up, and whoever waits gets what there is. */
  close(): void {
    this.#isClosed = true;
    for (const jobs of this.#waiting.values()) {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) while (job.advance());
    }
    this.#waiting.clear();
  }

  readonly #visitAll = (): void => {
    const began = this.#slices.now();
    for (const [tenant, jobs] of this.#waiting) {
      this.#waiting.delete(tenant);
      this.#visit(tenant, jobs);
      if (jobs.size > 0) this.#waiting.set(tenant, jobs); // Behind the others: a Map is walked on to what is added.
      if (this.#slices.now() - began >= backgroundMs || this.#slices.isUsed) break;
    }
    if (this.#waiting.size > 0) this.#slices.later(this.#visitAll);
  };

  #visit(tenant: string, jobs: Fifo<Job>): void {
    const [began, cpuBefore] = [this.#slices.now(), this.#slices.cpuMicros()];
    let usedMs = 0;
    for (let job = jobs.peek(); job !== undefined && usedMs < visitMs; job = jobs.peek()) {
      if (!job.advance()) jobs.shift();
      usedMs = this.#slices.now() - began;
    }
    this.#charge(tenant, this.#slices.cpuMicros() - cpuBefore);
  }
}

async function atOnce<T>(work: Divided<T>): Promise<T> {
  return undividedly(work);
}

/** Does all of it at once: for programs that do nothing else. */
export function undividedly<T>(work: Divided<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
