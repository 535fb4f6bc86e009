// Runs that have ended, in the file: asked for one by one or page by page, kept as long as is said, found again by the next process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackgroundWork } from '../../src/background-work.ts';
import type { Commit, LedgerPiece } from '../../src/durable/messages.ts';
import { migrations } from '../../src/durable/migrations.ts';
import { StoreFile } from '../../src/durable/store-file.ts';
import { asRunId } from '../../src/ids.ts';
import { type Runner, type RunSummary, sqliteStore } from '../../src/index.ts';
import { LoopSlices, undivided } from '../../src/loop-slices.ts';
import { History } from '../../src/runner/history.ts';
import { RunRegistry } from '../../src/runner/run-registry.ts';
import type { DurableStore } from '../../src/state/backend.ts';
import { createTestRunner, eventOf, listed, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { runOf } from '../state/fixtures.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwell-history-'));
  file = join(folder, 'runs.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const day = 86_400_000;
const waits = { start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });", next: '' };
const fails = { start: "api.log('alas'); throw Object.assign(new Error('no'), { retryable: false });" };

const kept = { runsEndedKept: 1_000, runsEndedKeptMs: 1e12, runsEndedBytesKept: 1e12 };
const open = (bounds = kept) => new StoreFile({ file, isSynced: true, fileBytes: 2 ** 40, kept: bounds });

/** A run that was started and ended. */
function commitOf(number: number, { bytes = 10, source = 'x', tenant = 'acme' } = {}): Commit {
  const run = { number, id: `run ${number}`, tenant, hash: source, createdAt: number, given: '{}' };
  const ends = [{ number, status: 'completed', endedAt: number, bytes, summary: '{}' }];
  const programs = [{ hash: source, code: source, methods: '[]', identifiers: '[]' }];
  return { kind: 'commit', commit: number, programs, runs: [run], ledgers: [[number, 'A\n']], ends, tenants: [] };
}

const numbersIn = (store: StoreFile): number[] =>
  store.answer('list', { tenant: null, status: null, before: 1e9, count: 1_000 }, 0).map(({ number }) => number);

async function allPages(runner: Runner, count: number, options = {}): Promise<RunSummary[][]> {
  const pages: RunSummary[][] = [];
  for (let after: string | null = null; ; ) {
    const page = await runner.list({ ...options, count, after });
    pages.push([...page.runs]);
    if (page.next === null) return pages;
    after = page.next;
  }
}

describe('a run that has ended', () => {
  it('is the same for who asks for it later, here and in the next process, and takes no memory until then', async () => {
    const runner = await createTestRunner({ store: sqliteStore({ file }) });
    const { run, outcome, logs } = await runToEnd(runner, {
      start:
        "api.log('one'); for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'work', payload: i }); return { a: 1 };",
      work: "await api.runStore.push('items', data); return 'x'.repeat(10_000);",
      onWorkflowComplete: "api.log('all'); await api.runStore.set('done', true);",
    });
    const again = await runner.get(run.id);
    expect(again).not.toBe(run);
    expect([await again?.result(), again?.logs(), again?.status]).toEqual([outcome, logs, 'completed']);
    await again?.cancel();
    const asked = runner.get(run.id);
    const closing = runner.close();
    expect(await (await asked)?.result()).toEqual(outcome);
    await closing;
    for (const late of [runner.get(run.id), runner.list()])
      await expect(late).rejects.toMatchObject({ code: 'RUNNER_CLOSED' });
    const next = await createTestRunner({ store: sqliteStore({ file }) });
    const found = await next.get(run.id);
    expect([await found?.result(), found?.logs(), found?.status]).toEqual([outcome, logs, 'completed']);
    expect(await next.get('none')).toBeUndefined();
    expect(next.stats().runsOpen).toBe(0);
  });

  it('and cannot be read, is an error for who asks for it and for nobody else', async () => {
    const runner = await createTestRunner({ store: sqliteStore({ file }) });
    await runToEnd(runner, { start: '' }, { runId: 'a' });
    const other = new DatabaseSync(file, { timeout: 5_000 });
    other.exec("UPDATE runs SET given = '{'");
    other.close();
    await expect(runner.get('a')).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    await expect(startRun(runner, { start: '' }, { runId: 'a' })).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    expect((await runToEnd(runner, { start: 'return 1;' })).outcome.output).toBe(1);
  });

  it('goes by count, age and bytes, its ledger and a source that nobody else has with it', () => {
    const store = open({ runsEndedKept: 3, runsEndedKeptMs: 50, runsEndedBytesKept: 25 });
    for (let n = 1; n <= 10; n++) store.write([commitOf(n, { source: n % 2 === 0 ? 'even' : `${n}` })]);
    expect(numbersIn(store)).toEqual([10, 9]); // 25 bytes
    store.write([commitOf(100)]);
    expect(numbersIn(store)).toEqual([100]); // The others are too old.
    store.write([commitOf(101, { source: 's'.repeat(12) })]);
    expect(numbersIn(store)).toEqual([101]); // Its source counts.
    expect(store.answer('find', 'run 101', 140)?.number).toBe(101);
    expect(store.answer('find', 'run 101', 151)).toBeNull();
    store.close();
    const database = new DatabaseSync(file);
    const count = (table: string): unknown => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
    expect([count('runs'), count('ledgers'), count('programs')]).toEqual([0, 0, 0]);
    database.close();
  });

  it('is not pushed out by those of another tenant, which has more', () => {
    for (const bounds of [
      { ...kept, runsEndedKept: 6 },
      { ...kept, runsEndedBytesKept: 69 },
    ]) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
      const store = open(bounds);
      for (let n = 1; n <= 2; n++) store.write([commitOf(n, { tenant: 'calm' })]);
      for (let n = 3; n <= 20; n++) store.write([commitOf(n, { tenant: 'loud' })]);
      expect(numbersIn(store)).toEqual([20, 19, 18, 17, 2, 1]);
      store.close();
      const again = open(bounds);
      const twice = { ...commitOf(22), runs: [commitOf(22).runs[0], commitOf(22).runs[0]] } as Commit;
      expect(() => again.write([commitOf(21, { tenant: 'loud' }), twice])).toThrow();
      for (let n = 21; n <= 40; n++) again.write([commitOf(n, { tenant: 'loud' })]);
      expect(numbersIn(again)).toEqual([40, 39, 38, 37, 2, 1]);
      again.close();
    }
  });

  it('counts with its source as long as it is there, whichever of the runs that have it goes first', () => {
    const store = open({ ...kept, runsEndedBytesKept: 5_000 });
    for (let n = 1; n <= 60; n++) store.write([commitOf(n, { source: `${n >> 1}`.padEnd(1_000, 's') })]);
    expect(numbersIn(store).length).toBeLessThanOrEqual(10);
    const taken = (): unknown => {
      const database = new DatabaseSync(file);
      const { bytes } = database.prepare('SELECT total(bytes) AS bytes FROM runs').get() as { bytes: number };
      const { code } = database.prepare('SELECT total(octet_length(code)) AS code FROM programs').get() as {
        code: number;
      };
      database.close();
      return [bytes <= 5_000, bytes - code];
    };
    expect(taken()).toEqual([true, 10 * numbersIn(store).length]);
    store.close();
  });

  it('counts once, also when it was written again because there was no room', () => {
    const store = open({ ...kept, runsEndedKept: 2 });
    const twice = { ...commitOf(3), runs: [commitOf(3).runs[0], commitOf(3).runs[0]] } as Commit;
    store.write([commitOf(1)]);
    for (let i = 0; i < 5; i++) expect(() => store.write([commitOf(2), twice])).toThrow();
    store.write([commitOf(2)]);
    expect(numbersIn(store)).toEqual([2, 1]);
    store.close();
  });
});

describe('a start with the id of a run', () => {
  it('that is asked for at the same time, gives one run', async () => {
    const runner = await createTestRunner({ store: sqliteStore({ file }) });
    const starts = Array.from({ length: 10 }, () =>
      startRun(runner, { start: "await api.runStore.increment('n');" }, { runId: 'one' }),
    );
    const runs = await Promise.all(starts);
    expect(new Set(runs).size).toBe(1);
    expect((await runs[0]?.result())?.store).toEqual({ n: 1 });
  });

  it('that is kept no more, starts another one', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, store: sqliteStore({ file }), limits: { runsEndedKeptMs: 1_000 } });
    await runToEnd(runner, { start: 'return 1;' }, { runId: 'a' });
    clock.advance(1_000);
    expect(await listed(runner)).toEqual([]);
    expect((await runToEnd(runner, { start: 'return 2;' }, { runId: 'a' })).outcome.output).toBe(2);
  });

  it('is a run also when the runner is closed before it is told', async () => {
    const runner = await createTestRunner({ store: sqliteStore({ file }) });
    const starting = startRun(runner, { start: 'return 1;' }, { runId: 'a' });
    const created = await new Promise<boolean>((resolve) => {
      const look = (): void => {
        if (runner.stats().runsOpen > 0) resolve(true);
        else setImmediate(look);
      };
      look();
    });
    await runner.close();
    expect(created).toBe(true);
    await expect((await starting).result()).rejects.toMatchObject({ code: 'RUNNER_CLOSED' });
    const next = await createTestRunner({ store: sqliteStore({ file }) });
    expect((await (await next.get('a'))?.result())?.output).toBe(1);
  });
});

describe('a list', () => {
  it('has all runs, open and ended, page by page, newest first, by tenant and by status', async () => {
    const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    await startRun(runner, waits, { runId: 'open' });
    for (let i = 0; i < 4; i++) await runToEnd(runner, { start: '' }, { runId: `done ${i}`, tenant: `t${i % 2}` });
    await runToEnd(runner, fails, { runId: 'failed' });
    const all = ['failed', 'done 3', 'done 2', 'done 1', 'done 0', 'open'];
    for (const count of [1, 2, 3, 5, 6, 7]) {
      const pages = await allPages(runner, count);
      expect(pages.flat().map(({ id }) => id)).toEqual(all);
      expect(pages.length).toBe(Math.ceil(all.length / count));
    }
    expect(await listed(runner, { tenant: 't1' })).toEqual(['done 3', 'done 1']);
    expect(await listed(runner, { status: 'open' })).toEqual(['open']);
    expect(await listed(runner, { tenant: 'acme', status: 'failed' })).toEqual(['failed']);
    const [failed, done] = (await runner.list()).runs;
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_THREW', message: 'no' },
      steps: { failed: 1 },
    });
    expect(done).toMatchObject({ tenant: 't1', status: 'completed', error: null, steps: { armed: 1, completed: 1 } });
    await runner.close();
    const next = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    expect((await next.list()).runs.slice(0, 5)).toEqual((await allPages(next, 5))[0]);
    expect((await next.list({ status: 'open' })).runs).toMatchObject([
      { id: 'open', endedAt: null, steps: { armed: 2 } },
    ]);
  });

  it('is the same with runs in memory', async () => {
    const runner = await createTestRunner();
    for (let i = 0; i < 5; i++) await runToEnd(runner, { start: '' }, { runId: `${i}` });
    expect((await allPages(runner, 2)).map((page) => page.map(({ id }) => id))).toEqual([
      ['4', '3'],
      ['2', '1'],
      ['0'],
    ]);
    expect((await runner.list({ count: 1 })).runs[0]).toMatchObject({
      tenant: 'acme',
      status: 'completed',
      steps: { completed: 1 },
    });
  });

  it.each([
    { count: 0 },
    { count: 1_001 },
    { after: 'x' },
    { after: '-1' },
    { status: 'none' },
    { tenants: 'acme' },
    null,
  ])('refuses %j', async (options) => {
    const runner = await createTestRunner();
    await expect(runner.list(options as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('goes by index, whatever is asked for', () => {
    open().close();
    const database = new DatabaseSync(file);
    for (const where of [
      '',
      "status = 'failed' AND ",
      "tenant = 'a' AND ",
      "tenant = 'a' AND status = 'failed' AND ",
    ]) {
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN SELECT * FROM runs WHERE ${where}number < 5 ORDER BY number DESC LIMIT 3`)
        .all();
      expect(JSON.stringify(plan)).toMatch(/SEARCH runs USING/);
      expect(JSON.stringify(plan)).not.toMatch(/TEMP B-TREE/);
    }
    database.close();
  });
});

describe('what is read of a file', () => {
  it('comes in pieces of some MiB, however much there is', () => {
    const store = open();
    const MiB = 2 ** 20;
    const run = (number: number, source: string) => ({ ...commitOf(number, { source }), ends: [] });
    store.write([run(1, 'x')]);
    for (let part = 2; part <= 21; part++) {
      store.write([{ ...run(part, `${part}`.padEnd(MiB, 'x')), ledgers: [[1, `${part}`.padEnd(MiB, 'y')]] }]);
    }
    const read: number[] = [];
    const parts: number[] = [];
    for (let after = -1; ; ) {
      const { runs, programs } = store.answer('openRuns', after, 0);
      expect(programs.reduce((sum, { code }) => sum + code.length, 0)).toBeLessThan(6 * MiB);
      if (runs.length === 0) break;
      read.push(...runs.map(([{ number }]) => number));
      after = read.at(-1) as number;
      expect(runs.every(([, piece]) => piece.parts.join('').length < 6 * MiB)).toBe(true);
    }
    for (let after: number | null = -1; after !== null; ) {
      const piece: LedgerPiece = store.answer('ledger', { run: 1, after }, 0);
      expect(piece.parts.join('').length).toBeLessThan(6 * MiB);
      parts.push(...piece.parts.map((text) => Number.parseInt(text, 10) || 1));
      after = piece.next;
    }
    expect([read, parts]).toEqual(Array.from({ length: 2 }, () => Array.from({ length: 21 }, (_, i) => i + 1)));
    store.close();
  });
});

describe('a file of the first version', () => {
  it('is brought up to date, and goes on', async () => {
    const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    const ended = await runToEnd(runner, fails, { runId: 'ended' });
    await eventOf(await startRun(runner, waits, { runId: 'open' }), ({ type }) => type === 'step_completed');
    await runner.close();
    const old = join(folder, 'old.db');
    toFirstVersion(file, old);
    const clock = manualClock();
    const next = await createTestRunner({ clock, store: sqliteStore({ file: old }) });
    expect(await listed(next)).toEqual(['open', 'ended']);
    expect((await next.list({ status: 'failed' })).runs).toMatchObject([
      { steps: { failed: 1 }, error: { message: 'no' } },
    ]);
    expect(await (await next.get('ended'))?.result()).toEqual(ended.outcome);
    const going = await next.get('open');
    clock.advance(day);
    expect(await going?.result()).toMatchObject({ status: 'completed', steps: { completed: 2 } });
  });

  /** As the first version would have written it. */
  function toFirstVersion(from: string, to: string): void {
    const database = new DatabaseSync(to);
    const [tables = ''] = migrations;
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA application_id = ${0x53747077}; PRAGMA user_version = 1; ${tables}`,
    );
    database.exec(`ATTACH '${from}' AS now`);
    for (const table of ['programs', 'ledgers', 'tenants', 'epochs'])
      database.exec(`INSERT INTO ${table} SELECT * FROM now.${table}`);
    database.exec(`INSERT INTO runs SELECT number, id, tenant, hash, created_at, given, status, ended_at, bytes,
      json_set(summary, '$.output', NULL, '$.logs', json('[]')) FROM now.runs`);
    database.close();
  }
});

it('an ended run that five ask for at once is made again once, a few lines in each turn of the event loop', async () => {
  const parts = [`N\t1\nA\n${'P\nU\n'.repeat(10_000)}`, 'C\t"enough"\t[]\n'];
  let partsRead = 0;
  const ledger = (): Iterable<string> =>
    parts.values().map((part) => {
      partsRead++;
      return part;
    });
  const { id, program, limits, retry, headers, seed, createdAt } = runOf();
  const stored = { id, program, limits, retry, headers, seed, createdAt, data: '{}', usage: null };
  const store = { kind: 'durable', find: async () => ({ ...stored, ledger: ledger() }) } as unknown as DurableStore;
  let now = 0;
  let turns = 0;
  const slices = new LoopSlices({
    now: () => {
      now += 0.1; // Each look at the time, and so each few lines, takes so long.
      return now;
    },
    soon: (go) => {
      turns++;
      setImmediate(go);
    },
  });
  const history = new History(new RunRegistry(null, manualClock()), store, new BackgroundWork(slices));
  const found = await Promise.all(Array.from({ length: 5 }, () => history.find(id)));
  expect(found.map((run) => run?.status)).toEqual(Array(5).fill('cancelled'));
  expect(partsRead).toBe(2);
  expect(turns).toBeGreaterThan(30);
});

it('a run that ends, and is forgotten, while a page of runs is read is left out, and no other one is taken for it', async () => {
  const listedRun = { tenant: 'acme', workflow: '', createdAt: 1, endedAt: null, error: null };
  const open = { ...listedRun, number: 7, id: asRunId('mine'), status: 'open' as const, steps: null };
  const other = { ...open, number: 6, id: asRunId('other'), tenant: 'beta' };
  const pages = [[open], [other]];
  const store = { kind: 'durable', list: () => Promise.resolve(pages.shift()) } as unknown as DurableStore;
  const history = new History(new RunRegistry(null, manualClock()), store, new BackgroundWork(undivided()));
  expect((await history.list({ tenant: 'acme' })).runs).toEqual([]);
});
