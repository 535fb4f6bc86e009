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
  }

  /** Takes this one out, if it is here. */
  delete(cell: CellLink): void {
    const cells = this.#cells.get(cell.program);
    const index = cells?.indexOf(cell) ?? -1;
    if (cells === undefined || index < 0) return;
    cells.splice(index, 1);
    if (cells.length === 0) this.#cells.delete(cell.program);
  }

  /** Of those that nobody uses, or of one tenant's. */
  leastRecentlyUsed(tenant: string | null): CellLink | undefined {
    let longest: CellLink | undefined;
    for (const [program, cells] of this.#cells) {
      if (tenant !== null && program.tenant !== tenant) continue;
      for (const cell of cells) {
        if (cell.attempts.size > 0) continue;
        if (longest === undefined || cell.usedAt < longest.usedAt) longest = cell;
      }
    }
    return longest;
  }
}
