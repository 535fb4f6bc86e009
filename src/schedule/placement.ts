// Which thread takes a step, as things stand. Chooses, and changes nothing.
import type { Program, RunState } from '../state/run-state.ts';
import { mayHaveMore } from './shares.ts';
import type { WorkerLink } from './worker-link.ts';

/** Making a cell takes a thread so long. */
const coldMicros = 10_000;
/** One that is being started, or does not answer, comes behind one with so much to do. */
const absentMicros = 100_000;
/** While the steps of some only wait, there may be so many times as many exclusive threads. */
const waitingFactor = 4;
/** While all that may be at work are, there may be so many times as many for tenants that have none. */
const newcomersFactor = 2;
/** A tenant's steps on one thread of the exclusive lane: while one of them waits, another may run. */
export const exclusiveStepsActive = 8;
/** Beyond those, one thread takes steps of tenants that have no other. */
export const exclusiveStepsMost = 2 * exclusiveStepsActive;
/** Threads of the exclusive lane that one tenant may have, its waiting ones included. */
const ownMost = 2;

/** Threads of the exclusive lane, at most, those left out whose steps only wait. They are started when there is a step for them. */
function exclusiveWorkers(workers: number): number {
  return Math.max(2, Math.ceil(workers / 2));
}

/** The same, with those whose steps only wait. */
function exclusiveThreads(workers: number): number {
  return exclusiveWorkers(workers) * waitingFactor;
}

/** All threads that there may be at once. */
export function threadsMost(workers: number): number {
  return workers + exclusiveThreads(workers);
}

/**
 * Of the shared lane: the one where it waits least, the making of a cell included if there is no warm one. A workflow of which
 * nothing is known may not have all of them: what it does in its first turn is done to those only that are for such. `own`: steps that its
 * tenant has in the lane; they may only sleep, and then they are to leave room for others.
 */
export function sharedLink(
  links: Iterable<WorkerLink>,
  run: RunState,
  isKnown: boolean,
  stepsActive: number,
  own: number,
): WorkerLink | undefined {
  let best: WorkerLink | undefined;
  let least = Number.POSITIVE_INFINITY;
  let free = 0;
  let most = 0;
  for (const link of links) {
    if (!mayTake(link, isKnown, stepsActive)) continue;
    free += stepsActive - link.load.steps;
    most += stepsActive;
    if (!link.room.hasPlaceFor(run)) continue;
    const cell = link.cellFor(run);
    const micros = link.load.waitMicros(cell) + handicapOf(link) + (cell === undefined ? coldMicros : 0);
    if (micros >= least) continue;
    best = link;
    least = micros;
  }
  if (best === undefined || !mayHaveMore('steps', own, free, most)) return undefined;
  // Where few cells more may be made now it waits for that, and does not go where it is worse off: with strangers it might lose much more.
  return best.openings.isFull && best.cellFor(run) === undefined ? undefined : best;
}

/** Whether a thread of the shared lane may be sent one more step, if it has a cell for it. */
export function mayTake(
  { lane, takesSteps, isForNew, load }: WorkerLink,
  isKnown: boolean,
  stepsActive: number,
): boolean {
  return lane === 'shared' && takesSteps && (isKnown || isForNew) && load.steps < stepsActive;
}

/** Where strangers are at work, only those go who would wait as long elsewhere; where they may come, whoever is as well off. */
function handicapOf({ isUp, isLate, isForNew, load }: WorkerLink): number {
  return (isUp && !isLate ? 0 : absentMicros) + (load.strangers.size > 0 ? coldMicros : 0) + (isForNew ? 1 : 0);
}

/** Whether there may be one more exclusive thread beside these links, for a tenant that has none or for one that has. */
export function mayGrow(links: Iterable<WorkerLink>, workers: number, isNewcomer: boolean): boolean {
  const exclusive = [...links].filter((link) => link.lane === 'exclusive');
  // Those whose steps all wait for something are in nobody's way, but they may not become many.
  const atWork = exclusive.filter((link) => link.load.steps === 0 || isAtWork(link));
  const most = exclusiveWorkers(workers) * (isNewcomer ? newcomersFactor : 1);
  return atWork.length < most && exclusive.length < exclusiveThreads(workers);
}

/** Whether it has something to do. Between two turns of a step it has: the reply is there, though it was not sent. */
function isAtWork(link: WorkerLink): boolean {
  return !link.isQuiet;
}

/**
 * Of the exclusive lane: one that serves nobody (or `new`, if there may be one), or else the same tenant. A tenant may not
 * have all of them, as long as there are several; and one that has none, where all are taken, goes where there is least beside it.
 */
export function exclusiveLink(
  links: Iterable<WorkerLink>,
  { tenant }: Program,
  workers: number,
  canGrow: boolean,
): WorkerLink | 'new' | undefined {
  const exclusive = [...links].filter((link) => link.lane === 'exclusive' && link.takesSteps);
  const own = exclusive.filter((link) => link.room.inUseBy(tenant) > 0);
  if (own.filter(isAtWork).length < Math.max(1, exclusiveWorkers(workers) - 1) && own.length < ownMost) {
    const idle = exclusive.filter((link) => link.load.steps === 0);
    // A thread may still be at a step that was stopped.
    const free = idle.find((link) => link.underWay === undefined) ?? (canGrow ? 'new' : idle[0]);
    if (free !== undefined) return free;
  }
  return (own.length > 0 ? own : exclusive)
    .filter((link) => link.load.steps < exclusiveStepsMost && link.room.inUseBy(tenant) < exclusiveStepsActive)
    .toSorted((a, b) => a.load.steps - b.load.steps)[0];
}
