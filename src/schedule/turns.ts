// What worker threads say, read as if a tenant had written it: turns become ops, losses become suspicions. Every attempt in
// a cell or a thread that is lost is stopped, and only those that the turn under way was for can be to blame.

import type { Clock } from '../clock.ts';
import type { LoopSlices } from '../loop-slices.ts';
import { decodeFromWorker, type FromWorker, type LossReason, ProtocolBreach } from '../protocol/frames.ts';
import { isEnd, type Op, readOps } from '../protocol/ops.ts';
import { stackMark } from '../protocol/records.ts';
import type { StopReason } from '../state/mutation.ts';
import { type ChargeKind, spend, type TenantState } from '../state/tenant-state.ts';
import { use } from '../state/usage.ts';
import type { CellLink } from './cell-link.ts';
import type { PlacedAttempt } from './placed-attempt.ts';
import type { Suspects } from './suspects.ts';
import type { WorkerLink } from './worker-link.ts';

export interface TurnListener {
  op(attempt: PlacedAttempt, op: Op): void;
  /** Some ops have been read, and what they ask for can be done. The rest of what follows waits. */
  opsRead(): void;
  turnOver(attempt: PlacedAttempt): void;
  stopped(attempt: PlacedAttempt, reason: StopReason, detail: string): void;
  /** It was over when a turn that it was in was seen to have cost so much. */
  costMore(attempt: PlacedAttempt, cpuMicros: number): void;
  /** The thread has used this CPU time because of the tenant, and for none of its steps. */
  charge(tenant: TenantState, micros: number, kind: ChargeKind): void;
  cellLost(loss: CellLoss): void;
}

export interface CellLoss {
  readonly link: WorkerLink;
  readonly cell: CellLink;
  readonly reason: LossReason;
  readonly detail: string;
  /** Attempts that were in it. */
  readonly steps: number;
}

/** Why a thread is gone. `replaced`: by decision, and nobody is to blame. */
export interface LinkEnd {
  readonly reason: 'crash' | 'fault' | 'worker' | 'cpu' | 'memory' | 'replaced';
  readonly detail: string;
  /** CPU time of the turn that was under way, as far as the system told. */
  readonly cpuMs?: number;
}

/** Frames that are longer are held against what they may be before they are decoded. */
const smallFrameBytes = 2 ** 20;
/** What a worker says at the end of a turn. */
type Turn = Extract<FromWorker, readonly ['turn', ...unknown[]]>;

/** A turn that has used less than this part of its time as CPU time was kept from running. */
const starvedBelow = 0.8;

export class Turns {
  readonly #listener: TurnListener;
  readonly #suspects: Suspects;
  readonly #clock: Clock;
  readonly #slices: LoopSlices;

  constructor(listener: TurnListener, suspects: Suspects, clock: Clock, slices: LoopSlices) {
    this.#listener = listener;
    this.#suspects = suspects;
    this.#clock = clock;
    this.#slices = slices;
  }

  /** Reads a frame, and stops where the slice of this turn of the event loop is used. Gives why the thread must be ended, if it must. */
  *read(link: WorkerLink, frame: Uint8Array): Generator<void, LinkEnd | null> {
    try {
      if (frame.byteLength > smallFrameBytes && frame.byteLength > smallFrameBytes + link.answerBytesMost()) {
        throw new ProtocolBreach('A frame is longer than what its steps may write.');
      }
      for (const message of decodeFromWorker(frame)) {
        if (message[0] === 'turn') yield* this.#onTurn(link, message);
        else {
          const end = this.#onMessage(link, message);
          if (end !== null) return end;
        }
      }
      return null;
    } catch (error) {
      if (!(error instanceof ProtocolBreach)) throw error;
      return { reason: 'fault', detail: error.message };
    }
  }

  /**
   * Stops all attempts of a thread that is gone. Gives how many there were. If its end can be laid to nobody, any of them may have taken the
   * thread over: it counts against each, as a thread lost to nobody's fault does, so that none is moved without end.
   */
  lost(link: WorkerLink, { reason, detail, cpuMs = 0 }: LinkEnd): number {
    this.#charge([...new Set(link.underWay?.attempts)], cpuMs * 1_000);
    const underWay = reason === 'replaced' ? undefined : link.underWay;
    const suspects = new Set(underWay?.attempts.filter(({ hasEnded }) => !hasEnded));
    if (reason !== 'worker' && underWay?.cell) this.#suspects.accuse(underWay.cell.program);
    const ofOthers = reason === 'replaced' || suspects.size > 0 ? 'neighbour' : 'worker';
    let steps = 0;
    for (const cell of link.cells.values()) {
      if (ofOthers === 'worker' && cell.attempts.size > 0) this.#suspects.wasThere(cell.program);
      for (const attempt of cell.attempts.values()) {
        steps++;
        // What is known of a host that was too long at it is nothing to show as the step's own lines.
        if (reason !== 'replaced' && suspects.has(attempt)) this.#stop(attempt, reason, reason === 'cpu' ? '' : detail);
        else this.#stop(attempt, ofOthers, detail);
      }
    }
    return steps;
  }

  /** What a turn has cost is charged before what was done in it is applied: a step that has ended has no account any more. */
  *#onTurn(link: WorkerLink, [, turn, cellId, text, cpuMicros, heapBytes]: Turn): Generator<void, void> {
    const { cell, attempts, budgetMs } = link.answered(turn, cellId);
    if (cell === null) return link.over();
    const inTurn = eachOnce(attempts, turn);
    cell.measured(heapBytes, inTurn);
    this.#charge(inTurn, credible(cpuMicros, budgetMs));
    // A cell that was closed while this was on its way has nothing to say but what it has cost.
    const isThere = link.cells.has(cell.id);
    if (isThere) yield* this.#readOps(link, inTurn, cell, text);
    link.over();
    if (isThere) this.#onTurnOver(cell, inTurn);
  }

  #onMessage(link: WorkerLink, message: Exclude<FromWorker, Turn>): LinkEnd | null {
    if (message[0] === 'opened') {
      const { tenant, openMs } = link.openings.opened(message[1]);
      this.#listener.charge(tenant, Math.min(message[2], (openMs + beyondBudgetMs) * 1_000), 'cell');
      return null;
    }
    const answered = link.answered(message[1], message[0] === 'pong' ? null : message[2]);
    const { cell, budgetMs } = answered;
    const inTurn = eachOnce(answered.attempts, message[1]);
    const isThere = cell !== null && link.cells.has(cell.id);
    if (message[0] === 'pong' || cell === null) {
      link.over();
      return null;
    }
    const [, , , reason, detail, said] = message;
    const cpuMicros = credible(said, budgetMs);
    link.over();
    link.lostCell(cell);
    if (isThere) this.#onCellLost(link, cell, budgetMs, inTurn, { reason, detail, cpuMicros });
    else this.#charge(inTurn, cpuMicros);
    // What V8 does once its memory has run out is not to be relied on.
    const isSpent = reason === 'memory' && link.thread.kill !== null;
    return isSpent ? { reason: 'replaced', detail: 'a cell used up its memory' } : null;
  }

  /** The tenant pays for the time that its ops take here. */
  *#readOps(link: WorkerLink, inTurn: readonly PlacedAttempt[], cell: CellLink, text: string): Generator<void, void> {
    const { lengths } = cell;
    const steps = inTurn.length;
    if (text.length > lengths.turn * steps) throw new ProtocolBreach('A turn is longer than its steps may make it.');
    let left = lengths.records * steps;
    const onOp = (ref: number, op: Op): void => {
      if (left-- <= 0) throw new ProtocolBreach('A turn has more records than its steps may write.');
      if (ref >= link.refs) throw new ProtocolBreach('A record is for a step that has never been here.');
      const attempt = cell.attempts.get(ref);
      if (attempt === undefined || attempt.hasEnded) return; // Stopped while this was on its way.
      if (isEnd(op)) attempt.hasEnded = true;
      this.#listener.op(attempt, op);
    };
    const tenant = text.length < longLength ? undefined : inTurn[0]?.step.run.tenant;
    for (let at = 0; at < text.length; ) {
      const began = tenant === undefined ? 0 : this.#slices.cpuMicros();
      do {
        at = readOps(text, lengths, onOp, at);
        this.#listener.opsRead();
      } while (at < text.length && !this.#slices.isUsed);
      if (tenant !== undefined) this.#listener.charge(tenant, this.#slices.cpuMicros() - began, 'main');
      if (at < text.length) yield;
    }
  }

  #onTurnOver(cell: CellLink, inTurn: readonly PlacedAttempt[]): void {
    for (const attempt of inTurn) {
      if (attempt.hasEnded) continue;
      this.#listener.turnOver(attempt);
      if (attempt.cpuMicros > cell.limits.stepCpuMs * 1_000) this.#stop(attempt, 'cpu', '');
    }
  }

  /**
   * Only those that the turn was for can have overrun it; the others begin again as if nothing had happened. If the turn
   * was long without using its CPU time, the machine was busy elsewhere, and nobody has overrun anything.
   */
  #onCellLost(
    link: WorkerLink,
    cell: CellLink,
    budgetMs: number,
    inTurn: readonly PlacedAttempt[],
    { reason, detail, cpuMicros }: { reason: LossReason; detail: string; cpuMicros: number },
  ): void {
    const wasStarved = reason === 'cpu' && cpuMicros < budgetMs * 1_000 * starvedBelow;
    const suspects = new Set(reason === 'fault' ? cell.attempts.values() : inTurn);
    if (!wasStarved) this.#accuse(cell, reason, inTurn);
    this.#charge([...suspects], cpuMicros);
    const [said = ''] = detail.split(stackMark, 1);
    this.#listener.cellLost({ link, cell, reason, detail: said, steps: cell.attempts.size });
    for (const attempt of cell.attempts.values()) {
      const suspicion = wasStarved ? 'worker' : reason; // After a few of these it runs alone, and has time enough.
      this.#stop(attempt, suspects.has(attempt) ? suspicion : 'neighbour', detail);
    }
  }

  /** Steps that were too long for a turn of several have all their time alone: whether that is enough will be seen there. */
  #accuse({ program, lane }: CellLink, reason: LossReason, inTurn: readonly PlacedAttempt[]): void {
    if (reason === 'cpu' && lane === 'shared') this.#suspects.overran(inTurn.map(({ step }) => step));
    else if (reason !== 'rejection') this.#suspects.accuse(program);
  }

  /** A turn's CPU time is shared out evenly among those that it was for, also among those that are over by now. */
  #charge(attempts: readonly PlacedAttempt[], cpuMicros: number): void {
    const share = cpuMicros / attempts.length;
    const now = this.#clock.now();
    for (const attempt of attempts) {
      attempt.cpuMicros += share;
      attempt.turns++;
      use(attempt.step, 'cpuMs', share / 1_000);
      spend(attempt.step.run.tenant, share / 1_000, now);
      if (attempt.isOver) this.#listener.costMore(attempt, share);
    }
  }

  /** What the step has already said counts; being told that it is over, it cannot be stopped. */
  #stop(attempt: PlacedAttempt, reason: StopReason, detail: string): void {
    if (!attempt.hasEnded) this.#listener.stopped(attempt, reason, detail);
  }
}

/** Those that a turn was for: a step that got several replies in it is there several times. No Set, for it would cost more than all else here. */
function eachOnce(attempts: readonly PlacedAttempt[], turn: number): PlacedAttempt[] {
  const once: PlacedAttempt[] = [];
  for (const attempt of attempts) {
    if (attempt.lastTurn === turn) continue;
    attempt.lastTurn = turn;
    once.push(attempt);
  }
  return once;
}

/** No turn takes longer than its budget and this: a host that says so is not believed. */
const beyondBudgetMs = 10_000;

function credible(micros: number, budgetMs: number): number {
  return Math.min(micros, (budgetMs + beyondBudgetMs) * 1_000);
}

/** From this length of a turn's text on the main thread's time for it is charged. For less, what is charged for each turn pays. */
const longLength = 4_096;
