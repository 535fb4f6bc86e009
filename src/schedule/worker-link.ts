// The main thread's view of one worker thread: its cells, what it has been sent and has not answered, how busy it is.
import type { Clock } from '../clock.ts';
import type { LoopSlices } from '../loop-slices.ts';
import { monotonicTime } from '../machine-timers.ts';
import type { WorkerThread } from '../pool/worker-thread.ts';
import { encodeFrame, type ToWorker } from '../protocol/frames.ts';
import type { RunState, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { CellLink } from './cell-link.ts';
import { InFlight, paceAmong, type Sent, uncountedMs } from './in-flight.ts';
import { Load } from './load.ts';
import { OpenCells } from './open-cells.ts';
import { Openings, openBudgetFor } from './openings.ts';
import type { PlacedAttempt } from './placed-attempt.ts';
import { Room } from './room.ts';

export interface WorkerBounds {
  readonly cellsPerWorker: number;
  readonly cellsOpenedPerHost: number;
  readonly cellIdleMs: number;
  readonly cellAgeMs: number;
  readonly stepsPerTurn: number;
  readonly bytesInFlightPerWorker: number;
}

/** What a link needs of those around it. */
export interface LinkAround {
  readonly slices: LoopSlices;
  /** See {@link LaneListener.isWaiting}. */
  isWaiting(tenant: TenantState): boolean;
  /** For CPU time of the main thread. */
  charge(tenant: TenantState, micros: number): void;
}

/** From this length on writing a delivery takes long: some 100 microseconds. */
const longLength = 65_536;
/** A thread that has just been started gets so long to answer. */
const startBudgetMs = 20_000;
const pingBudgetMs = 2_000;

export class WorkerLink {
  readonly lane: 'shared' | 'exclusive';
  /** Whether workflows may run here of which nothing is known yet. */
  readonly isForNew: boolean;
  readonly thread: WorkerThread;
  readonly cells: Map<number, CellLink> = new Map();
  readonly load: Load = new Load();
  readonly #bounds: WorkerBounds;
  /** Cells that may take another step: in the exclusive lane, those that are empty. */
  readonly #open: OpenCells = new OpenCells();
  readonly room: Room;
  readonly openings: Openings = new Openings();
  readonly #dirty: Set<CellLink> = new Set();
  readonly #inFlight: InFlight = new InFlight();
  readonly #clock: Clock;
  readonly #around: LinkAround;
  readonly #flushLater = (): void => this.flush();
  #outgoing: ToWorker[] = [];
  #cellIds = 0;
  /** Of the cell that was sent something last. */
  #lastTenant = '';
  /** Attempts that have been placed in it, ever: each has the number of those before it. */
  refs = 0;
  /** Turns it has answered. */
  turns = 0;
  /** Whether it has answered at all: a thread that ends before that died at birth. */
  isUp = false;
  /** Whether something that it has said waits to be read: see {@link Inbox}. */
  isBehind = false;
  /** Whether it has been at one turn for longer than turns are. */
  isLate = false;
  /** Whether another one has taken its place: it takes no more steps, and ends when it has none. */
  isRetiring = false;
  #isClosed = false;

  constructor(
    thread: WorkerThread,
    lane: 'shared' | 'exclusive',
    isForNew: boolean,
    bounds: WorkerBounds,
    clock: Clock,
    around: LinkAround,
  ) {
    this.thread = thread;
    this.lane = lane;
    this.isForNew = isForNew;
    this.#bounds = bounds;
    this.#clock = clock;
    this.#around = around;
    this.room = new Room(this.cells, this.#open, this.load, bounds.cellsPerWorker, (tenant) =>
      around.isWaiting(tenant),
    );
    this.ping(startBudgetMs);
  }

  /** Lets go of what others than this tenant have left in it. */
  keepOnly(tenant: string): void {
    for (const cell of this.cells.values()) if (cell.program.tenant !== tenant) this.dropCell(cell);
  }

  /** Whether its process has opened as many cells as one may. */
  get isSpent(): boolean {
    return this.thread.kill !== null && this.#cellIds >= this.#bounds.cellsOpenedPerHost;
  }

  /** The one that would take a step of this run, if there is one. */
  cellFor(run: RunState): CellLink | undefined {
    return this.#open.find(run);
  }

  /**
   * Lets go of the cells that nobody has used for a while. Those that have become old or large go when they are empty, and what they have
   * piled up with them; they take no more steps as soon as their tenant may have another one. `now`: as of `monotonicTime()`.
   */
  dropStaleCells(now: number): void {
    const { cellIdleMs, cellAgeMs } = this.#bounds;
    for (const cell of this.cells.values()) {
      const isSpent = now - cell.openedAt > cellAgeMs || cell.isNearlyFull;
      const isUnused = cell.attempts.size === 0;
      if (isUnused && (isSpent || now - cell.usedAt > cellIdleMs)) this.dropCell(cell);
      else if (isSpent && !this.room.isFull) {
        // While this one is still in use, its tenant goes on in another: if it may have one more.
        if (!this.room.hasItsShare(cell.program.tenant)) this.#open.delete(cell);
      }
    }
    this.flush();
  }

  /** Lets go of the cells that nobody uses. */
  dropIdleCells(): void {
    for (const cell of this.cells.values()) if (cell.attempts.size === 0) this.dropCell(cell);
  }

  /** A cell for the step, warm if there is one. Null when there is no room for it. */
  acquireCell(step: Step): CellLink | null {
    const warm = this.#open.find(step.run);
    if (warm !== undefined) {
      if (!this.room.isOpen(warm)) return null;
      if (this.lane === 'exclusive') this.#open.delete(warm);
      return warm;
    }
    const cell = this.#openCell(step);
    if (this.lane === 'shared' && cell !== null) this.#open.add(cell);
    return cell;
  }

  /** A step has left the cell; the cell may take another. */
  releaseCell(cell: CellLink): void {
    if (cell.attempts.size === 0) {
      if (this.room.isToGo(cell)) return this.dropCell(cell);
      cell.usedAt = monotonicTime();
      this.#open.emptied(cell);
    }
    if (this.lane !== 'exclusive' || !this.cells.has(cell.id)) return;
    const other = this.#open.find(cell);
    if (other !== undefined) this.dropCell(other);
    this.#open.add(cell);
  }

  /** Notes that the cell has something to deliver at the next flush. */
  touch(cell: CellLink): void {
    if (this.cells.has(cell.id)) this.#dirty.add(cell); // What is said to a cell that is gone goes nowhere.
  }

  /**
   * Sends what waits, as far as the bounds on what is in flight allow; the rest goes when answers have come. When the slice of this turn of the
   * event loop is used, the rest goes in a later one.
   */
  flush(): void {
    for (const cell of this.#inTurn()) {
      const isFull = this.#inFlight.bytes >= this.#bounds.bytesInFlightPerWorker || this.#isAlone;
      const pace = isFull ? null : paceAmong(this.cells.values(), cell);
      if (pace === null || cell.turnsInFlight >= pace.turns) {
        cell.heldSince ??= this.#clock.now();
        continue;
      }
      if (this.#around.slices.isUsed) {
        this.#around.slices.later(this.#flushLater);
        break;
      }
      this.#dirty.delete(cell);
      this.#deliver(cell, Math.min(pace.records, cell.recordsPerTurn, this.#bounds.stepsPerTurn));
      if (cell.hasOutgoing) this.#dirty.add(cell); // It comes again after the others: a Set is walked on to what is added.
    }
    this.#send();
  }

  #send(): void {
    if (this.#outgoing.length === 0) return;
    const frame = encodeFrame(this.#outgoing);
    this.#outgoing = [];
    this.thread.channel.send(frame);
  }

  /** Those that have something to deliver. In the exclusive lane, where turns are long, one of another tenant than that of the last turn comes first. */
  #inTurn(): Iterable<CellLink> {
    if (this.lane === 'shared') return this.#dirty;
    const other = [...this.#dirty].find(({ program }) => program.tenant !== this.#lastTenant);
    return other === undefined ? this.#dirty : [other, ...this.#dirty].filter((cell, n) => n === 0 || cell !== other);
  }

  /** Whether it is at a turn that may be long: what else it was sent would wait behind it, whoever comes. */
  get #isAlone(): boolean {
    return this.lane === 'exclusive' && this.#inFlight.hasTurn;
  }

  /** Not once another one has taken its place, nor once it is to be ended, though what it has said before is still to be read. */
  get takesSteps(): boolean {
    return !this.isRetiring && !this.#isClosed;
  }

  /** Asks whether the thread is there. */
  ping(budgetMs = pingBudgetMs): void {
    const turn = this.#inFlight.add({ cell: null, length: 0, attempts: [], readyAt: 0, budgetMs, openMs: 0 }, 0);
    this.#outgoing.push(['ping', turn]);
    this.flush();
  }

  /** What the thread is at, if it is at anything. */
  get underWay(): Sent | undefined {
    return this.#inFlight.first;
  }

  /** Whether it has answered all that there was for it. */
  get isQuiet(): boolean {
    return this.underWay === undefined && this.#dirty.size === 0;
  }

  /** See {@link InFlight.answerBytesMost}. */
  answerBytesMost(): number {
    return this.#inFlight.answerBytesMost();
  }

  /** See {@link InFlight.answered}. */
  answered(turn: number, cellId: number | null): Sent {
    return this.#inFlight.answered(turn, cellId);
  }

  /** How long what was ready for the attempt has waited for others on this thread, until now. */
  waitedMs(attempt: PlacedAttempt, now: number): number {
    if (this.underWay?.attempts.includes(attempt)) return attempt.waitedMs;
    const { heldSince } = attempt.cell;
    const readyAt = this.#inFlight.readyAt(attempt) ?? (attempt.undelivered > 0 ? heldSince : null);
    return attempt.waitedMs + (readyAt === null ? 0 : uncountedMs(attempt, readyAt, now));
  }

  /** What was under way is over. */
  over(): void {
    const { cell, openMs } = this.#inFlight.over(this.#clock.now());
    if (cell !== null && openMs > 0) this.openings.delete(cell);
    this.isUp = true;
    if (cell !== null) this.turns++;
  }

  /** The worker has lost the cell: what else is on its way there will not be answered. */
  lostCell(cell: CellLink): void {
    this.#inFlight.drop(cell, this.#clock.now());
    this.#forgetCell(cell);
  }

  /** Closes a cell. The worker answers first what is on its way there. */
  dropCell(cell: CellLink): void {
    if (this.#forgetCell(cell) && cell.isOpened) this.#outgoing.push(['close', cell.id]);
  }

  #forgetCell(cell: CellLink): boolean {
    this.#open.delete(cell);
    this.#dirty.delete(cell);
    if (!this.cells.delete(cell.id)) return false;
    this.room.gone(cell);
    if (!cell.isOpened) this.openings.delete(cell);
    return true;
  }

  /** Idempotent: a thread may be condemned, and then be lost. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.thread.channel.close();
    this.thread.kill?.();
  }

  #deliver(cell: CellLink, records: number): void {
    const { text, attempts, budgetMs } = cell.nextBatch(records);
    // A cell is opened when it is needed, so that the time it takes is its own tenant's and not that of whoever waits there.
    const openMs = cell.isOpened ? 0 : openBudgetFor(cell.program);
    if (!cell.isOpened) {
      this.#outgoing.push(['open', cell.id, cell.spec()]);
      this.openings.sent(cell, openMs);
    }
    cell.isOpened = true;
    const now = this.#clock.now();
    const readyAt = cell.heldSince ?? now;
    cell.heldSince = cell.hasOutgoing ? now : null; // What is behind it has waited for its own cell.
    this.#lastTenant = cell.program.tenant;
    const turn = this.#inFlight.add({ cell, length: text.length, attempts, readyAt, budgetMs, openMs }, now);
    this.#outgoing.push(['deliver', cell.id, turn, text, budgetMs]);
    const [attempt] = attempts;
    if (text.length < longLength || attempt === undefined) return;
    const began = this.#around.slices.cpuMicros();
    this.#send(); // In a frame of its own, for whose writing its tenant pays.
    this.#around.charge(attempt.step.run.tenant, this.#around.slices.cpuMicros() - began);
  }

  #openCell(step: Step): CellLink | null {
    const place = this.room.placeFor(step);
    if (place === null) return null;
    if (place !== 'free') this.dropCell(place);
    const cell = new CellLink(this.#cellIds++, this, step);
    this.cells.set(cell.id, cell);
    this.room.opened(cell);
    return cell;
  }
}
