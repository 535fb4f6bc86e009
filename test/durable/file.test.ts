// The file of a store: whose it is, what becomes of one that is none, and what is left of it however it is cut off.
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Commit } from '../../src/durable/messages.ts';
import { StoreFile } from '../../src/durable/store-file.ts';
import { type RunEvent, type Runner, type RunnerEvent, sqliteStore, systemClock } from '../../src/index.ts';
import { createTestRunner, eventOf, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwell-file-'));
  file = join(folder, 'runs.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** In the soak. */
const everyByte = process.env['STEPWELL_EVERY_BYTE'] !== undefined;
const kept = { runsEndedKept: 1_000, runsEndedKeptMs: 1e12, runsEndedBytesKept: 1e12 };
const task = (of = file, bounds = kept) => ({ file: of, isSynced: true, fileBytes: 2 ** 40, kept: bounds });
const code = (name: string) => expect.objectContaining({ code: name });

const isStepEnd = ({ type }: RunEvent): boolean => type === 'step_completed';

/** A commit that starts a run with this number, and ends it if it says so. */
function commitOf(commit: number, { ledger = 'A\n', ended = false, source = 'x' } = {}): Commit {
  const run = { number: commit, id: `run ${commit}`, tenant: 'acme', hash: source, createdAt: commit, given: '{}' };
  const ends = ended ? [{ number: commit, status: 'completed', endedAt: commit, bytes: 10, summary: '{}' }] : [];
  const programs = [{ hash: source, code: source, methods: '[]', identifiers: '[]' }];
  return { kind: 'commit', commit, programs, runs: [run], ledgers: [[commit, ledger]], ends, tenants: [] };
}

function numbersIn(store: StoreFile): number[] {
  return store.answer('openRuns', -1, 0).runs.map(([{ number }]) => number);
}

describe('a file', () => {
  it('is made, and goes on where it was, also with another runner', async () => {
    const runner = await createTestRunner({ store: sqliteStore({ file }) });
    const { outcome } = await runToEnd(runner, { start: "return api.runStore.increment('n');" }, { runId: 'first' });
    await runner.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    const next = await createTestRunner({ store: sqliteStore({ file }) });
    const again = await startRun(next, { start: 'return 2;' }, { runId: 'first' });
    expect(await again.result()).toEqual(outcome);
    const taken = startRun(next, { start: 'return 2;' }, { runId: 'first', tenant: 'other' });
    await expect(taken).rejects.toEqual(code('RUN_ID_TAKEN'));
  });

  it('has one runner at a time, whatever links lead to it', async () => {
    await createTestRunner({ store: sqliteStore({ file }) });
    await expect(createTestRunner({ store: sqliteStore({ file }) })).rejects.toEqual(code('STORE_LOCKED'));
    symlinkSync(file, join(folder, 'link.db'));
    symlinkSync(folder, join(folder, 'to folder'));
    for (const link of ['link.db', 'to folder/runs.db']) {
      const linked = createTestRunner({ store: sqliteStore({ file: join(folder, link) }) });
      await expect(linked).rejects.toEqual(code('STORE_LOCKED'));
    }
    linkSync(file, join(folder, 'hard.db'));
    const linked = createTestRunner({ store: sqliteStore({ file: join(folder, 'hard.db') }) });
    await expect(linked).rejects.toEqual(code('STORE_UNAVAILABLE'));
  });

  it.each([
    ['a text', Buffer.from('not a database, but longer than a header of one is: '.repeat(10)), 'STORE_FOREIGN'],
    ['another database', null, 'STORE_FOREIGN'],
  ])('that is %s is refused and left as it was', async (_, content, expected) => {
    if (content !== null) writeFileSync(file, content);
    else {
      const other = new DatabaseSync(file);
      other.exec('CREATE TABLE t (x)');
      other.close();
    }
    const before = readFileSync(file);
    await expect(createTestRunner({ store: sqliteStore({ file }) })).rejects.toEqual(code(expected));
    expect(readFileSync(file)).toEqual(before);
  });

  it('of a newer version is refused and left as it was', async () => {
    new StoreFile(task()).close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 1000');
    newer.close();
    const before = readFileSync(file);
    await expect(createTestRunner({ store: sqliteStore({ file }) })).rejects.toEqual(code('STORE_TOO_NEW'));
    expect(readFileSync(file)).toEqual(before);
  });

  it('whose pages are damaged is refused', async () => {
    const store = new StoreFile(task());
    for (let n = 1; n <= 200; n++) store.write([commitOf(n)]);
    store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4_096);
    writeFileSync(file, bytes);
    await expect(createTestRunner({ store: sqliteStore({ file }) })).rejects.toEqual(code('STORE_DAMAGED'));
    expect(readFileSync(file)).toEqual(bytes);
  });

  it.each([
    ['ledgers', "INSERT INTO ledgers SELECT number, 9007199254740991, 'Z' FROM runs WHERE id = 'second'"],
    [
      'ledgers',
      "INSERT INTO ledgers SELECT number, 9007199254740991, 'E\t7\t0\tcompleted\t' FROM runs WHERE id = 'second'",
    ],
    ['runs', "UPDATE runs SET given = '{' WHERE id = 'second'"],
    ['runs', "UPDATE runs SET given = 'null' WHERE id = 'second'"],
    ['sources', 'DELETE FROM programs'],
    ['sources', "UPDATE programs SET methods = ''"],
    ['tenants', "UPDATE tenants SET state = '['"],
  ])('whose %s say what they cannot (%s) is refused, and nothing of it is changed', async (_, damage) => {
    const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    const waits = { start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });", next: '' };
    for (const runId of ['first', 'second']) await eventOf(await startRun(runner, waits, { runId }), isStepEnd);
    await runner.close();
    const database = new DatabaseSync(file);
    database.exec(damage);
    const content = (): unknown =>
      ['runs', 'ledgers', 'tenants'].map((table) => database.prepare(`SELECT * FROM ${table}`).all());
    const before = content();
    await expect(createTestRunner({ store: sqliteStore({ file }) })).rejects.toEqual(code('STORE_DAMAGED'));
    expect(content()).toEqual(before);
    database.close();
  });

  it('that cannot be made is an error that says so', async () => {
    const store = sqliteStore({ file: join(folder, 'no folder', 'runs.db') });
    await expect(createTestRunner({ store })).rejects.toEqual(code('STORE_UNAVAILABLE'));
  });

  it.each([null, {}, { file: '' }, { file: 'x', durability: 'none' }, { file: 'x', fileByte: 1e6 }])(
    'is asked for in a way that can be meant: %j',
    (options) => {
      expect(() => sqliteStore(options as never)).toThrowError(code('OPTION_INVALID'));
    },
  );
});

describe('a tenant', () => {
  const chain = {
    start: "await api.scheduleNextStep({ action: 'next' });",
    next: "await api.runStore.increment('n'); await api.scheduleNextStep({ action: 'last', delay: '1 day' });",
    last: "return api.runStore.increment('n');",
  };

  it('is paused, has used its budget and is metered in the next process as in the one before', async () => {
    const clock = manualClock();
    const options = { clock, limits: { cpuPerTenantPerMinuteMs: 60_000 } };
    const runner = await createTestRunner({ ...options, store: sqliteStore({ file }) });
    const run = await startRun(runner, chain, { runId: 'chain' });
    for await (const { type } of run.events())
      if (type === 'step_completed' && runner.tenant('acme')?.stepsActive === 0) break;
    await runToEnd(runner, { start: 'return 1;' }, { tenant: 'other' });
    runner.pauseTenant('acme');
    await runner.close({ drain: true });
    const before = runner.tenants();
    const next = await createTestRunner({ ...options, store: sqliteStore({ file }) });
    expect(next.tenants()).toEqual(before);
    expect(next.tenant('acme')).toMatchObject({ waitsFor: 'resume', runsOpen: 1, usage: { attempts: 2 } });
    clock.advance(86_400_000);
    next.resumeTenant('acme');
    expect((await (await next.get('chain'))?.result())?.store).toEqual({ n: 2 });
  });

  it.each(['that says what was granted', 'that says nothing of what was granted'])(
    'waits as long in the next process, with a file %s',
    async (kind) => {
      const clock = manualClock();
      let cpuPerTenantPerMinuteMs = 10;
      const options = { clock, tenants: () => ({ limits: { turnCpuMs: 1_000, cpuPerTenantPerMinuteMs } }) };
      const runner = await createTestRunner({ ...options, store: sqliteStore({ file }) });
      const run = await startRun(
        runner,
        {
          start: `for (let i = 0, sum = 0; i < 80_000_000; i++) sum += i % 7; ${chain.start}`,
          next: '',
        },
        { runId: 'burns' },
      );
      await eventOf(run, isStepEnd);
      await runToEnd(runner, { start: '' }, { tenant: 'other' });
      const { usedMs, windowEndsAt } = runner.tenant('acme')?.cpu ?? { usedMs: 0, windowEndsAt: 0 };
      expect(runner.tenant('acme')?.resumesAt).toBe(windowEndsAt + Math.floor((usedMs - 10) / 10) * 60_000);
      cpuPerTenantPerMinuteMs = 20;
      runner.updateTenant('acme'); // With nothing else to write down.
      const { resumesAt } = runner.tenant('acme') ?? {};
      expect(resumesAt).toBe(windowEndsAt + Math.floor((usedMs - 20) / 20) * 60_000);
      await runner.close();
      if (kind !== 'that says what was granted') {
        const database = new DatabaseSync(file);
        database.exec("UPDATE tenants SET state = json_remove(state, '$.cpu.grantedMs')");
        database.close();
        clock.advance(1_000);
      } else clock.advance(60_000); // The minute ends while nobody runs.
      const next = await createTestRunner({ ...options, store: sqliteStore({ file }) });
      expect(next.tenant('acme')).toMatchObject({ waitsFor: 'budget', stepsWaiting: 1, resumesAt });
      expect(next.tenant('acme')?.cpu.usedMs).toBeCloseTo(clock.now() < windowEndsAt ? usedMs : usedMs - 20, 6);
      clock.advance((resumesAt ?? 0) - 1 - clock.now());
      expect(next.tenant('acme')).toMatchObject({ waitsFor: 'budget', stepsWaiting: 1, resumesAt });
      clock.advance(1);
      expect((await (await next.get('burns'))?.result())?.status).toBe('completed');
    },
  );
});

describe('tenants of a file', () => {
  const waits = { start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });", next: '' };

  it('of which nothing is open are as they were, and are not asked for', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, store: sqliteStore({ file }) });
    for (const tenant of ['gone', 'stays', 'paused']) await runToEnd(runner, { start: 'return 1;' }, { tenant });
    for (const runId of ['a', 'b']) await startRun(runner, waits, { tenant: 'stays', runId });
    runner.pauseTenant('paused');
    await runner.close({ drain: true });
    const before = runner.tenants();
    const asked: string[] = [];
    const tenants = (tenant: string) => {
      asked.push(tenant);
      if (tenant !== 'stays') throw new Error('No such customer.');
      return { weight: 2 };
    };
    const next = await createTestRunner({ clock, store: sqliteStore({ file }), tenants });
    expect(asked).toEqual(['stays']);
    for (const { tenant, usage, waitsFor, cpu } of before)
      expect(next.tenant(tenant)).toMatchObject({ usage, waitsFor, cpu, weight: tenant === 'stays' ? 2 : 1 });
    await expect(startRun(next, waits, { tenant: 'gone' })).rejects.toEqual(code('OPTION_INVALID'));
  });

  it('of which something is open have to be granted something: the error names who is not', async () => {
    const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    await startRun(runner, waits, { tenant: 'gone' });
    await runner.close();
    const cause = new Error('No such customer.');
    const tenants = () => {
      throw cause;
    };
    const next = createTestRunner({ clock: manualClock(), store: sqliteStore({ file }), tenants });
    await expect(next).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('"gone"'),
      cause,
    });
    const again = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    expect(again.tenant('gone')?.runsOpen).toBe(1);
  });
});

describe('a runner that goes on', () => {
  const waits = { start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });", next: '' };

  it('knows the tenants of open runs, however many others the file knows', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, store: sqliteStore({ file }) });
    await eventOf(await startRun(runner, waits), isStepEnd);
    runner.pauseTenant('acme');
    await runner.close();
    const database = new DatabaseSync(file);
    database.exec(`INSERT INTO tenants WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
      SELECT 'a ' || i, ${Date.now()}, (SELECT json_set(state, '$.isPaused', json('false')) FROM tenants WHERE name = 'acme') FROM n`);
    database.close();
    const next = await createTestRunner({ clock, store: sqliteStore({ file }) });
    expect(next.tenant('acme')).toMatchObject({ waitsFor: 'resume', runsOpen: 1, branchesOpen: 1 });
  });

  it('cancels a run that it goes on with for the signal of whoever asks for it again', async () => {
    const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    await eventOf(await startRun(runner, waits, { runId: 'a' }), isStepEnd);
    await runner.close();
    const next = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    const controller = new AbortController();
    const run = await startRun(next, waits, { runId: 'a', signal: controller.signal });
    controller.abort(new Error('enough'));
    expect(await run.result()).toMatchObject({ status: 'cancelled', cancellation: { reason: 'enough' } });
  });
});

async function eventOfRunner(runner: Runner, type: RunnerEvent['type']): Promise<void> {
  for await (const event of runner.events()) if (event.type === type) return;
}

describe('a file that cannot grow', () => {
  const next = {
    // All at once: one after the other, they would take as long as a step may on a slow disk.
    start: `const armed = Array.from({ length: 50 }, (_, i) => api.scheduleNextStep({ action: 'work', payload: i }));
      await Promise.all(armed);`,
    work: "await api.runStore.push('items', 'x'.repeat(5_000)); await api.runStore.increment('n');",
  };

  /** Takes up the space of the file, or gives it back: pages that are free are used again. */
  function fill(isFull: boolean): void {
    const other = new DatabaseSync(file, { timeout: 5_000 });
    other.exec(isFull ? 'CREATE TABLE filler AS SELECT randomblob(1400000) AS x' : 'DROP TABLE filler');
    other.close();
  }

  it('refuses new runs, keeps those that are open waiting, and goes on when there is room', async () => {
    const runner = await createTestRunner({ store: sqliteStore({ file, fileBytes: 1_500_000 }) });
    fill(true);
    const news: string[] = [];
    const stalled = Promise.withResolvers<void>();
    void (async () => {
      for await (const { type } of runner.events()) {
        if (type === 'store_stalled') stalled.resolve();
        if (type.startsWith('store_')) news.push(type);
      }
    })();
    const run = await startRun(runner, next);
    await stalled.promise;
    await expect(startRun(runner, next)).rejects.toEqual(code('STORE_FULL'));
    fill(false);
    const { status, store, steps } = await run.result();
    expect([status, store['n'], (store['items'] as string[]).length, steps.retried]).toEqual(['completed', 50, 50, 0]);
    expect(news).toEqual(['store_stalled', 'store_recovered']);
    expect((await runToEnd(runner, next)).outcome.status).toBe('completed');
  });

  it('keeps no start waiting whose signal is aborted, and cancels the run that it has been given', async () => {
    const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file, fileBytes: 1_500_000 }) });
    const known = await startRun(runner, next, { runId: 'known' });
    await known.result();
    fill(true);
    const stalled = eventOfRunner(runner, 'store_stalled');
    const [given, behind] = [new AbortController(), new AbortController()];
    const start = { runId: 'large', data: 'x'.repeat(300_000) };
    const starting = startRun(runner, next, { ...start, signal: given.signal });
    const second = startRun(runner, next, { ...start, signal: behind.signal });
    const third = startRun(runner, next, start);
    await stalled;
    behind.abort(new Error('behind'));
    await expect(second).rejects.toThrow('behind');
    given.abort(new Error('given'));
    await expect(starting).rejects.toThrow('given');
    expect(runner.tenant('acme')?.runsOpen).toBe(1); // Until that it has ended is safe.
    fill(false);
    expect(await (await third).result()).toMatchObject({ status: 'cancelled', cancellation: { reason: 'given' } });
    expect(runner.tenant('acme')).toMatchObject({ runsOpen: 0, branchesOpen: 0, ledgerBytes: 0 });
    await runner.close();
    const after = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
    expect((await after.get('large'))?.status).toBe('cancelled');
  });

  it('fails steps whose time is over meanwhile with its own code, and they are tried again', async () => {
    const limits = { stepCpuMs: 600, stepWallMs: 600 };
    const runner = await createTestRunner({
      store: sqliteStore({ file, fileBytes: 1_500_000 }),
      limits,
      clock: systemClock(),
    });
    fill(true);
    const run = await startRun(runner, next);
    const errors: string[] = [];
    const events = (async () => {
      for await (const event of run.events()) if (event.type === 'step_retried') errors.push(event.error.code);
    })();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    fill(false);
    const { status, store } = await run.result();
    await events;
    expect([status, store['n'], (store['items'] as string[]).length]).toEqual(['completed', 50, 50]);
    expect(new Set(errors)).toEqual(new Set(['STORE_FULL']));
  });
});

describe('runs that have ended', () => {
  it('go by count, age and bytes, with their ledgers and with sources that nobody else has', () => {
    const bounds = { runsEndedKept: 3, runsEndedKeptMs: 50, runsEndedBytesKept: 25 };
    const store = new StoreFile(task(file, bounds));
    const ids = (): number[] =>
      Array.from({ length: 200 }, (_, n) => n).filter((n) => store.answer('find', `run ${n}`, 0) !== null);
    for (let n = 1; n <= 10; n++) store.write([commitOf(n, { ended: true, source: n % 2 === 0 ? 'even' : `${n}` })]);
    expect(ids()).toEqual([9, 10]); // 25 bytes
    store.write([commitOf(100, { ended: true })]);
    expect(ids()).toEqual([100]); // The others are too old.
    store.close();
    const database = new DatabaseSync(file);
    const count = (table: string): unknown => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
    expect([count('runs'), count('ledgers'), count('programs')]).toEqual([1, 1, 1]);
    database.close();
  });
});

describe('a write that was torn', () => {
  it('at any byte, leaves all that was said to be safe before it', () => {
    const store = new StoreFile(task());
    const wal = `${file}-wal`;
    const safeAt: number[] = [];
    for (let n = 1; n <= 6; n++) {
      store.write([commitOf(n, { ledger: 'N\t1\n'.repeat(n * 300) })]);
      safeAt[n] = readFileSync(wal).length;
    }
    const whole = readFileSync(wal);
    const copy = join(folder, 'copy.db');
    let seen = 0;
    for (let length = 0; length <= whole.length; length += stepFrom(length, safeAt[5] ?? 0)) {
      copyFileSync(file, copy);
      copyFileSync(wal, `${copy}-wal`);
      truncateSync(`${copy}-wal`, length);
      const safe = safeAt.findLastIndex((at) => at <= length);
      expect(opened(copy), `cut at ${length} of ${whole.length}`).toEqual(upTo(Math.max(0, safe)));
      seen++;
      rmSync(`${copy}-wal`, { force: true });
      rmSync(`${copy}-shm`, { force: true });
    }
    store.close();
    expect(seen).toBeGreaterThan(200);
  });

  /** To the next place at which the log is cut: each byte about the head of a frame of the last write, and some of all others. */
  function stepFrom(length: number, lastWrite: number): number {
    const [headBytes, frameBytes, about] = [32, 24 + 4_096, 8];
    const isAtHead = (length - headBytes + about) % frameBytes < 24 + 2 * about;
    if (length < lastWrite) return 997;
    return everyByte || isAtHead ? 1 : Math.min(211, frameBytes - ((length - headBytes + about) % frameBytes));
  }

  function opened(copy: string): number[] {
    const store = new StoreFile(task(copy));
    const numbers = numbersIn(store);
    store.close();
    return numbers;
  }

  function upTo(count: number): number[] {
    return Array.from({ length: count }, (_, i) => i + 1);
  }
});
