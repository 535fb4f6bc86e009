// How long Stepwell may hold the event loop of its process. What tenants cause on the main thread comes in small parts, and goes
// on in a later turn of the loop once the slice of this turn is used. Whoever is put off goes on in the order in which it was put off.
import { Fifo } from './fifo.ts';
import { monotonicTime, setImmediate } from './machine-timers.ts';

/** What the runner may use of one turn of the loop before it lets go, in ms. One part more may come on top. */
const sliceMs = 5;
/** From here on what is used is counted for one turn of the loop: asking for its end each time would cost more than short work does. */
const countedFromMs = 0.5;

export interface LoopSlicesOptions {
  /** Milliseconds from any moment on. */
  readonly now?: () => number;
  /** CPU time of this thread, in microseconds. */
  readonly cpuMicros?: () => number;
  /** Calls in a later turn of the event loop. */
  readonly soon?: (go: () => void) => void;
  readonly sliceMs?: number;
}

export class LoopSlices {
  readonly now: () => number;
  /** What tenants are charged by: the machine may have had other things to do meanwhile. Costs 1 µs: not for short work. */
  readonly cpuMicros: () => number;
  readonly #soon: (go: () => void) => void;
  readonly #sliceMs: number;
  readonly #waiting: Fifo<() => void> = new Fifo();
  /** Calls of {@link spend} that are under way, one within the other. */
  #depth = 0;
  #began = 0;
  /** Of this turn of the loop, without what is under way. */
  #usedMs = 0;
  /** Whether this turn's end has been asked for. */
  #isAsked = false;
  #isClosed = false;

  constructor(options: LoopSlicesOptions = {}) {
    this.now = options.now ?? monotonicTime;
    this.cpuMicros = options.cpuMicros ?? threadCpuMicros;
    this.#soon = options.soon ?? setImmediate;
    this.#sliceMs = options.sliceMs ?? sliceMs;
  }

  /** Whether the slice of this turn of the loop is used: what is left of the work is for {@link later}. */
  get isUsed(): boolean {
    const underWay = this.#depth > 0 ? this.now() - this.#began : 0;
    return this.#usedMs + underWay >= this.#sliceMs;
  }

  /** Does work, and counts its time as used. */
  spend(work: () => void): void {
    if (this.#depth++ === 0) this.#began = this.now();
    try {
      work();
    } finally {
      if (--this.#depth === 0) {
        this.#usedMs += this.now() - this.#began;
        if (this.#usedMs >= countedFromMs) this.#ask();
      }
    }
  }

  /** Does work in a later turn of the loop, after what was put off before. */
  later(work: () => void): void {
    if (this.#isClosed) return;
    this.#waiting.push(work);
    this.#ask();
  }

  /** What was put off is not done any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#soon(this.#onTurn);
  }

  /** What is put off meanwhile waits for the turn after this one, so that the loop gets to all else it has. */
  readonly #onTurn = (): void => {
    this.#isAsked = false;
    this.#usedMs = 0;
    let left = this.#waiting.size;
    if (left === 0) return;
    this.spend(() => {
      do this.#waiting.shift()?.();
      while (--left > 0 && !this.isUsed);
    });
    if (this.#waiting.size > 0) this.#ask();
  };
}

function threadCpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** For a runner whose course may depend on nothing but chance that is given: nothing is ever put off. */
export function undivided(): LoopSlices {
  return new LoopSlices({ now: () => 0, cpuMicros: () => 0, sliceMs: Number.POSITIVE_INFINITY });
}
