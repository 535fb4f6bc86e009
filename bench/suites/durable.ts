// What it costs that runs outlive the process: ops and steps a second beside memory and beside a transaction for each op, what the event
// loop feels of it, how long it takes to go on with what was armed, and what a finished run takes of the file.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { createRunner, memoryStore, type Runner, sqliteStore } from '../../src/index.ts';
import { median } from '../measure.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { roomy, runFanOut, workflows } from '../workflows.ts';

const kinds = ['memory', 'os', 'fsync'] as const;
type Kind = (typeof kinds)[number];

export async function durable({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-bench-'));
  try {
    const armed = quick ? [10_000] : [10_000, 1_000_000];
    return [
      ...(await speed(folder, quick ? 5 : 15)),
      await recovery(folder, armed),
      await size(folder, quick ? 500 : 5_000),
      await pages(folder, quick ? [1_000, 100_000] : [1_000, 1_000_000]),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runnerOn(kind: Kind, file: string): Promise<Runner> {
  const store = kind === 'memory' ? memoryStore() : sqliteStore({ file, durability: kind });
  return createRunner({ workers: 1, limits: roomy, store });
}

const nameOf: Readonly<Record<Kind, string>> = {
  memory: 'memoryStore',
  os: "sqliteStore, 'os'",
  fsync: "sqliteStore, 'fsync'",
};

/** The stores take turns, so that whatever else the machine does is done to all of them. */
async function speed(folder: string, repetitions: number): Promise<SuiteResult[]> {
  const runners = await Promise.all(kinds.map((kind) => runnerOn(kind, join(folder, `${kind}.db`))));
  const delays: number[][] = kinds.map(() => []);
  const loads = [
    { question: 'How many increments a second, at 512 branches?', branches: 512, ops: 200, unit: 'ops/s' },
    { question: 'How many steps a second, at two ops a step?', branches: 20_000, ops: 2, unit: 'steps/s' },
  ];
  const results: SuiteResult[] = [];
  for (const { question, branches, ops, unit } of loads) {
    const times: number[][] = kinds.map(() => []);
    for (let i = -2; i < repetitions; i++) {
      for (const [k, runner] of runners.entries()) {
        const delay = monitorEventLoopDelay({ resolution: 1 }); // A new one each time: one that is enabled again counts the time between as a delay.
        delay.enable();
        const began = performance.now();
        await runFanOut(runner, 'increment', branches, ops);
        const took = performance.now() - began;
        delay.disable();
        if (i < 0) continue;
        times[k]?.push(took);
        delays[k]?.push(delay.percentile(99) / 1e6);
      }
    }
    const count = unit === 'ops/s' ? branches * ops : branches;
    const rates = times.map((of) => (count / median(of)) * 1_000);
    const rows: Row[] = kinds.map((kind, k) => rowOf(nameOf[kind], rates[k] ?? 0, unit, rates[0] ?? 0));
    if (unit === 'ops/s')
      rows.push(rowOf('SQLite, a transaction for each', oneByOne(join(folder, 'one.db')), unit, rates[0] ?? 0));
    results.push({ question, rows });
  }
  for (const runner of runners) await runner.close();
  const p99 = delays.map((of) => median(of));
  const rows = kinds.map((kind, k) => rowOf(nameOf[kind], p99[k] ?? 0, 'ms', p99[0] ?? 0));
  return [...results, { question: 'How long did the event loop stand still meanwhile (p99 of its delay)?', rows }];
}

function rowOf(name: string, value: number, unit: string, memory: number): Row {
  return { name, value, unit, ratio: { of: 'memory', value: value / memory } };
}

/** The same change of a counter, without a runner or a sandbox: each is on disk before the next begins. */
function oneByOne(file: string): number {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE counters (key TEXT PRIMARY KEY, n INTEGER)',
  );
  const increment = database.prepare('INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1');
  const count = 2_000;
  const began = performance.now();
  for (let i = 0; i < count; i++) increment.run('key');
  const rate = (count / (performance.now() - began)) * 1_000;
  database.close();
  return rate;
}

async function recovery(folder: string, sizes: readonly number[]): Promise<SuiteResult> {
  const rows: Row[] = [];
  let empty = 0;
  for (const branches of [0, ...sizes]) {
    const file = join(folder, `armed-${branches}.db`);
    const runner = await runnerOn('fsync', file);
    const run = await runner.start({ tenant: 'bench', workflow: workflows.armed, data: { n: branches } });
    for await (const { type } of run.events()) if (type === 'step_completed') break;
    await runner.close();
    const began = performance.now();
    const next = await runnerOn('fsync', file);
    const ms = performance.now() - began;
    await next.close();
    if (branches === 0) empty = ms;
    else
      rows.push({
        name: `${branches.toLocaleString('en-US')} armed branches`,
        value: ms,
        unit: 'ms',
        ratio: { of: 'with none', value: ms / empty },
      });
  }
  return {
    question: 'How long does createRunner take with a file that holds an open run?',
    rows: [{ name: 'none', value: empty, unit: 'ms' }, ...rows],
  };
}

/** Of runs with eight steps of two ops and a line of log. */
async function size(folder: string, runs: number): Promise<SuiteResult> {
  const workflow = `class Workflow {
    async start(data, headers, api) { for (let i = 0; i < 8; i++) await api.scheduleNextStep({ action: 'work', payload: i }); }
    async work(i, headers, api) { await api.runStore.push('items', i); await api.runStore.increment('n'); api.log('did', i); }
  }`;
  const file = join(folder, 'size.db');
  const runner = await runnerOn('os', file);
  for (let i = 0; i < runs; i += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async () => (await runner.start({ tenant: 'bench', workflow })).result()),
    );
  }
  await runner.close();
  const value = statSync(file).size / runs;
  return {
    question: `What does a finished run of nine steps take of the file (${runs.toLocaleString('en-US')} runs)?`,
    rows: [{ name: 'with its ledger', value, unit: 'bytes' }],
  };
}

/** How long `runner.list` takes for its first page and for one in the middle, with so many runs that have ended. */
async function pages(folder: string, sizes: readonly number[]): Promise<SuiteResult> {
  const rows: Row[] = [];
  for (const runs of sizes) {
    const file = join(folder, `pages-${runs}.db`);
    await (await runnerOn('os', file)).close();
    fillWithRuns(file, runs);
    const runner = await createRunner({
      workers: 1,
      store: sqliteStore({ file }),
      limits: { ...roomy, runsEndedKept: 10_000_000, runsEndedBytesKept: 2 ** 36 },
    });
    const timeOf = async (after: string | null): Promise<number> => {
      const times: number[] = [];
      for (let i = -20; i < 50; i++) {
        const began = performance.now();
        const page = await runner.list({ tenant: 'tenant 3', status: 'failed', after });
        if (i >= 0) times.push(performance.now() - began);
        if (page.runs.length === 0) throw new Error('A page is empty.');
      }
      return median(times);
    };
    for (const [name, after] of [
      ['the first page', null],
      ['a page in the middle', String(runs >> 1)],
    ] as const) {
      const value = await timeOf(after);
      const least = rows[0]?.value ?? value;
      const ratio = { of: 'the first of few', value: value / least };
      rows.push({ name: `${name} of ${runs.toLocaleString('en-US')} runs`, value, unit: 'ms', ratio });
    }
    await runner.close();
  }
  return { question: 'How long does a page of 100 runs take, by tenant and status?', rows };
}

/** Of ten tenants, every other one failed: written past the runner, for it would take an hour. */
function fillWithRuns(file: string, runs: number): void {
  const database = new DatabaseSync(file);
  const summary = { counts: { armed: 9, completed: 9, failed: 0, retried: 0 }, usage: {}, failure: null };
  database.prepare("INSERT INTO programs VALUES ('hash', '', '[]', '[]')").run();
  database
    .prepare(
      `INSERT INTO runs WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       SELECT i, 'run ' || i, 'tenant ' || (i % 10), 'hash', i, '{}', iif(i / 10 % 2, 'failed', 'completed'), ?2 + i, 1, ?3 FROM n`,
    )
    .run(runs, Date.now(), JSON.stringify(summary));
  database.close();
}
