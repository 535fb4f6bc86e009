// Where steps run: worker threads for the shared lane, and one more for steps that run alone. Places attempts in cells,
// hears what the cells have to say, and gives every attempt exactly one end, whatever becomes of its cell or thread.
import type { Clock } from '../clock.ts';
import type { WorkerThread } from '../pool/threads.ts';
import { decodeFromWorker, type FromWorker, type LossReason, ProtocolBreach } from '../protocol/frames.ts';
import { isEnd, type Op, readOps } from '../protocol/ops.ts';
import type { Due } from '../state/journal.ts';
import type { StopReason } from '../state/mutation.ts';
import type { Step } from '../state/run-state.ts';
import type { CellLink, PlacedAttempt } from './cell-link.ts';
import type { Timer } from './timer-queue.ts';
import { type WorkerBounds, WorkerLink } from './worker-link.ts';

export interface LaneOptions {
  readonly workers: number;
  readonly stepsActivePerWorker: number;
  readonly bounds: WorkerBounds;
  /** Starts a thread. */
  serve(): WorkerThread;
}

/** What the lanes tell. `settled` comes when a frame has been read: what it caused can be carried out. */
export interface LaneListener {
  op(attempt: PlacedAttempt, op: Op): void;
  turnOver(attempt: PlacedAttempt): void;
  stopped(attempt: PlacedAttempt, reason: StopReason, detail: string): void;
  settled(): void;
}

/** Steps that run alone, on their one thread, at once: while one of them waits, another may run. */
const exclusiveStepsActive = 8;
/** A shared turn that has used less than this part of its time as CPU time was kept from running. */
const starvedBelow = 0.8;
/** A thread that dies before its first turn is replaced later and later. */
const respawnDelayMs = 100;
const respawnDelayLongestMs = 10_000;

export class Lanes {
  readonly #options: LaneOptions;
  readonly #listener: LaneListener;
  readonly #clock: Clock;
  readonly #links: Set<WorkerLink> = new Set();
  readonly #respawns: Set<{ cancel(): void }> = new Set();
  readonly #ends: Set<Promise<void>> = new Set();
  #refs = 0;
  #bornDead = 0;
  #hasExclusive = false;
  #closed = false;

  constructor(options: LaneOptions, clock: Clock, listener: LaneListener) {
    this.#options = options;
    this.#clock = clock;
    this.#listener = listener;
    for (let i = 0; i < options.workers; i++) this.#spawn('shared');
  }

  /** Whether any thread of the lane may take another step: if not, no step need be tried. */
  hasRoom(lane: Step['lane']): boolean {
    if (lane === 'exclusive' && !this.#hasExclusive) return true;
    for (const link of this.#links) if (link.lane === lane && link.active < this.#most(lane)) return true;
    return false;
  }

  /** Puts the step into a cell; null when there is no room for it now. */
  place(step: Step): PlacedAttempt | null {
    if (step.lane === 'exclusive' && !this.#hasExclusive) this.#spawn('exclusive');
    const link = this.#bestLink(step);
    const cell = link?.acquireCell(step);
    if (link === undefined || !cell) return null;
    const attempt = {
      step,
      ref: this.#refs++,
      cell,
      timers: new Set<Timer>(),
      cpuMicros: 0,
      undelivered: 0,
      hasEnded: false,
      isOver: false,
    };
    cell.attempts.set(attempt.ref, attempt);
    link.active++;
    return attempt;
  }

  /** Tells the cell of the attempt to run it. */
  start(attempt: PlacedAttempt): void {
    attempt.cell.start(attempt);
    attempt.cell.worker.touch(attempt.cell);
  }

  reply(attempt: PlacedAttempt, due: Due): void {
    if (attempt.hasEnded) return; // It ended without waiting, as for a forgotten timer.
    attempt.cell.reply(attempt, due);
    attempt.cell.worker.touch(attempt.cell);
  }

  /** The attempt is over, by itself or by somebody's decision. */
  release(attempt: PlacedAttempt): void {
    const { cell, ref } = attempt;
    if (!cell.attempts.delete(ref)) return;
    cell.worker.active--;
    cell.worker.releaseCell(cell);
    if (attempt.hasEnded || !cell.worker.cells.has(cell.id)) return;
    // Stopped alone, it may still be running: only a fresh cell is empty.
    if (cell.lane === 'exclusive') return cell.worker.dropCell(cell, true);
    cell.forget(attempt);
    cell.worker.touch(cell);
  }

  flush(): void {
    for (const link of this.#links) link.flush();
  }

  /** Ends every thread's task. The attempts in their cells get no end. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const respawn of this.#respawns) respawn.cancel();
    for (const link of this.#links) link.close();
    await Promise.all(this.#ends);
  }

  #bestLink(step: Step): WorkerLink | undefined {
    const most = this.#most(step.lane);
    let best: WorkerLink | undefined;
    for (const link of this.#links) {
      if (link.lane !== step.lane || link.active >= most || !link.hasRoomFor(step.run.program)) continue;
      if (best === undefined || link.active < best.active || isWarmer(link, best, step)) best = link;
    }
    return best;
  }

  #most(lane: Step['lane']): number {
    return lane === 'shared' ? this.#options.stepsActivePerWorker : exclusiveStepsActive;
  }

  #spawn(lane: 'shared' | 'exclusive'): void {
    if (lane === 'exclusive') this.#hasExclusive = true;
    const thread = this.#options.serve();
    const link = new WorkerLink(thread.channel, lane, this.#options.bounds);
    this.#links.add(link);
    thread.channel.receive((frame) => this.#onFrame(link, frame));
    const end = thread.ended.then((error) => {
      this.#ends.delete(end);
      if (!this.#closed) this.#onThreadLost(link, error);
    });
    this.#ends.add(end);
  }

  #onFrame(link: WorkerLink, frame: Uint8Array): void {
    if (!this.#links.has(link)) return;
    try {
      for (const message of decodeFromWorker(frame)) this.#onMessage(link, message);
    } catch (error) {
      if (!(error instanceof ProtocolBreach)) throw error;
      this.#onThreadLost(link, error);
    }
    this.#listener.settled();
  }

  #onMessage(link: WorkerLink, message: FromWorker): void {
    const cell = link.cells.get(message[1]);
    if (cell === undefined) return; // Closed while this was on its way.
    if (message[0] === 'lost') return this.#onCellLost(cell, message[2], message[3], message[4]);
    const inTurn = link.answered(cell);
    cell.heapBytes = message[4];
    this.#onTurn(cell, inTurn, message[2], message[3]);
  }

  #onTurn(cell: CellLink, inTurn: ReadonlySet<PlacedAttempt>, text: string, cpuMicros: number): void {
    try {
      readOps(text, (ref, op) => {
        const attempt = cell.attempts.get(ref);
        if (attempt === undefined || attempt.hasEnded) return; // Stopped while this was on its way.
        if (isEnd(op)) attempt.hasEnded = true;
        this.#listener.op(attempt, op);
      });
    } catch (error) {
      if (!(error instanceof ProtocolBreach)) throw error;
      cell.worker.dropCell(cell, true);
      return this.#stopAll(cell, 'fault', error.message);
    }
    this.#charge(inTurn, cpuMicros);
    for (const attempt of inTurn) {
      if (attempt.hasEnded) continue;
      this.#listener.turnOver(attempt);
      if (attempt.cpuMicros > cell.limits.stepCpuMs * 1_000) this.#stop(attempt, 'cpu', '');
    }
  }

  /** A turn's CPU time is shared out evenly among those that it was for. */
  #charge(attempts: ReadonlySet<PlacedAttempt>, cpuMicros: number): void {
    const share = cpuMicros / attempts.size;
    for (const attempt of attempts) {
      attempt.cpuMicros += share;
      attempt.step.run.usage.cpuMs += share / 1_000;
    }
  }

  /**
   * Only those that the turn was for can have overrun it; the others begin again as if nothing had happened. If the turn
   * was long without using its CPU time, the machine was busy elsewhere, and nobody has overrun anything.
   */
  #onCellLost(cell: CellLink, reason: LossReason, detail: string, cpuMicros: number): void {
    const { inTurn, lane, limits } = cell;
    const wasStarved = reason === 'cpu' && lane === 'shared' && cpuMicros < limits.turnCpuMs * 1_000 * starvedBelow;
    const suspects = reason === 'fault' ? new Set(cell.attempts.values()) : inTurn;
    cell.worker.dropCell(cell, false);
    this.#charge(suspects, cpuMicros);
    for (const attempt of cell.attempts.values()) {
      const suspicion = wasStarved ? 'worker' : reason; // After a few of these it runs alone, and has time enough.
      this.#stop(attempt, suspects.has(attempt) ? suspicion : 'neighbour', detail);
    }
  }

  #onThreadLost(link: WorkerLink, error: Error | null): void {
    if (!this.#links.delete(link)) return;
    link.close();
    for (const cell of link.cells.values()) this.#stopAll(cell, 'worker', error?.message ?? 'its thread ended');
    this.#bornDead = link.turns === 0 ? this.#bornDead + 1 : 0;
    const delayMs = this.#bornDead === 0 ? 0 : Math.min(respawnDelayLongestMs, respawnDelayMs * 2 ** this.#bornDead);
    const respawn = this.#clock.wakeAt(this.#clock.now() + delayMs, () => {
      this.#respawns.delete(respawn);
      this.#spawn(link.lane);
      this.#listener.settled();
    });
    this.#respawns.add(respawn);
    this.#listener.settled();
  }

  #stopAll(cell: CellLink, reason: StopReason, detail: string): void {
    for (const attempt of cell.attempts.values()) this.#stop(attempt, reason, detail);
  }

  /** What the step has already said counts; being told that it is over, it cannot be stopped. */
  #stop(attempt: PlacedAttempt, reason: StopReason, detail: string): void {
    if (!attempt.hasEnded) this.#listener.stopped(attempt, reason, detail);
  }
}

function isWarmer(link: WorkerLink, best: WorkerLink, step: Step): boolean {
  const { program } = step.run;
  return link.active === best.active && link.hasCellFor(program) && !best.hasCellFor(program);
}
