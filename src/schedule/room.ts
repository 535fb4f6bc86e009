// Who may have one more cell in a thread. A tenant never gets all places, as long as there are several; of what is in use it has no more than
// it leaves to others; and one of which nothing runs is not to wait until cells are empty in which steps always overlap.
import { monotonicTime } from '../machine-timers.ts';
import type { RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { CellLink } from './cell-link.ts';
import type { Load } from './load.ts';
import type { OpenCells } from './open-cells.ts';
import { mayHaveMore } from './shares.ts';

/** A cell stays for so long: what opening one takes, some ms of its thread, is little beside it. */
const tenureMs = 5_000;
/** A cell that was used within this time is no other tenant's to push out that has as many. */
const warmMs = 60_000;

/** What one tenant has of a thread: cells, and those of them that have steps. */
export interface Tally {
  cells: number;
  inUse: number;
}

export class Room {
  readonly #cells: ReadonlyMap<number, CellLink>;
  readonly #open: OpenCells;
  readonly #load: Load;
  readonly #cellsMost: number;
  readonly #tallies: Map<string, Tally> = new Map();
  /** Whether a step of the tenant waits for nothing but room, and none of it runs in a thread of this lane. */
  readonly #isWaiting: (tenant: TenantState) => boolean;
  /** Whose the next free places are, as long as they wait: others would be there first. */
  readonly #promised: Set<TenantState> = new Set();

  constructor(
    cells: ReadonlyMap<number, CellLink>,
    open: OpenCells,
    load: Load,
    cellsMost: number,
    isWaiting: (tenant: TenantState) => boolean,
  ) {
    this.#cells = cells;
    this.#open = open;
    this.#load = load;
    this.#cellsMost = cellsMost;
    this.#isWaiting = isWaiting;
  }

  get isFull(): boolean {
    return this.#cells.size >= this.#cellsMost;
  }

  /** As long as there are several cells, one tenant does not get them all. */
  hasItsShare(tenant: string): boolean {
    return this.#of(tenant).cells >= Math.max(1, this.#cellsMost >> 1);
  }

  /** For a cell of the tenant, which counts from {@link opened} until {@link gone}. */
  tallyOf(tenant: string): Tally {
    let tally = this.#tallies.get(tenant);
    if (tally === undefined) {
      tally = { cells: 0, inUse: 0 };
      this.#tallies.set(tenant, tally);
    }
    return tally;
  }

  /** Cells of the tenant that have steps. */
  inUseBy(tenant: string): number {
    return this.#of(tenant).inUse;
  }

  opened({ tally }: CellLink): void {
    tally.cells++;
  }

  gone({ tally, program }: CellLink): void {
    if (--tally.cells === 0) this.#tallies.delete(program.tenant);
  }

  /** Whether there is a warm cell for it, a free place, or a cell that nobody uses. */
  hasPlaceFor(run: RunState): boolean {
    const open = this.#open.find(run);
    if (open !== undefined) return this.isOpen(open);
    if (this.isFullFor(run.tenant) && this.#open.leastRecentlyUsed(null) === undefined) return false;
    const { tenant } = run.program;
    if (this.#usesItsShare(this.#of(tenant))) return false;
    return !this.hasItsShare(tenant) || this.#open.leastRecentlyUsed(tenant) !== undefined;
  }

  /** Whether the cell takes one more step. */
  isOpen(cell: CellLink): boolean {
    if (cell.attempts.size === 0 && this.#usesItsShare(cell.tally)) return false;
    return cell.hasRoom && !this.#isGivenUp(cell);
  }

  /**
   * Whether one more cell may be opened for the tenant: `free`, or in whose place. Null if not. Who has many cells pushes out its own: another
   * tenant's warm cell is not lost because of somebody's flood of workflows.
   */
  placeFor({ run }: Step): CellLink | 'free' | null {
    const { tenant } = run.program;
    const own = this.#open.leastRecentlyUsed(tenant);
    if (this.#usesItsShare(this.#of(tenant))) return null;
    if (this.hasItsShare(tenant)) return own ?? null;
    if (!this.isFullFor(run.tenant)) return 'free';
    const oldest = this.#open.leastRecentlyUsed(null);
    if (oldest === undefined || own === undefined) return oldest ?? null;
    const isWarm = monotonicTime() - oldest.usedAt < warmMs;
    return isWarm && this.#of(tenant).cells >= oldest.tally.cells ? own : oldest;
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
    let givenUp = 0;
    for (const cell of this.#cells.values()) {
      if (cell.givenUpFor === tenant) return true;
      if (this.#isGivenUp(cell)) givenUp++;
    }
    if (givenUp >= Math.max(1, this.#cellsMost >> 3)) return false;
    const before = monotonicTime() - tenureMs;
    const [chosen] = [...this.#cells.values()]
      .filter((cell) => cell.openedAt <= before && !this.#isGivenUp(cell))
      .sort((a, b) => b.tally.cells - a.tally.cells || a.openedAt - b.openedAt);
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

  #of(tenant: string): Readonly<Tally> {
    return this.#tallies.get(tenant) ?? nothing;
  }

  /** Whether no cell more may be in use by it: steps may stay in them for long, and whoever comes next has to find one. */
  #usesItsShare({ inUse }: Readonly<Tally>): boolean {
    return !mayHaveMore('cells', inUse, this.#cellsMost - this.#load.cells, this.#cellsMost);
  }

  /** Unless who wanted it has found another, or does not want it any more. */
  #isGivenUp({ givenUpFor }: CellLink): boolean {
    return givenUpFor !== null && this.#isWaiting(givenUpFor);
  }
}

const nothing: Readonly<Tally> = { cells: 0, inUse: 0 };
