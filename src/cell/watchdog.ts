// Ends turns that outlive their timers. isolated-vm times a call, but not the reading of what an unhandled rejection was
// rejected with: a getter there would hang the thread for ever. So a second, trusted isolate of this thread runs on a
// thread of isolated-vm, and disposes the isolate whose turn does not end. No tenant's code can reach it.
//
// It interrupts an isolate once, for isolated-vm does so only when it disposes it. A rejection that hangs in two of the
// readings, of `message` and of `stack`, goes on in the second one, and so does one that V8 lets slip in the middle of an
// overflow of its stack; built-ins that heed no interrupt go on anyway. Those end with their process, not here.
//
// isolated-vm keeps as many threads as there are processors and one; for what is more it starts one at each call. So any
// number of workers have their watchdogs at once, and nothing here waits for one to start: should it start late, it
// counts a turn's time from then on.
import { createIsolate, disposeIsolate, type Isolate, type Reference } from './isolate.ts';
import { createWatch, type Watch, watchWords } from './watch-loop.ts';

/** How long a turn may go on after its timers should have ended it. */
export const graceMs = 100;
/** A turn that is too long is ended up to two polls later. */
const pollMs = 25;
/** Without a turn for so long the watchdog gives its thread back. The next turn calls it again. */
const idleMs = 1_000;
const memoryMb = 8;

/** Runs a call that enters one isolate, for `allowedMs` and a grace at most. Throws `Overrun` if the watchdog has ended it. */
export type Guard = <T>(allowedMs: number, call: () => T) => T;

/** The isolate is disposed, or about to be; whatever the call has thrown or returned is void. */
export class Overrun extends Error {
  override readonly name = 'Overrun';
}

/** Of one thread, which is in one call at a time. */
export class Watchdog {
  readonly #shared = new Int32Array(new SharedArrayBuffer(Object.keys(watchWords).length * 4));
  readonly #isolate: Isolate;
  readonly #watch: Reference<Watch>;
  #calls = 0;
  #cells = 0;
  #turn = 0;

  constructor() {
    this.#isolate = createIsolate(memoryMb);
    this.#watch = this.#isolate
      .createContextSync()
      .evalClosureSync(`return (${createWatch})($0, $1, $2, $3)`, [this.#shared, watchWords, pollMs, idleMs], {
        arguments: { copy: true },
        result: { reference: true },
      });
  }

  /** From here on the isolate can be ended from outside. Does not keep it. */
  guard(isolate: Isolate): Guard {
    this.#cells = (this.#cells + 1) | 0;
    const cell = this.#cells;
    this.#call(isolate);
    return (allowedMs, call) => {
      this.#begin(cell, allowedMs + graceMs);
      let result: ReturnType<typeof call>;
      try {
        result = call();
      } catch (error) {
        throw this.#end() ? error : new Overrun();
      }
      if (!this.#end()) throw new Overrun();
      return result;
    };
  }

  /** Gives the thread back. No call may follow. Idempotent. */
  close(): void {
    disposeIsolate(this.#isolate);
  }

  /** Each turn passes here: three words written, one read. */
  #begin(cell: number, allowedMs: number): void {
    const shared = this.#shared;
    shared[watchWords.cell] = cell;
    shared[watchWords.allowedMs] = allowedMs;
    this.#turn = (this.#turn + 1) | 0;
    Atomics.store(shared, watchWords.turn, this.#turn);
    if (Atomics.load(shared, watchWords.left) === this.#calls) this.#call(null);
  }

  /** False if the watchdog was first. */
  #end(): boolean {
    const turn = this.#turn;
    this.#turn = (turn + 1) | 0;
    return Atomics.compareExchange(this.#shared, watchWords.turn, turn, this.#turn) === turn;
  }

  /**
   * Calls are queued by isolated-vm, and begin in their order when those before have returned: nobody waits here. The
   * number is written first: a call that does not find its own returns at once.
   */
  #call(isolate: Isolate | null): void {
    this.#calls = (this.#calls + 1) | 0;
    Atomics.store(this.#shared, watchWords.call, this.#calls);
    this.#watch.applyIgnored(undefined, [this.#calls, this.#cells, isolate]);
    Atomics.notify(this.#shared, watchWords.call);
  }
}
