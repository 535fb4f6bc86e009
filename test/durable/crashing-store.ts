// A durable store in memory that can crash: what it has not called safe by then is gone, as with a power cut. What it holds is checked
// against the runs that are alive: made again from its ledger, each has to be the same.
import { undividedly } from '../../src/background-work.ts';
import type { DurableStore, RunRecord, StoredRun, StoreListener } from '../../src/state/backend.ts';
import { Ledger } from '../../src/state/ledger.ts';
import { newRun } from '../../src/state/new-run.ts';
import { Redo } from '../../src/state/redo.ts';
import type { RunState, RunUsage } from '../../src/state/run-state.ts';
import { newTenant } from '../../src/state/tenant-state.ts';
import type { Random } from '../random.ts';

interface Entry {
  readonly record: RunRecord;
  readonly parts: string[];
  /** Of a run that has ended. */
  usage: RunUsage | null;
}

export interface CrashingStore extends DurableStore {
  /** From now on nothing that it is given is kept. Gives what it holds. */
  crash(): Map<string, HeldRun>;
  /** Differences that were found between a run and itself, made again. */
  readonly differences: readonly string[];
}

/** What is held here can be read again. */
export interface HeldRun extends StoredRun {
  readonly ledger: readonly string[];
}

/** Begins with what another one held when it crashed. */
export function crashingStore(random: Random, held: ReadonlyMap<string, HeldRun> = new Map()): CrashingStore {
  const entries = new Map<string, Entry>();
  for (const [id, { ledger, usage, ...record }] of held) entries.set(id, { record, parts: [...ledger], usage });
  const alive = new Map<RunState, Entry>();
  const written = new Map<Ledger, RunState>();
  const differences: string[] = [];
  let waiting: { commit: number; parts: (() => void)[] }[] = [];
  let parts: (() => void)[] = [];
  let listener: StoreListener | null = null;
  let commits = 0;
  let timer: NodeJS.Timeout | null = null;
  let hasCrashed = false;

  function makeSafe(): void {
    timer = null;
    const safe = waiting.splice(0, 1 + random.below(3));
    for (const commit of safe) for (const keep of commit.parts) keep();
    listener?.safe(safe.at(-1)?.commit ?? 0);
    if (waiting.length > 0) soon();
  }

  function soon(): void {
    timer ??= setTimeout(makeSafe, random.below(4));
  }

  function commit(): number {
    for (const [ledger, run] of written) {
      const text = ledger.take();
      const entry = alive.get(run);
      parts.push(() => entry?.parts.push(text));
      allOf.get(run)?.push(text);
      if (random.below(8) === 0 || run.status.kind !== 'open') compare(run);
    }
    written.clear();
    if (hasCrashed) return Number.MAX_SAFE_INTEGER;
    if (parts.length === 0) return 0;
    waiting.push({ commit: ++commits, parts });
    parts = [];
    soon();
    return commits;
  }

  /** Of runs that are alive: all that was written, safe or not. */
  const allOf = new Map<RunState, string[]>();

  function compare(run: RunState): void {
    const entry = alive.get(run);
    if (entry === undefined) return;
    const again = remade(entry.record, allOf.get(run) ?? []);
    const [now, then] = [accountOf(run), accountOf(again)];
    if (now !== then) differences.push(`${run.id}:\n${now}\n${then}`);
  }

  return {
    kind: 'durable',
    differences,
    async open(_, __, to) {
      listener = to;
      return [];
    },
    async *openRuns() {
      for (const run of storedRuns(entries)) if (run.usage === null) yield run;
    },
    create(record) {
      entries.set(record.id, { record, parts: [], usage: null });
      return Promise.resolve();
    },
    ledgerOf(run, bytes) {
      const entry = entries.get(run.id);
      if (entry === undefined) throw new Error('The store does not know this run.');
      alive.set(run, entry);
      allOf.set(run, [...entry.parts]);
      return new Ledger(run, bytes, (ledger) => written.set(ledger, run));
    },
    ended(run) {
      const entry = alive.get(run);
      parts.push(() => {
        if (entry !== undefined) entry.usage = { ...run.usage };
      });
    },
    touched() {},
    commit,
    async find(runId) {
      return storedRuns(entries).find(({ id }) => id === runId) ?? null;
    },
    list: () => Promise.reject(new Error('No list.')),
    crash() {
      hasCrashed = true;
      if (timer !== null) clearTimeout(timer);
      waiting = [];
      return new Map(storedRuns(entries).map((run) => [run.id, run]));
    },
    async close() {
      if (hasCrashed) return;
      commit();
      while (waiting.length > 0) makeSafe();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function storedRuns(entries: ReadonlyMap<string, Entry>): HeldRun[] {
  return [...entries.values()].map(({ record, parts, usage }) => ({ ...record, ledger: [...parts], usage }));
}

/** The run that a ledger tells of. */
export function remade(record: RunRecord, ledger: readonly string[]): RunState {
  const limits = { ...record.limits, branchesOpenPerTenant: 1e9, storeBytesPerTenant: 1e12 };
  const run = newRun({ ...record, clockOffsetMs: 0, tenant: newTenant(record.program.tenant, limits, 1) });
  const redo = new Redo(run, record.data);
  for (const part of ledger) undividedly(redo.read(part));
  return run;
}

/** All of a run but what is measured, as text. */
function accountOf(run: RunState): string {
  const { status, isPaused, open, completeHook, armedBytes, journalBytes, output, failure, counts, logs, ordinals } =
    run;
  const begun = run.begun
    .values()
    .map(({ step: { ordinal, attempt, lane, losses, dueAt, journal }, isOver }) => [
      [ordinal, attempt, lane, losses, dueAt, isOver],
      [journal?.bytes, journal?.branches, journal?.logBytes, journal?.usage.ops, journal?.usage.attempts],
      journal?.effects,
      journal?.ops,
    ]);
  const { ops, attempts, queueMs, activeMs, logBytes } = run.usage;
  const all = [status, isPaused, open, completeHook, armedBytes, journalBytes, output, failure, counts, logs, ordinals];
  return JSON.stringify([...all, [...run.store.entries()], begun, [ops, attempts, queueMs, activeMs, logBytes]]);
}
