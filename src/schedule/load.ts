// What a thread has to do, and how long whoever comes to it would wait: its cells take turns.
import type { CellLink } from './cell-link.ts';
import { paces } from './in-flight.ts';
import type { PlacedAttempt } from './placed-attempt.ts';

/** What the smallest step counts for. With what small ones are guessed to take, which wavers, two threads are never evenly busy. */
const stepMicrosLeast = 150;

export class Load {
  /** Steps in the cells of the thread. */
  steps = 0;
  /** What they were guessed to take. */
  #micros = 0;
  /** Those of them of whose workflows nothing is known. */
  readonly strangers: Set<PlacedAttempt> = new Set();
  /** Cells that have steps. */
  cells = 0;

  /** Puts the attempt into its cell. */
  add(attempt: PlacedAttempt): void {
    const { cell, ref, isStranger } = attempt;
    const micros = microsOf(attempt);
    if (cell.attempts.size === 0) {
      this.cells++;
      cell.tally.inUse++;
    }
    cell.attempts.set(ref, attempt);
    cell.loadMicros += micros;
    this.#micros += micros;
    this.steps++;
    if (isStranger) this.strangers.add(attempt);
  }

  /** Takes it out again. False if it was not there. */
  remove(attempt: PlacedAttempt): boolean {
    const { cell, ref } = attempt;
    if (!cell.attempts.delete(ref)) return false;
    const isLast = cell.attempts.size === 0;
    const micros = microsOf(attempt);
    this.steps--;
    // What rounding leaves does not stay.
    this.#micros = this.steps === 0 ? 0 : this.#micros - micros;
    cell.loadMicros = isLast ? 0 : cell.loadMicros - micros;
    if (isLast) {
      this.cells--;
      cell.tally.inUse--;
    }
    this.strangers.delete(attempt);
    return true;
  }

  /**
   * How long one more step in this cell, or in one that is still to be made, would wait: for those before it there, for as much of each other
   * cell meanwhile, and for a turn of each. A cell that has less to do than that is done before.
   */
  waitMicros(cell: CellLink | undefined): number {
    const own = cell?.loadMicros ?? 0;
    const others = this.cells - (own > 0 ? 1 : 0);
    if (others === 0) return this.#micros;
    const turnMicros = (paces.shared.records * this.#micros) / this.steps;
    return Math.min(this.#micros, own + others * (own + turnMicros));
  }
}

function microsOf({ guessedMicros }: PlacedAttempt): number {
  return Math.max(stepMicrosLeast, guessedMicros);
}
