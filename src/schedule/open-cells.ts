// The cells of one thread that may take another step, found by what they were opened for: a workflow, and limits. When a
// tenant is granted other limits, the runs that are open keep theirs: until they have ended, their cell is here beside that of new runs.
import { areSameForCell, type CellLimits } from '../limits.ts';
import type { Program } from '../state/run-state.ts';
import type { CellLink } from './cell-link.ts';

/** What a cell is opened for. Runs have it, and so have cells. */
interface Purpose {
  readonly program: Program;
  readonly limits: CellLimits;
}

export class OpenCells {
  /** A workflow's list is nearly always of one. */
  readonly #cells: Map<Program, CellLink[]> = new Map();
  /**
   * Cells that were left empty, the least recently used first: all of them, and each tenant's. One that has steps again stays until it is
   * come upon. So the oldest is found without looking at all, which is done for each step that finds no room.
   */
  readonly #idle: Set<CellLink> = new Set();
  readonly #idleOf: Map<string, Set<CellLink>> = new Map();

  /** The one that was opened for the same. */
  find({ program, limits }: Purpose): CellLink | undefined {
    const cells = this.#cells.get(program);
    if (cells === undefined) return undefined;
    for (const cell of cells) if (areSameForCell(cell.limits, limits)) return cell;
    return undefined;
  }

  /** There must be none that was opened for the same. */
  add(cell: CellLink): void {
    const cells = this.#cells.get(cell.program);
    if (cells === undefined) this.#cells.set(cell.program, [cell]);
    else cells.push(cell);
    this.#rest(cell);
  }

  /** The last step has left the cell. */
  emptied(cell: CellLink): void {
    if (this.#cells.get(cell.program)?.includes(cell)) this.#rest(cell);
  }

  /** Takes this one out, if it is here. */
  delete(cell: CellLink): void {
    const cells = this.#cells.get(cell.program);
    const index = cells?.indexOf(cell) ?? -1;
    if (cells === undefined || index < 0) return;
    cells.splice(index, 1);
    if (cells.length === 0) this.#cells.delete(cell.program);
    this.#wake(cell);
  }

  /** Of those that nobody uses, or of one tenant's. */
  leastRecentlyUsed(tenant: string | null): CellLink | undefined {
    const idle = tenant === null ? this.#idle : this.#idleOf.get(tenant);
    for (const cell of idle ?? []) {
      if (cell.attempts.size === 0) return cell;
      this.#wake(cell);
    }
    return undefined;
  }

  #rest(cell: CellLink): void {
    this.#wake(cell);
    const { tenant } = cell.program;
    this.#idle.add(cell);
    const own = this.#idleOf.get(tenant);
    if (own === undefined) this.#idleOf.set(tenant, new Set([cell]));
    else own.add(cell);
  }

  #wake(cell: CellLink): void {
    if (!this.#idle.delete(cell)) return;
    const { tenant } = cell.program;
    const own = this.#idleOf.get(tenant);
    own?.delete(cell);
    if (own?.size === 0) this.#idleOf.delete(tenant);
  }
}
