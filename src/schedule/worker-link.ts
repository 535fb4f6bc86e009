// The main thread's view of one worker thread: its cells, how busy it is, and how much text is on its way to it.
import type { Channel } from '../protocol/channel.ts';
import { encodeFrame, type ToWorker } from '../protocol/frames.ts';
import type { Program, Step } from '../state/run-state.ts';
import { CellLink, type PlacedAttempt } from './cell-link.ts';

export interface WorkerBounds {
  readonly cellsPerWorker: number;
  readonly stepsPerTurn: number;
  readonly bytesInFlightPerWorker: number;
}

export class WorkerLink {
  readonly lane: 'shared' | 'exclusive';
  readonly cells: Map<number, CellLink> = new Map();
  readonly #channel: Channel;
  readonly #bounds: WorkerBounds;
  /** Cells that may take another step, least recently used first: in the exclusive lane, those that are empty. */
  readonly #open: Map<Program, CellLink> = new Map();
  readonly #dirty: Set<CellLink> = new Set();
  #outgoing: ToWorker[] = [];
  #bytesInFlight = 0;
  #cellIds = 0;
  /** Steps in its cells. */
  active = 0;
  /** Turns it has answered; a thread that dies before its first one died at birth. */
  turns = 0;

  constructor(channel: Channel, lane: 'shared' | 'exclusive', bounds: WorkerBounds) {
    this.#channel = channel;
    this.lane = lane;
    this.#bounds = bounds;
  }

  hasCellFor(program: Program): boolean {
    return this.#open.has(program);
  }

  /** Whether there is a warm cell for it, a free place, or a cell that nobody uses. */
  hasRoomFor(program: Program): boolean {
    return this.#open.has(program) || this.cells.size < this.#bounds.cellsPerWorker || this.#idleCell() !== undefined;
  }

  /** A cell for the step, warm if there is one. Null when there is no room for it. */
  acquireCell(step: Step): CellLink | null {
    const { program } = step.run;
    const warm = this.#open.get(program);
    this.#open.delete(program);
    const cell = warm ?? this.#openCell(step);
    if (cell !== null && this.lane === 'shared') this.#open.set(program, cell);
    return cell;
  }

  /** A step has left the cell; the cell may take another. */
  releaseCell(cell: CellLink): void {
    if (this.lane !== 'exclusive' || !this.cells.has(cell.id)) return;
    const other = this.#open.get(cell.program);
    if (other !== undefined) this.dropCell(other, true);
    this.#open.set(cell.program, cell);
  }

  /** Notes that the cell has something to deliver at the next flush. */
  touch(cell: CellLink): void {
    if (this.cells.has(cell.id)) this.#dirty.add(cell); // What is said to a cell that is gone goes nowhere.
  }

  /** Sends what waits, as far as the bound on text in flight allows; the rest goes when answers have come. */
  flush(): void {
    for (const cell of this.#dirty) {
      while (cell.hasOutgoing && this.#bytesInFlight < this.#bounds.bytesInFlightPerWorker) {
        const delivery = cell.nextDelivery(this.#bounds.stepsPerTurn);
        this.#bytesInFlight += delivery[2].length;
        this.#outgoing.push(delivery);
      }
      if (!cell.hasOutgoing) this.#dirty.delete(cell);
    }
    if (this.#outgoing.length === 0) return;
    const frame = encodeFrame(this.#outgoing);
    this.#outgoing = [];
    this.#channel.send(frame);
  }

  /** Gives those that the turn was for. */
  answered(cell: CellLink): ReadonlySet<PlacedAttempt> {
    this.turns++;
    const { length, attempts } = cell.answered();
    this.#bytesInFlight -= length;
    return new Set(attempts);
  }

  /** Takes the cell off the books; `tell` the worker unless it is the worker that said so. */
  dropCell(cell: CellLink, tell: boolean): void {
    if (!this.cells.delete(cell.id)) return;
    if (this.#open.get(cell.program) === cell) this.#open.delete(cell.program);
    this.#dirty.delete(cell);
    this.#bytesInFlight -= cell.abandon();
    if (tell) this.#outgoing.push(['close', cell.id]);
  }

  close(): void {
    this.#channel.close();
  }

  #openCell(step: Step): CellLink | null {
    if (this.cells.size >= this.#bounds.cellsPerWorker) {
      const idle = this.#idleCell();
      if (idle === undefined) return null;
      this.dropCell(idle, true);
    }
    const cell = new CellLink(this.#cellIds++, this, step, this.lane);
    this.cells.set(cell.id, cell);
    this.#outgoing.push(['open', cell.id, cell.spec()]);
    return cell;
  }

  /** The least recently used of the cells that nobody uses. */
  #idleCell(): CellLink | undefined {
    for (const cell of this.#open.values()) if (cell.attempts.size === 0) return cell;
    return undefined;
  }
}
