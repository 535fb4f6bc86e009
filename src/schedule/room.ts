// Who may have one more cell in a thread. A tenant never gets all places, as long as there are several; and one of which nothing runs is not
// to wait until cells are empty in which steps always overlap.
import { monotonicTime } from '../machine-timers.ts';
import type { RunState } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { CellLink } from './cell-link.ts';
import type { OpenCells } from './open-cells.ts';

/** A cell stays for so long: what opening one takes, some ms of its thread, is little beside it. */
const tenureMs = 5_000;

export class Room {
  readonly #cells: ReadonlyMap<number, CellLink>;
  readonly #open: OpenCells;
  readonly #cellsMost: number;
  /** Whether a step of the tenant waits for nothing but room, and none of it runs in a thread of this lane. */
  readonly #isWaiting: (tenant: TenantState) => boolean;
  /** Whose the next free places are, as long as they wait: others would be there first. */
  readonly #promised: Set<TenantState> = new Set();

  constructor(
    cells: ReadonlyMap<number, CellLink>,
    open: OpenCells,
    cellsMost: number,
    isWaiting: (tenant: TenantState) => boolean,
  ) {
    this.#cells = cells;
    this.#open = open;
    this.#cellsMost = cellsMost;
    this.#isWaiting = isWaiting;
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
    if (open !== undefined) return this.isOpen(open);
    if (this.isFullFor(run.tenant) && this.#open.leastRecentlyUsed(null) === undefined) return false;
    const { tenant } = run.program;
    return !this.hasItsShare(tenant) || this.#open.leastRecentlyUsed(tenant) !== undefined;
  }

  /** Whether the cell takes one more step. */
  isOpen(cell: CellLink): boolean {
    return cell.hasRoom && !this.#isGivenUp(cell);
  }

  /** Whether there is no place for one more cell of this tenant. */
  isFullFor(tenant: TenantState): boolean {
    let taken = this.#cells.size;
    for (const other of this.#promised) if (other !== tenant && this.#isWaiting(other)) taken++;
    return taken >= this.#cellsMost;
  }

  /** The tenant has found a place, here or elsewhere: what was given up for it goes on, and what was promised to it is free. */
  placeTaken(tenant: TenantState): void {
    for (const cell of this.#cells.values()) if (cell.givenUpFor === tenant) cell.givenUpFor = null;
    for (const other of this.#promised) if (other === tenant || !this.#isWaiting(other)) this.#promised.delete(other);
  }

  /**
   * Has a place made for a tenant of which nothing runs: whoever has the most cells gives up the oldest of them. It takes no more steps, and
   * goes when it is empty; but of all cells few at a time, for one long step keeps what is left of a cell busy. Whether one is to come.
   */
  makeFor(tenant: TenantState): boolean {
    if (!this.isFullFor(tenant) || this.#open.leastRecentlyUsed(null) !== undefined) return false;
    const counts = new Map<string, number>();
    let givenUp = 0;
    for (const cell of this.#cells.values()) {
      if (cell.givenUpFor === tenant) return true;
      if (this.#isGivenUp(cell)) givenUp++;
      counts.set(cell.program.tenant, cellsOf(cell, counts) + 1);
    }
    if (givenUp >= Math.max(1, this.#cellsMost >> 3)) return false;
    const before = monotonicTime() - tenureMs;
    const [chosen] = [...this.#cells.values()]
      .filter((cell) => cell.openedAt <= before && !this.#isGivenUp(cell))
      .sort((a, b) => cellsOf(b, counts) - cellsOf(a, counts) || a.openedAt - b.openedAt);
    if (chosen === undefined) return false;
    chosen.givenUpFor = tenant;
    return true;
  }

  /** The cell is empty. Whether it goes, for whoever it was given up for. */
  isToGo(cell: CellLink): boolean {
    const { givenUpFor } = cell;
    if (givenUpFor === null) return false;
    cell.givenUpFor = null;
    if (!this.#isWaiting(givenUpFor)) return false;
    this.#promised.add(givenUpFor);
    return true;
  }

  /** Unless who wanted it has found another, or does not want it any more. */
  #isGivenUp({ givenUpFor }: CellLink): boolean {
    return givenUpFor !== null && this.#isWaiting(givenUpFor);
  }
}

/** How many cells its tenant has. */
function cellsOf({ program }: CellLink, counts: ReadonlyMap<string, number>): number {
  return counts.get(program.tenant) ?? 0;
}
