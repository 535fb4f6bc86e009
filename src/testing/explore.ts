// Runs a workflow again and again, each time with its steps in another order, with attempts that fail and threads that are lost, and asks
// each time whether what its author says must hold has held. The seed that breaks it breaks it again.
import { defaultLimits, type Limits, resolveLimits } from '../limits.ts';
import { type CheckPool, createCheckPool, createThreadPool } from '../pool/threads.ts';
import type { Isolation } from '../protocol/frames.ts';
import { defaultRegion } from '../protocol/region.ts';
import { checkStart, policyOfAll, resolveOptions } from '../runner/options.ts';
import { runnerOn } from '../runner/runner.ts';
import type { RetryPolicy } from '../state/run-state.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { Cells } from './cells.ts';
import { type Chance, createChance } from './chance.ts';
import { drive } from './drive.ts';
import { InvariantBroken, requireExploreOptions } from './invariants.ts';
import { ShuffledPool } from './shuffled-pool.ts';
import { type EndedRun, TestRun } from './test-run.ts';

/** False, or an error thrown, now or later: it does not hold. */
export type Invariant = (run: EndedRun) => unknown;

export interface ExploreOptions {
  /** Source of the workflow. */
  readonly workflow: string;
  /** As for `runner.start`. */
  readonly data?: unknown;
  readonly headers?: unknown;
  /** What must hold however the run goes, by names that say it: `'each item is counted once'`. */
  readonly invariants: Readonly<Record<string, Invariant>>;
  /** How many seeds are tried: from 1 to 1,000,000. Default 100. */
  readonly seeds?: number;
  /** The first of them, from 0 to 2^32 - 1. Default 1. The environment variable STEPWELL_SEED has one tried instead, and no other. */
  readonly seed?: number;
  readonly limits?: Partial<Limits>;
  readonly retry?: Partial<RetryPolicy>;
  readonly isolation?: Isolation;
  readonly timeZone?: string;
  readonly locale?: string;
}

export interface Exploration {
  readonly seeds: number;
  /** Over all of them: attempts that failed and were made again, and that were lost with their thread and moved. */
  readonly retried: number;
  readonly moved: number;
}

/** In a run so many threads are lost at most, and so many attempts made to fail. */
const mishapsMost = { threadsLost: 4, failures: 8 };
/** Imagined threads. Each has one step at a time: as many steps of a run go on at once. */
const threadsMost = 16;
const startAt = Date.UTC(2030, 0, 1);
/** An invariant may be about all events. */
const eventBounds = { eventsBuffered: defaultLimits.stepsPerRun, eventBytesBuffered: 2 ** 30 };

/**
 * Rejects with {@link InvariantBroken} at the first seed that breaks an invariant: its message has the seed, and how to run it again. Rejects
 * with `OPTION_INVALID`, and as `runner.start` for what cannot be started.
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { seeds, seed: first } = requireExploreOptions(options);
  requireStart(options);
  const { workerMemoryMb, frameBytes, cellMemoryMb } = resolveLimits(options.limits);
  const { timeZone, locale } = { ...defaultRegion, ...options };
  const threads = createThreadPool(1, workerMemoryMb, { frameBytes, cellMemoryMb, region: { timeZone, locale } });
  const checks = createCheckPool(workerMemoryMb);
  const cells = new Cells(threads);
  try {
    let retried = 0;
    let moved = 0;
    for (let seed = first; seed < first + seeds; seed++) {
      const run = await runSeed(options, cells, checks, seed);
      await requireInvariants(options.invariants, run, seed);
      retried += run.outcome.steps.retried;
      moved += run.events.filter(({ type }) => type === 'step_moved').length;
    }
    return { seeds, retried, moved };
  } finally {
    await cells.end();
    await Promise.all([threads.close(), checks.close()]);
  }
}

/** Before anything is started. */
function requireStart({ workflow, data, headers, limits, retry, isolation, timeZone, locale }: ExploreOptions): void {
  const given = resolveOptions({
    ...(limits === undefined ? {} : { limits }),
    ...(retry === undefined ? {} : { retry }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(locale === undefined ? {} : { locale }),
  });
  checkStart({ tenant: 'test', workflow, data, headers }, () => policyOfAll(given));
}

/** What a check takes depends on the machine, and what happens in a seed may not. */
function unpaid(checks: CheckPool): CheckPool {
  return {
    check: (source, wallMs, tenant) => checks.check(source, wallMs, tenant),
    report: (source, wallMs, tenant) => checks.report(source, wallMs, tenant),
    close: async () => {},
  };
}

async function runSeed(options: ExploreOptions, cells: Cells, checks: CheckPool, seed: number): Promise<EndedRun> {
  const { workflow, data, headers, limits, retry, isolation = 'realm' } = options;
  const { timeZone, locale } = { ...defaultRegion, ...options };
  const chance = createChance(seed);
  const clock = createVirtualClock(startAt);
  const given = resolveOptions({
    workers: 1 + chance.below(threadsMost),
    limits: { ...eventBounds, ...limits, stepsActivePerWorker: 1 },
    ...(retry === undefined ? {} : { retry }),
    isolation,
    timeZone,
    locale,
    clock,
  });
  const pool = new ShuffledPool(cells, chance, { ...mishapsMost, maxAttempts: given.retry.maxAttempts });
  const runner = runnerOn({ ...given, seed: () => seedText(chance) }, pool, unpaid(checks));
  try {
    const run = new TestRun(await runner.start({ tenant: 'test', runId: 'explored', workflow, data, headers }));
    await drive(runner, clock, Number.POSITIVE_INFINITY, () => run.isOver);
    return await run.ended();
  } finally {
    await runner.close();
  }
}

function seedText(chance: Chance): string {
  return Array.from({ length: 64 }, () => chance.below(16).toString(16)).join('');
}

async function requireInvariants(invariants: ExploreOptions['invariants'], run: EndedRun, seed: number): Promise<void> {
  for (const [name, holds] of Object.entries(invariants)) {
    try {
      if ((await holds(run)) === false) throw new Error('It gave false.');
    } catch (error) {
      throw new InvariantBroken(name, seed, run, error);
    }
  }
}
