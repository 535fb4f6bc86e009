// Watches hosts, or threads of this process, from outside: whether they answer in time, and what they take of the machine.
// One that does not, or takes too much, is condemned. Cells that are stale go. Time is counted in looks, so that a main
// thread that was busy itself does not take the silence that it has caused for theirs.
import { assertNever } from '../errors.ts';
import { clearInterval, monotonicTime, setInterval } from '../machine-timers.ts';
import { Growth } from './growth.ts';
import type { Sent } from './in-flight.ts';
import type { LinkEnd } from './turns.ts';
import type { WorkerLink } from './worker-link.ts';

export interface SupervisorListener {
  condemned(link: WorkerLink, end: LinkEnd): void;
  /** Nobody has used it for a while, or will. */
  idle(link: WorkerLink): void;
  /** What it has piled up has to go: another one is to take its place. */
  spent(link: WorkerLink): void;
}

const lookEveryMs = 100;
/** What a turn takes is looked at more often: see {@link Growth}. */
const glanceEveryMs = 20;
/** What a turn may take beyond its budget: opening its cell, the text of its ops, and a watchdog's reaction. */
const graceMs = 300;
/** Kept from running by the rest of the machine, a turn may take so many times its time. */
const starvedFactor = 6;
/** Looks at a turn under way of which no thread of the process has run. */
const asleepLooksMost = 5;
/** Looks at a host that is starting, and of which no thread has run. Where the system grants it no more threads, Node waits for them for ever. */
const stillbornLooksMost = 15;
/** An idle host is asked about every so often. */
const pingEveryLooks = 10;
/** An exclusive host that has been idle for so long is let go. */
const idleLooksMost = 300;

/** What is known of the turn that a host was at when it was looked at last. */
interface Watched {
  turn: number;
  looks: number;
  asleepLooks: number;
  /** Over its channel, when it was looked at last. */
  bytesMoved: number;
  /** CPU time of the process when the turn was first seen, and what it has used since. */
  cpuMsBefore: number;
  usedMs: number;
}

export class Supervisor {
  readonly #links: ReadonlySet<WorkerLink>;
  readonly #listener: SupervisorListener;
  readonly #hostMemoryMb: number;
  readonly #watched: WeakMap<WorkerLink, Watched> = new WeakMap();
  readonly #growth = new Growth();
  readonly #timers: readonly NodeJS.Timeout[];
  #lookedAt = monotonicTime();

  constructor(links: ReadonlySet<WorkerLink>, hostMemoryMb: number, listener: SupervisorListener) {
    this.#links = links;
    this.#hostMemoryMb = hostMemoryMb;
    this.#listener = listener;
    this.#timers = [setInterval(() => this.look(), lookEveryMs), setInterval(() => this.#glance(), glanceEveryMs)];
    for (const timer of this.#timers) timer.unref();
  }

  look(now = monotonicTime()): void {
    const wasBusy = now - this.#lookedAt > 1.5 * lookEveryMs; // This process itself.
    this.#lookedAt = now;
    for (const link of [...this.#links]) {
      if (link.thread.isUnwatched) continue;
      link.dropStaleCells(now);
      const verdict = this.#judge(link, wasBusy);
      if (verdict === 'idle') this.#listener.idle(link);
      else if (verdict === 'spent') this.#listener.spent(link);
      // A thread of this process can be watched, and let go of, but not ended.
      else if (verdict !== null && link.thread.kill !== null) this.#condemn(link, verdict);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #glance(): void {
    for (const link of [...this.#links]) {
      if (link.thread.isUnwatched || link.thread.kill === null || !this.#growth.isTooMuch(link)) continue;
      this.#condemn(link, 'swollen');
    }
  }

  #condemn(link: WorkerLink, verdict: Verdict): void {
    const cpuMs = this.#watched.get(link)?.usedMs ?? 0;
    this.#listener.condemned(link, { ...endFor(verdict, this.#hostMemoryMb), cpuMs });
  }

  #judge(link: WorkerLink, wasBusy: boolean): Verdict | 'idle' | 'spent' | null {
    const vitals = link.thread.vitals();
    if (vitals !== null) this.#growth.looked(link, vitals.residentBytes);
    const takenMb = (vitals?.residentBytes ?? 0) / 2 ** 20;
    if (takenMb > this.#hostMemoryMb) return 'bloated';
    // What idle cells keep is not the doing of whoever is under way.
    if (takenMb > this.#hostMemoryMb / 2) link.dropIdleCells();
    if (link.lane === 'shared' && link.isSpent && !link.isRetiring) return 'spent';
    const { underWay } = link;
    const turn = underWay?.turn ?? -1;
    const watched = this.#watched.get(link);
    // What it was at is known when all that it has said is read.
    if (watched === undefined || watched.turn !== turn || link.isBehind) {
      const cpuMsBefore = vitals?.cpuMs ?? 0;
      const bytesMoved = link.thread.bytesMoved();
      this.#watched.set(link, { turn, looks: 0, asleepLooks: 0, bytesMoved, cpuMsBefore, usedMs: 0 });
      link.isLate = false;
      return null;
    }
    watched.looks++;
    watched.usedMs = vitals === null ? 0 : vitals.cpuMs - watched.cpuMsBefore;
    link.isLate = underWay !== undefined;
    if (underWay === undefined) return this.#judgeIdle(link, watched);
    const moved = link.thread.bytesMoved();
    // One that waits for this process to read, or to write on, is asleep as well.
    const mayBeParked = moved === watched.bytesMoved && !wasBusy && vitals?.isAsleep() === true;
    watched.asleepLooks = mayBeParked ? watched.asleepLooks + 1 : 0;
    watched.bytesMoved = moved;
    if (watched.asleepLooks > asleepLooksMost && underWay.cell !== null) return 'parked';
    if (watched.asleepLooks > stillbornLooksMost && !link.isUp) return 'stillborn';
    const allowedMs = allowedFor(underWay);
    const tookMs = watched.looks * lookEveryMs;
    const usedMs = vitals === null ? tookMs : watched.usedMs;
    if (tookMs > allowedMs && usedMs > allowedMs) {
      if (underWay.cell === null) return 'silent';
      return isWanted(underWay) ? 'hung' : 'unwanted';
    }
    return tookMs > allowedMs * starvedFactor ? 'silent' : null;
  }

  #judgeIdle(link: WorkerLink, watched: Watched): 'idle' | null {
    if (link.load.steps === 0 && (link.isRetiring || (link.lane === 'exclusive' && link.isSpent))) return 'idle';
    if (link.lane === 'exclusive' && link.load.steps === 0 && watched.looks > idleLooksMost) return 'idle';
    if (link.lane === 'shared' && watched.looks > pingEveryLooks) link.ping();
    return null;
  }
}

/** Alone, a turn for a step that has been stopped meanwhile, as by a cancel, is given a slice and no more. */
function allowedFor(underWay: Sent): number {
  const { cell, budgetMs, openMs } = underWay;
  if (cell?.lane !== 'exclusive' || isWanted(underWay)) return openMs + budgetMs + graceMs;
  return openMs + Math.min(budgetMs, cell.limits.turnCpuMs);
}

function isWanted({ attempts }: Sent): boolean {
  return attempts.some(({ isOver }) => !isOver);
}

const standstill =
  'it came to a standstill while it started, as where the system allows too few processes or threads: see `ulimit -u` and `pids.max`';

/** `stillborn`: it does not start. `swollen`: its turn takes far more than its cell may. `unwanted`: nobody waits for what it does. `parked`: isolated-vm puts a thread to sleep for ever when it cannot free memory. `silent`: why is not known. */
type Verdict = 'stillborn' | 'bloated' | 'swollen' | 'parked' | 'hung' | 'unwanted' | 'silent';

function endFor(verdict: Verdict, hostMemoryMb: number): LinkEnd {
  switch (verdict) {
    case 'stillborn':
      return { reason: 'worker', detail: standstill };
    case 'bloated':
      return { reason: 'memory', detail: `its host took more than ${hostMemoryMb} MB` };
    case 'swollen':
      return { reason: 'memory', detail: 'its cell took far more than its memory' };
    case 'parked':
      return { reason: 'memory', detail: 'its host came to a standstill' };
    case 'hung':
      return { reason: 'cpu', detail: 'its host did not answer' };
    case 'unwanted':
      return { reason: 'replaced', detail: 'its step was stopped' };
    case 'silent':
      return { reason: 'worker', detail: 'its host did not answer' };
    default:
      return assertNever(verdict);
  }
}
