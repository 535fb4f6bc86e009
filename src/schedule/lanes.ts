// Where steps run. The shared lane: many steps of a workflow in one cell. The exclusive lane: steps that have to run alone,
// each in its cell, in a thread that serves one tenant at a time. Places attempts, and replaces threads that are lost.
import type { Clock } from '../clock.ts';
import { StepwellError } from '../errors.ts';
import type { LoopSlices } from '../loop-slices.ts';
import { clearTimeout, monotonicTime, setTimeout } from '../machine-timers.ts';
import type { WorkerThread } from '../pool/worker-thread.ts';
import type { Due } from '../state/repetition.ts';
import type { Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { Inbox } from './inbox.ts';
import type { Payer } from './payers.ts';
import { type PlacedAttempt, placedAttempt } from './placed-attempt.ts';
import { exclusiveLink, exclusiveStepsMost, mayGrow, mayTake, sharedLink } from './placement.ts';
import { Supervisor } from './supervisor.ts';
import { Suspects } from './suspects.ts';
import { type CellLoss, type LinkEnd, type TurnListener, Turns } from './turns.ts';
import { type WorkerBounds, WorkerLink } from './worker-link.ts';

export type LaneName = Step['lane'];

export interface LaneOptions {
  /** Threads of the shared lane. */
  readonly workers: number;
  readonly stepsActivePerWorker: number;
  readonly hostMemoryMb: number;
  readonly bounds: WorkerBounds;
  readonly clock: Clock;
  readonly slices: LoopSlices;
  /** Starts a thread. */
  serve(): WorkerThread;
}

/** What the lanes tell, and ask. `settled` comes when a frame has been read: what it caused can be carried out. */
export interface LaneListener extends TurnListener {
  /** Whether a step of the tenant waits for nothing but room in the shared lane, where none of it runs. */
  isWaiting(tenant: TenantState): boolean;
  settled(): void;
  threadStarted(link: WorkerLink): void;
  threadLost(link: WorkerLink, end: LinkEnd, steps: number): void;
  threadRetired(link: WorkerLink): void;
  /** Threads die as soon as they are started: no step can run any more. */
  failed(error: StepwellError): void;
}

/** What has happened to threads and cells so far. */
export interface LaneCounts {
  /** Threads that took the place of one that was lost. */
  readonly restarts: number;
  readonly hostsLost: number;
  readonly cellsLost: number;
}

/** A thread that dies before it has answered is replaced later and later; after so many, and with no other, not any more. */
const bornDeadMost = 5;
const respawnDelayMs = 100;

export class Lanes {
  readonly #options: LaneOptions;
  readonly #listener: LaneListener;
  readonly #links: Set<WorkerLink> = new Set();
  /** What each has said waits there until it is read. */
  readonly #inboxes: WeakMap<WorkerLink, Inbox> = new WeakMap();
  readonly #respawns: Set<NodeJS.Timeout> = new Set();
  readonly #ends: Set<Promise<void>> = new Set();
  readonly #suspects = new Suspects();
  readonly #turns: Turns;
  readonly #supervisor: Supervisor;
  /** Tenants for which a cell was given up, until a step of theirs has been placed. */
  readonly #expecting: Set<TenantState> = new Set();
  /** When a cell may be given up next. */
  #roomAt = 0;
  #bornDead = 0;
  readonly #counts = { restarts: 0, hostsLost: 0, cellsLost: 0 };

  constructor(options: LaneOptions, listener: LaneListener) {
    this.#options = options;
    this.#listener = listener;
    const cellLost = (loss: CellLoss): void => {
      this.#counts.cellsLost++;
      listener.cellLost(loss);
    };
    const turnOver = (attempt: PlacedAttempt): void => {
      if (attempt.isStranger) this.#acquainted(attempt);
      listener.turnOver(attempt);
    };
    this.#turns = new Turns({ ...listener, turnOver, cellLost }, this.#suspects, options.clock, options.slices);
    this.#supervisor = new Supervisor(this.#links, options.hostMemoryMb, {
      condemned: (link, end) => {
        link.close();
        this.#inboxes.get(link)?.addEnd(end); // What it has said before is read first.
      },
      idle: (link) => this.#retire(link),
      spent: (link) => this.#relieve(link),
    });
    for (let i = 0; i < options.workers; i++) this.#spawn('shared', i >= options.workers >> 1);
  }

  get links(): Iterable<WorkerLink> {
    return this.#links;
  }

  get counts(): LaneCounts {
    return { ...this.#counts };
  }

  /** Whether every thread has answered all that there was for it, and none is about to be started. */
  get isQuiet(): boolean {
    return this.#respawns.size === 0 && [...this.#links].every((link) => link.isQuiet);
  }

  /** Where the step has to run, as things stand. */
  laneFor(step: Step): LaneName {
    return step.lane === 'exclusive' || this.#suspects.isSuspect(step) ? 'exclusive' : 'shared';
  }

  /** Whether any thread of the lane may take another step: if not, no step need be tried. */
  hasRoom(lane: LaneName): boolean {
    if (lane === 'exclusive' && this.#mayGrow(true)) return true;
    for (const link of this.#links) {
      if (link.lane === lane && link.takesSteps && link.load.steps < this.#most(lane)) return true;
    }
    return false;
  }

  /** Puts the step into a cell; null when there is no room for it now. */
  place(step: Step, lane: LaneName, payer: Payer, now: number): PlacedAttempt | null {
    const isKnown = this.#suspects.isKnown(step.run.program);
    const link = this.#linkFor(step, lane, isKnown, payer.tenant.active);
    const cell = link?.acquireCell(step);
    if (!link || !cell) {
      if (lane === 'shared') this.#makeRoom(step.run.tenant, isKnown);
      return null;
    }
    if (lane === 'shared' && this.#expecting.size > 0) this.#foundPlace(step.run.tenant);
    if (!cell.isOpened) link.openings.add(cell);
    const attempt = placedAttempt(step, cell, payer, !isKnown, now);
    link.load.add(attempt);
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
    const { cell, lane } = attempt;
    const link = cell.worker;
    if (!link.load.remove(attempt)) return;
    link.releaseCell(cell);
    if (attempt.hasEnded) {
      const isClean = attempt.cpuMicros <= cell.limits.turnCpuMs * 1_000;
      if (lane === 'shared') this.#suspects.vouch(cell.program);
      else if (isClean) this.#suspects.clear(attempt.step);
      return;
    }
    if (!link.cells.has(cell.id)) return;
    // Stopped alone, it may still be running: only a fresh cell is empty.
    if (lane === 'exclusive') return link.dropCell(cell);
    cell.forget(attempt);
    link.touch(cell);
  }

  flush(): void {
    for (const link of this.#links) link.flush();
  }

  /** Ends every thread. The attempts in their cells get no end. */
  async close(): Promise<void> {
    this.#supervisor.close();
    for (const respawn of this.#respawns) clearTimeout(respawn);
    for (const link of this.#links) this.#close(link);
    this.#links.clear();
    await Promise.all(this.#ends);
  }

  /** It has had a turn and did no harm, though it has not ended as most have after one: see {@link release}. */
  #acquainted(attempt: PlacedAttempt): void {
    const isFirst = attempt.cell.worker.load.strangers.delete(attempt);
    if (isFirst && attempt.lane === 'shared') this.#suspects.vouch(attempt.cell.program);
  }

  #linkFor({ run }: Step, lane: LaneName, isKnown: boolean, own: number): WorkerLink | undefined {
    const { workers, stepsActivePerWorker } = this.#options;
    if (lane === 'shared') return sharedLink(this.#links, run, isKnown, stepsActivePerWorker, own);
    const { program } = run;
    const chosen = exclusiveLink(this.#links, program, workers, this.#mayGrow(own === 0));
    const link = chosen === 'new' ? this.#spawn('exclusive') : chosen;
    if (link?.load.steps === 0) link.keepOnly(program.tenant);
    return link;
  }

  /** Where steps overlap that only wait, no cell is ever empty: a tenant that has none is not to wait for that. */
  #makeRoom(tenant: TenantState, isKnown: boolean): void {
    const now = monotonicTime();
    if (now < this.#roomAt || !this.#listener.isWaiting(tenant)) return;
    this.#roomAt = now + 1; // Many may be refused, each time that anything is placed.
    for (const other of this.#expecting) if (!this.#listener.isWaiting(other)) this.#foundPlace(other);
    for (const link of this.#links) {
      if (!mayTake(link, isKnown, this.#options.stepsActivePerWorker) || !link.room.makeFor(tenant)) continue;
      this.#expecting.add(tenant);
      return;
    }
  }

  /** Or it does not want one any more. */
  #foundPlace(tenant: TenantState): void {
    if (this.#expecting.delete(tenant)) for (const { room } of this.#links) room.placeTaken(tenant);
  }

  #mayGrow(isNewcomer: boolean): boolean {
    return this.#respawns.size === 0 && mayGrow(this.#links, this.#options.workers, isNewcomer);
  }

  #most(lane: LaneName): number {
    return lane === 'shared' ? this.#options.stepsActivePerWorker : exclusiveStepsMost;
  }

  #spawn(lane: LaneName, isForNew = true): WorkerLink {
    const link = new WorkerLink(this.#options.serve(), lane, isForNew, this.#options.bounds, this.#options.clock, {
      slices: this.#options.slices,
      isWaiting: (tenant) => this.#listener.isWaiting(tenant),
      charge: (tenant, micros) => this.#listener.charge(tenant, micros, 'main'),
    });
    const inbox = this.#inboxOf(link);
    this.#links.add(link);
    this.#inboxes.set(link, inbox);
    link.thread.channel.receive((frame) => inbox.add(frame));
    const ended = link.thread.ended.then((end) => {
      this.#ends.delete(ended);
      inbox.addEnd(end);
    });
    this.#ends.add(ended);
    return link;
  }

  #inboxOf(link: WorkerLink): Inbox {
    let wasUp = false;
    return new Inbox(link, this.#options.slices, {
      read: (from, frame) => this.#turns.read(from, frame),
      settled: () => {
        if (!wasUp && link.isUp) this.#onUp(link);
        wasUp = link.isUp;
        this.#listener.settled();
      },
      ended: (end) => {
        this.#onLost(link, end);
        this.#listener.settled();
      },
    });
  }

  #onUp(link: WorkerLink): void {
    this.#bornDead = 0;
    this.#listener.threadStarted(link);
  }

  #onLost(link: WorkerLink, end: LinkEnd): void {
    if (!this.#links.delete(link)) return;
    link.close();
    const steps = this.#turns.lost(link, end);
    this.#counts.hostsLost++;
    this.#listener.threadLost(link, end, steps);
    if (link.isRetiring) return; // Another one has its place.
    if (!link.isUp) this.#bornDead++;
    const isHopeless = this.#bornDead >= bornDeadMost && ![...this.#links].some(({ isUp }) => isUp);
    if (isHopeless) return this.#listener.failed(startFailure(end));
    const delayMs = this.#bornDead === 0 ? 0 : respawnDelayMs * 2 ** Math.min(bornDeadMost, this.#bornDead);
    const respawn = setTimeout(() => {
      this.#respawns.delete(respawn);
      this.#counts.restarts++;
      this.#spawn(link.lane, link.isForNew);
      this.#listener.settled();
    }, delayMs);
    this.#respawns.add(respawn);
  }

  /** Another one takes its place, one at a time; its steps go on to their end where they are. */
  #relieve(link: WorkerLink): void {
    for (const { isRetiring, isUp } of this.#links) if (isRetiring || !isUp) return;
    link.isRetiring = true;
    this.#spawn(link.lane, link.isForNew);
    this.#listener.settled();
  }

  #retire(link: WorkerLink): void {
    this.#links.delete(link);
    this.#close(link);
    this.#listener.threadRetired(link);
  }

  /** What it still says is not read. */
  #close(link: WorkerLink): void {
    link.close();
    this.#inboxes.get(link)?.close();
  }
}

function startFailure({ detail }: LinkEnd): StepwellError {
  const message = `Steps cannot run: each host ended as soon as it was started (${detail}). See \`containment\` in the README.`;
  return new StepwellError('HOST_START_FAILED', message);
}
