// What the command line tells of a store's file: lists, one run, faults, all of it. Nothing of the file is changed.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunner, type Runner, sqliteStore } from '../../src/index.ts';
import { eventOf, workflowOf } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { fileOf, notPlain, runMain } from './command-line.ts';

const hostile = '\x1b[2J\u202e\r\n"<b>';
const folder = dirname(fileOf('any', ''));
const store = `${folder}/runs.db`;
let runner: Runner;

const workflow = workflowOf({
  start:
    "api.log(data.text); for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'work', payload: i }); return data.text;",
  work: "await api.runStore.push('items', data); if (data === 2 && api.attempt === 1) throw new Error('once more');",
});
const waiting = workflowOf({
  start: "await api.runStore.set('k', 1); await api.scheduleNextStep({ action: 'next', delay: '1 day' });",
  next: '',
});
const failing = workflowOf({ start: 'throw Object.assign(new Error(data.text), { retryable: false });' });

beforeAll(async () => {
  runner = await createRunner({
    workers: 1,
    clock: manualClock(),
    store: sqliteStore({ file: store }),
    retry: { firstDelayMs: 0 },
  });
  const data = { text: hostile };
  await (await runner.start({ tenant: 'acme', workflow, data, runId: 'done' })).result();
  const run = await runner.start({ tenant: 'acme', workflow: waiting, runId: 'open' });
  await eventOf(run, ({ type }) => type === 'step_completed');
  await (await runner.start({ tenant: hostile, workflow: failing, data, runId: hostile })).result();
}, 60_000);
afterAll(() => runner.close());

describe('stepwell runs', () => {
  it('lists runs, newest first, while a runner has the file', async () => {
    const { status, out, err } = await runMain(['runs', store]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).not.toMatch(notPlain);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^started \(UTC\) +took +steps +status +tenant +run$/);
    expect(lines[1]).toMatch(/ 0 of 1 +failed /);
    expect(lines[2]).toMatch(/^ +STEP_THREW in start: /);
    expect(lines[3]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +open +acme +open$/);
    expect(lines[4]).toMatch(/ 4 of 4 +completed +acme +done$/);
  });

  it('by tenant, by status, page by page, as JSON', async () => {
    const idsOf = async (...options: string[]) => {
      const page = JSON.parse((await runMain(['runs', store, '--json', ...options])).out);
      return { ids: page.runs.map(({ id }: { id: string }) => id), next: page.next };
    };
    expect(await idsOf('--tenant', 'acme')).toEqual({ ids: ['open', 'done'], next: null });
    expect(await idsOf('--status', 'failed')).toEqual({ ids: [hostile], next: null });
    const first = await idsOf('--count', '2');
    expect(first.ids).toEqual([hostile, 'open']);
    expect(await idsOf('--count', '2', '--after', first.next)).toEqual({ ids: ['done'], next: null });
    expect((await runMain(['runs', store, '--count', '2'])).out).toContain(
      `More: the same command with --after ${first.next}.`,
    );
    expect((await runMain(['runs', store, '--tenant', 'none'])).out).toBe('no runs\n');
  });

  it.each([
    ['a file that is not there', () => `${folder}/none.db`, /does not exist\. \[STORE_UNAVAILABLE\]/],
    ['a folder', () => folder, /is a folder or a device\. Choose a file\. \[STORE_UNAVAILABLE\]/],
    ['another file', () => fileOf('text', 'x'.repeat(5_000)), /is not a store of Stepwell/],
  ])('says what is wrong with %s', async (_, file, said) => {
    const { status, out, err } = await runMain(['runs', file()]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(said);
    expect(err.trimEnd()).not.toContain('\n');
  });
});

describe('stepwell show', () => {
  it('shows each step of a run that has ended, its log and its outcome', async () => {
    const { status, out, err } = await runMain(['show', store, 'done']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).not.toMatch(notPlain);
    expect(out).toMatch(/^run done of tenant acme\n/);
    expect(out.match(/ {2}(start|work) +step_\d +completed$/gm)).toHaveLength(4);
    expect(out).toMatch(/ +2 +\d+ ms {2}work +step_4 +completed\n/);
    expect(out).toMatch(/\nLog\n +start +step_1 +\| /);
    expect(out).toMatch(/\ncompleted in /);
    expect(out).toContain('4 armed, 4 completed, 0 failed, 1 retried');
  });

  it('shows what a run waits for that is open', async () => {
    const { out } = await runMain(['show', store, 'open']);
    expect(out).toMatch(/ {2}next +step_2 +waits until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/);
    expect(out).toMatch(/\nopen\n\nStore\n {2}k: 1\n\nSteps {2}2 steps armed, 1 completed, 0 failed\n$/);
  });

  it('shows where a run failed', async () => {
    const { out } = await runMain(['show', store, hostile]);
    expect(out).not.toMatch(notPlain);
    expect(out).toMatch(/ {2}start +step_1 +failed: STEP_THREW\n/);
    expect(out).toMatch(
      /\[STEP_THREW\]\n.*\n +in start, step_1, attempt 1\n +at Workflow\.start \(workflow\.js:\d+:\d+\)/,
    );
  });

  it('gives all of it as JSON', async () => {
    const { out } = await runMain(['show', store, 'done', '--json']);
    expect(out).not.toMatch(notPlain);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      id: 'done',
      tenant: 'acme',
      status: 'completed',
      data: { text: hostile },
      headers: {},
    });
    expect(report.outcome).toMatchObject({ status: 'completed', output: hostile, steps: { completed: 4 } });
    expect(report.events.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['run_started', 'step_retried', 'run_ended']),
    );
    expect(JSON.parse((await runMain(['show', store, 'open', '--json'])).out)).toMatchObject({
      status: 'open',
      endedAt: null,
      outcome: null,
    });
  });

  it('says that there is no such run', async () => {
    const { status, out, err } = await runMain(['show', store, `x${hostile}`]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/has no run x ?"<b>\. `stepwell runs` lists those that it has\.\n$/);
  });
});

describe('stepwell store export', () => {
  it('prints tenants, sources and runs, a line of JSON each', async () => {
    const { status, out, err } = await runMain(['store', 'export', store]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).not.toMatch(notPlain);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ kind }) => kind).join(' ')).toBe('tenant tenant workflow workflow workflow run run run');
    const hashes = lines.flatMap(({ kind, hash }) => (kind === 'workflow' ? [hash] : []));
    for (const run of lines.slice(-3)) expect(hashes).toContain(run.workflow);
    expect(lines.at(-1)).toMatchObject({ id: 'done', outcome: { output: hostile }, logs: [{ text: hostile }] });
  });
});

describe('stepwell store check', () => {
  it('finds nothing wrong with a file that is as it should be, and leaves it as it was', async () => {
    const before = readFileSync(store);
    const { status, out } = await runMain(['store', 'check', store]);
    expect({ status, out }).toEqual({ status: 0, out: `${store}: 3 runs, 1 of them open: no faults\n` });
    expect(readFileSync(store)).toEqual(before);
  });

  it.each([
    [
      "INSERT INTO ledgers SELECT number, 9007199254740991, 'Z' FROM runs WHERE id = 'open'",
      1,
      /^run "open": .*ledger cannot be read/m,
    ],
    ["UPDATE runs SET given = '[' WHERE id = 'done'", 1, /^run "done": .*cannot be read/m],
    [
      "UPDATE runs SET status = 'completed', ended_at = 1 WHERE id = 'open'",
      1,
      /^run "open": is listed as completed, and its ledger says open$/m,
    ],
    [
      "UPDATE runs SET summary = json_set(summary, '$.counts.failed', 7) WHERE id = 'done'",
      1,
      /^run "done": has other counts/m,
    ],
    ["DELETE FROM programs WHERE hash = (SELECT hash FROM runs WHERE id = 'open')", 1, /^run "open" has no source$/m],
    ["DELETE FROM runs WHERE id = 'open'", 1, /^a ledger, number \d+, has no run$/m],
    ["UPDATE tenants SET state = '[' WHERE name = 'acme'", 1, /^What the store holds of tenant "acme" cannot be read/m],
  ])('finds %s, and the rest can be exported', async (damage, count, said) => {
    const copy = copyOf(store);
    const database = new DatabaseSync(copy);
    database.exec(damage);
    database.close();
    const { status, out } = await runMain(['store', 'check', copy]);
    expect(status).toBe(1);
    expect(out).toMatch(said);
    expect(out).toMatch(new RegExp(`: ${count} faults?\n$`));
    rmSync(copy);
  });

  it('finds pages that are damaged', async () => {
    const copy = copyOf(store);
    const database = new DatabaseSync(copy);
    database.exec(`CREATE TABLE filler AS SELECT randomblob(100000) AS x; DROP TABLE filler; VACUUM`);
    const { page } = database
      .prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'runs_of_both'")
      .get() as { page: number };
    database.close();
    const bytes = readFileSync(copy);
    bytes.fill(0xff, (page - 1) * 4_096, page * 4_096);
    const damaged = fileOf('damaged.db', bytes);
    const { status, out, err } = await runMain(['store', 'check', damaged]);
    expect(status).toBe(1);
    expect(out + err).toMatch(/fault|STORE_DAMAGED/);
    rmSync(copy);
  });

  /** What a copy of a file that is in use has to be made with. */
  function copyOf(file: string): string {
    mkdirSync(`${folder}/copies`, { recursive: true });
    const copy = `${folder}/copies/copy.db`;
    rmSync(copy, { force: true });
    const database = new DatabaseSync(file, { readOnly: true });
    database.exec(`VACUUM INTO '${copy}'`);
    database.close();
    return copy;
  }
});
