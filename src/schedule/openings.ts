// Cells of a thread that are being made. Making one takes as long as many steps do, and compiling a large source longer: few are asked for at
// a time, so that whoever comes next with a new workflow waits for few, and each is paid for by its tenant.
import { ProtocolBreach } from '../protocol/frames.ts';
import type { Program } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { CellLink } from './cell-link.ts';

/** One is made while the next is on its way. */
const openingsMost = 2;
/** For making a cell (10 ms; the first of a thread 60), and for compiling its source (100 ms for the slowest MiB that was found). */
const budgetMs = { any: 150, perMiB: 400 };

/** Who pays for a cell, and how long it may take to be made. */
interface Opening {
  readonly tenant: TenantState;
  readonly openMs: number;
}

export class Openings {
  /** Those of which no turn has been answered. */
  readonly #cells: Set<CellLink> = new Set();
  /** By cell: what was sent, and of which nothing has been told. */
  readonly #sent: Map<number, Opening> = new Map();

  /** Whether one more may be asked for. */
  get isFull(): boolean {
    return this.#cells.size >= openingsMost;
  }

  /** The cell is to be made for a step that is placed in it. */
  add(cell: CellLink): void {
    this.#cells.add(cell);
  }

  /** The thread has been asked for it. */
  sent({ id, tenant }: CellLink, openMs: number): void {
    this.#sent.set(id, { tenant, openMs });
  }

  /** Its thread has told what it has cost. Throws {@link ProtocolBreach} if there is no such. */
  opened(id: number): Opening {
    const opening = this.#sent.get(id);
    if (opening === undefined) throw new ProtocolBreach('A cell was opened that was not asked for.');
    this.#sent.delete(id);
    for (const cell of this.#cells) if (cell.id === id) this.#cells.delete(cell);
    return opening;
  }

  /** Its first turn was answered, or it is not wanted any more and was never asked for. */
  delete(cell: CellLink): void {
    this.#sent.delete(cell.id);
    this.#cells.delete(cell);
  }
}

/** How long a cell for this program may take to be made. */
export function openBudgetFor({ code }: Program): number {
  return budgetMs.any + (budgetMs.perMiB * code.length) / 2 ** 20;
}
