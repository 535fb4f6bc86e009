// What the watchdog does while it watches, on a thread of isolated-vm. The text of `createWatch` is compiled into an isolate
// of its own, where there is nothing but the language: it may name nothing that stands outside of it.

/** The words of memory that a worker thread and its watchdog share, by position. */
export const watchWords = {
  /** The number of the latest call of `watch`. The thread counts it up to have earlier calls return. */
  call: 0,
  /** The number of the last call that returned because there was nothing to watch. */
  left: 1,
  /** Odd while a turn is under way. Whichever side counts it up has ended that turn. */
  turn: 2,
  /** Of the turn under way: its cell, and how long it may take. Written before `turn`, and then left alone. */
  cell: 3,
  allowedMs: 4,
} as const;

/** What the watchdog needs of a tenant's isolate. */
export interface Watched {
  readonly isDisposed: boolean;
  dispose(): void;
}

export type Watch = (call: number, cell: number, isolate: Watched | null) => void;

/**
 * `watch` takes one more isolate in, if it is given one, and watches until it is called again or `idleMs` have passed without
 * a turn. It counts the time that a turn takes in polls of its own: no clock that is set, no process that was stopped and
 * no crowded processor makes a turn look longer than it was.
 */
export function createWatch(shared: Int32Array, words: typeof watchWords, pollMs: number, idleMs: number): Watch {
  const isolates = new Map<number, Watched>();
  let turn = 0;
  let unchangedMs = 0;

  return function watch(call, cell, isolate) {
    for (const [id, known] of isolates) if (known.isDisposed) isolates.delete(id);
    if (isolate !== null) isolates.set(cell, isolate);
    while (Atomics.load(shared, words.call) === call) {
      const now = Atomics.load(shared, words.turn);
      if (now !== turn) unchangedMs = 0;
      turn = now;
      const isUnderWay = (turn & 1) === 1;
      if (isUnderWay && unchangedMs >= Atomics.load(shared, words.allowedMs)) endTurn();
      else if (!isUnderWay && unchangedMs >= idleMs && leave(call)) return;
      else if (Atomics.wait(shared, words.call, call, pollMs) === 'timed-out') unchangedMs += pollMs;
    }
  };

  function endTurn(): void {
    const cell = Atomics.load(shared, words.cell);
    // Had the turn ended meanwhile, this would be the cell of another.
    if (Atomics.compareExchange(shared, words.turn, turn, (turn + 1) | 0) !== turn) return;
    try {
      isolates.get(cell)?.dispose();
    } catch {
      // It has used up its memory, and is gone already.
    }
    isolates.delete(cell);
  }

  /** A turn begins by counting `turn` up and then reads `left`; here it is the other way round, so that one of both sees it. */
  function leave(call: number): boolean {
    Atomics.store(shared, words.left, call);
    if (Atomics.load(shared, words.turn) === turn) return true;
    Atomics.store(shared, words.left, (call - 1) | 0);
    return false;
  }
}
