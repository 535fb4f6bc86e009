// Who may have one more cell in a thread. A tenant never gets all places, as long as there are several; and one that has nothing is not to
// wait until cells are empty in which steps always overlap.
import type { RunState } from '../state/run-state.ts';
import type { CellLink } from './cell-link.ts';
import type { OpenCells } from './open-cells.ts';

/** A place that was made for a tenant waits for it for so long. */
const promisedForMs = 1_000;

export class Room {
  readonly #cells: ReadonlyMap<number, CellLink>;
  readonly #open: OpenCells;
  readonly #cellsMost: number;
  /** Whose the next free place is, for a while: others would be there first. */
  #promised: { readonly tenant: string; readonly until: number } | null = null;

  constructor(cells: ReadonlyMap<number, CellLink>, open: OpenCells, cellsMost: number) {
    this.#cells = cells;
    this.#open = open;
    this.#cellsMost = cellsMost;
  }

  get isFull(): boolean {
    return this.#cells.size >= this.#cellsMost;
  }

  /** As long as there are several cells, one tenant does not get them all. */
  hasItsShare(tenant: string): boolean {
    let own = 0;
    for (const { program } of this.#cells.values()) if (program.tenant === tenant) own++;
    return own >= Math.max(1, this.#cellsMost >> 1);
  }

  /** Whether there is a warm cell for it, a free place, or a cell that nobody uses. */
  hasPlaceFor(run: RunState): boolean {
    const open = this.#open.find(run);
    if (open !== undefined) return open.hasRoom;
    const { tenant } = run.program;
    if (this.isFullFor(tenant) && this.#open.leastRecentlyUsed(null) === undefined) return false;
    return !this.hasItsShare(tenant) || this.#open.leastRecentlyUsed(tenant) !== undefined;
  }

  /** Whether there is no place for one more cell of this tenant. */
  isFullFor(tenant: string): boolean {
    const promised = this.#promised;
    const isAnothers = promised !== null && promised.tenant !== tenant && promised.until > performance.now();
    return this.#cells.size + (isAnothers ? 1 : 0) >= this.#cellsMost;
  }

  /** A cell of the tenant has been opened. */
  placeTaken(tenant: string): void {
    if (this.#promised?.tenant === tenant) this.#promised = null;
  }

  /**
   * Has a place made for a tenant of which nothing runs: whoever has the most cells gives one up, and of those the one in which the fewest
   * steps are. It takes no more, and goes when it is empty.
   */
  makeFor(tenant: string): void {
    if (!this.isFullFor(tenant) || this.#open.leastRecentlyUsed(null) !== undefined) return;
    const counts = new Map<string, number>();
    for (const { program, givenUpFor } of this.#cells.values()) {
      if (givenUpFor === tenant) return; // It is to come.
      counts.set(program.tenant, (counts.get(program.tenant) ?? 0) + 1);
    }
    const [chosen] = [...this.#cells.values()]
      .filter(({ givenUpFor }) => givenUpFor === null)
      .sort((a, b) => cellsOf(b, counts) - cellsOf(a, counts) || a.attempts.size - b.attempts.size);
    if (chosen === undefined) return;
    chosen.givenUpFor = tenant;
    this.#open.delete(chosen);
  }

  /** A cell that was given up is empty, and goes. */
  promisePlace({ givenUpFor }: CellLink): void {
    if (givenUpFor !== null) this.#promised = { tenant: givenUpFor, until: performance.now() + promisedForMs };
  }
}

/** How many cells its tenant has. */
function cellsOf({ program }: CellLink, counts: ReadonlyMap<string, number>): number {
  return counts.get(program.tenant) ?? 0;
}
