// Links to threads that do nothing, for tests of what the main thread makes of what they say: what was sent is kept, and
// attempts are put in their cells as the lanes put them.
import { undividedly } from '../../src/background-work.ts';
import type { Clock } from '../../src/clock.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import { undivided } from '../../src/loop-slices.ts';
import type { ThreadEnd, Vitals, WorkerThread } from '../../src/pool/worker-thread.ts';
import { decodeToWorker, encodeFrame, type FromWorker, type ToWorker } from '../../src/protocol/frames.ts';
import type { CellLink } from '../../src/schedule/cell-link.ts';
import { Lanes } from '../../src/schedule/lanes.ts';
import { Payer, PayingTenant } from '../../src/schedule/payers.ts';
import { type PlacedAttempt, placedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { Suspects } from '../../src/schedule/suspects.ts';
import { type LinkEnd, Turns } from '../../src/schedule/turns.ts';
import { type LinkAround, WorkerLink } from '../../src/schedule/worker-link.ts';
import { Journal } from '../../src/state/journal.ts';
import type { RunState } from '../../src/state/run-state.ts';
import { createVirtualClock } from '../../src/virtual-clock.ts';
import { manualClock } from '../manual-clock.ts';
import { stepOf } from '../state/fixtures.ts';

/** Of all links here. */
export const clock = manualClock();

export interface StillThread extends WorkerThread {
  /** What it was sent, in order. */
  readonly heard: ToWorker[];
  /** How often it was ended. */
  readonly kills: number;
  /** What the system says of it. */
  says(vitals: Vitals | null): void;
  /** Something has gone over its channel. */
  moves(): void;
}

/** `isKillable`: whether it is in a process of its own. */
export function stillThread({ isKillable = true } = {}): StillThread {
  const heard: ToWorker[] = [];
  let vitals: Vitals | null = null;
  let kills = 0;
  let bytesMoved = 0;
  const kill = (): void => {
    kills++;
  };
  return {
    pid: isKillable ? 1 : null,
    channel: { send: (frame) => heard.push(...decodeToWorker(frame)), receive() {}, close() {} },
    ended: new Promise(() => {}),
    kill: isKillable ? kill : null,
    vitals: () => vitals,
    bytesMoved: () => bytesMoved,
    heard,
    get kills() {
      return kills;
    },
    says(next) {
      vitals = next;
    },
    moves() {
      bytesMoved++;
    },
  };
}

/** A link that has just been made: whether its thread is there is the first thing that it asks. */
export function linkTo(
  thread: WorkerThread,
  lane: 'shared' | 'exclusive' = 'shared',
  limits: Partial<Limits> = {},
  isForNew = true,
  around: Partial<LinkAround> = {},
): WorkerLink {
  const all = { slices: undivided(), isWaiting: () => true, charge() {}, ...around };
  return new WorkerLink(thread, lane, isForNew, { ...defaultLimits, ...limits }, clock, all);
}

/** Puts one more attempt into a cell of the link. */
export function placeOn(link: WorkerLink, run: RunState, { micros = 0, isStranger = false } = {}): PlacedAttempt {
  const step = { ...stepOf(run, link.refs + 1), journal: new Journal() };
  const cell = link.acquireCell(step);
  if (cell === null) throw new Error('There is no room.');
  const payer = new Payer(run, new PayingTenant(run.tenant, 0));
  payer.tenant.stepMicros = micros;
  const attempt = placedAttempt(step, cell, payer, isStranger, clock.now());
  link.load.add(attempt);
  return attempt;
}

/** All steps leave the cell. */
export function empty(link: WorkerLink, cell: CellLink): void {
  for (const attempt of [...cell.attempts.values()]) link.load.remove(attempt);
  link.releaseCell(cell);
}

/** Sends the starts of these attempts, those of one cell in one turn. */
export function start(link: WorkerLink, ...attempts: readonly PlacedAttempt[]): void {
  for (const attempt of attempts) {
    attempt.cell.start(attempt);
    link.touch(attempt.cell);
  }
  link.flush();
}

/** Tells all that comes of what threads say, a line each; steps are named by their tenant and number. */
export function turnsTelling(tell: (line: string) => void, suspects: Suspects, slices = undivided()): Turns {
  const nameOf = ({ step }: PlacedAttempt): string => `${step.run.program.tenant}${step.ordinal}`;
  return new Turns(
    {
      op: (attempt, { kind }) => tell(`${nameOf(attempt)} ${kind}`),
      opsRead() {},
      turnOver: (attempt) => tell(`${nameOf(attempt)} turn over`),
      stopped: (attempt, reason, detail) => tell(`${nameOf(attempt)} stopped: ${reason}${detail && `, ${detail}`}`),
      costMore: (attempt, cpuMicros) => tell(`${nameOf(attempt)} cost ${cpuMicros} more`),
      charge: ({ name }, micros, kind) => tell(`${name} charged ${micros} for a ${kind}`),
      cellLost: ({ reason, steps }) => tell(`cell lost: ${reason}, ${steps} steps`),
    },
    suspects,
    createVirtualClock(0),
    slices,
  );
}

/** All of it. */
export function readFrame(turns: Turns, link: WorkerLink, frame: Uint8Array): LinkEnd | null {
  return undividedly(turns.read(link, frame));
}

/** A link whose thread has answered that it is there: turn 0. */
export function upLink(turns: Turns, isKillable = false): WorkerLink {
  const link = linkTo(stillThread({ isKillable }));
  readFrame(turns, link, encodeFrame([['pong', 0]]));
  return link;
}

/** Lanes on such threads, which are up, and whoever says something for one of them. */
export interface StillLanes {
  readonly lanes: Lanes;
  say(thread: number, message: FromWorker): void;
}

export function stillLanes(workers: number, ofClock: Clock, { isKillable = true } = {}): StillLanes {
  /** What each thread's channel was told to call, in the order in which they were started. */
  const receivers: ((frame: Uint8Array) => void)[] = [];
  const say = (thread: number, message: FromWorker): void => receivers[thread]?.(encodeFrame([message]));
  const serve = (): WorkerThread => {
    const thread = stillThread({ isKillable });
    const receive = (receiver: (frame: Uint8Array) => void): void => void receivers.push(receiver);
    const { promise: ended, resolve } = Promise.withResolvers<ThreadEnd>();
    const close = (): void => resolve({ reason: 'worker', detail: '' });
    return { ...thread, ended, channel: { ...thread.channel, receive, close } };
  };
  const options = {
    workers,
    stepsActivePerWorker: 100,
    hostMemoryMb: 512,
    bounds: defaultLimits,
    clock: ofClock,
    slices: undivided(),
    serve,
  };
  const nothing = (): void => {};
  const lanes = new Lanes(options, {
    op: nothing,
    opsRead: nothing,
    turnOver: nothing,
    stopped: nothing,
    costMore: nothing,
    charge: nothing,
    cellLost: nothing,
    settled: nothing,
    threadStarted: nothing,
    threadLost: nothing,
    threadRetired: nothing,
    failed: nothing,
    isWaiting: () => true,
  });
  for (let thread = 0; thread < workers; thread++) say(thread, ['pong', 0]);
  return { lanes, say };
}
