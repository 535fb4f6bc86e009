// Runs that a store holds, made again by doing what their ledgers say.

import { keyOf } from '../admission/admission.ts';
import { type Divided, undividedly } from '../background-work.ts';
import type { RunRecord, StoredRun } from '../state/backend.ts';
import type { RunEvent } from '../state/events.ts';
import { lackOfMemory } from '../state/memory-bounds.ts';
import { newRun } from '../state/new-run.ts';
import { Redo } from '../state/redo.ts';
import { forget } from '../state/run-end.ts';
import type { Program, RunState, Step } from '../state/run-state.ts';
import { newTenant, type TenantState } from '../state/tenant-state.ts';
import { byteLength } from '../state/text.ts';

/** What a run takes of a store before anything happens to it, beside its data and headers: about, with its limits. */
const recordBytes = 2_048;

/** What is written down of a run before anything happens to it. */
export function bytesOf({ data, headers }: Pick<RunRecord, 'data' | 'headers'>): number {
  return recordBytes + byteLength(data) + byteLength(headers);
}

/** What a tenant's bounds refused is in the ledger; what they let through then, they may not refuse now. */
const unbounded = {
  branchesOpenPerTenant: Number.POSITIVE_INFINITY,
  storeBytesPerTenant: Number.POSITIVE_INFINITY,
  memoryBytesPerTenant: Number.POSITIVE_INFINITY,
};

/** Does work a part at a time, while others use the thread too. */
export type Divide = (work: Divided<void>) => Promise<void> | void;

/** A run that goes on, as far as it had come; null if there is no room for it in memory. Throws `STORE_DAMAGED`. */
export async function recovered(stored: StoredRun, tenant: TenantState, divide: Divide): Promise<Redo | null> {
  if (!hasRoom(tenant)) return null;
  const redo = unread(stored, tenant);
  let isRead = true;
  try {
    for await (const part of stored.ledger) {
      await divide(whileRoom(tenant, redo.read(part)));
      isRead = hasRoom(tenant);
      if (!isRead) break;
    }
  } catch (error) {
    takeBack(redo.run);
    throw error;
  }
  if (isRead) return redo;
  takeBack(redo.run);
  return null;
}

/** A tenant's first run may be larger than it would be let become now. */
function hasRoom(tenant: TenantState): boolean {
  return tenant.runsOpen === 0 ? tenant.memory.free >= 0 : lackOfMemory(tenant, 0) === null;
}

/**
 * Does the work as long as there is room, with none of its tenant's bounds in force. They are for all else that goes on meanwhile, and what its steps
 * have used is known from the store.
 */
function* whileRoom(tenant: TenantState, work: Divided<void>): Divided<void> {
  for (;;) {
    const { limits } = tenant;
    const usage = { ...tenant.usage };
    tenant.limits = { ...limits, ...unbounded };
    try {
      if (work.next().done === true) return;
    } finally {
      tenant.limits = limits;
      Object.assign(tenant.usage, usage);
    }
    if (!hasRoom(tenant)) return;
    yield;
  }
}

/** As if it had never been read. */
function takeBack(run: RunState): void {
  run.tenant.branches -= run.open;
  run.tenant.storeBytes -= run.store.bytes;
  forget(run);
}

/**
 * A run for those who look at it only: it counts for no tenant. `tell` hears what has happened to it, in order. Without `divide` a part of
 * its ledger is read in one go. Throws `STORE_DAMAGED`.
 */
export async function remade(
  stored: StoredRun,
  { tell, divide = undividedly }: { readonly tell?: (event: RunEvent) => void; readonly divide?: Divide } = {},
): Promise<RunState> {
  const { run } = await redone(stored, onlooker(stored), divide, tell);
  Object.assign(run.usage, stored.usage); // With what is measured between the lines.
  return run;
}

/** As {@link remade}, but of its ledger nothing has been read: that is up to the caller. */
export function redoOf(stored: StoredRun): Redo {
  return unread(stored, onlooker(stored));
}

/** A tenant that nobody else sees. */
function onlooker({ program, limits }: StoredRun): TenantState {
  return newTenant(program.tenant, { ...limits, ...unbounded }, 1);
}

async function redone(
  stored: StoredRun,
  tenant: TenantState,
  divide: Divide,
  tell?: (event: RunEvent) => void,
): Promise<Redo> {
  const redo = unread(stored, tenant, tell);
  redo.run.watched = tell !== undefined;
  for await (const part of stored.ledger) await divide(redo.read(part));
  redo.run.watched = false;
  return redo;
}

function unread(stored: StoredRun, tenant: TenantState, tell?: (event: RunEvent) => void): Redo {
  const { data, ledger: _, usage: __, ...given } = stored;
  return new Redo(newRun({ ...given, tenant, clockOffsetMs: 0 }), data, tell);
}

/** Runs of one tenant that have one source share it as one object, by which their cells are found. */
export function sharedProgram(programs: Map<string, Program>, program: Program): Program {
  const key = keyOf(program);
  const known = programs.get(key);
  if (known === undefined) programs.set(key, program);
  return known ?? program;
}

/** In the order in which they are to start: what has been due for longest first, and what was armed first of those due at once. */
export function byDueTime(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => a.dueAt - a.run.clockOffsetMs - (b.dueAt - b.run.clockOffsetMs));
}
