// A store may hold more open runs than there is room for in memory: the runner goes on with those that fit, and with the others as these end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Runner, sqliteStore } from '../../src/index.ts';
import { createTestRunner, eventOf, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const KiB = 1_024;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwell-no-room-'));
  file = join(folder, 'runs.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fills = {
  start: `for (let i = 0; i < 10; i++) await api.runStore.set('k' + i, 'x'.repeat(${10 * KiB}));
    await api.scheduleNextStep({ action: 'next', delay: data });`,
  next: `await api.runStore.increment('ends');`,
};
/** A run that waits takes some 105 KiB, and twice that more while its first step is made again. */
const memoryBytes = 1_024 * KiB;

/** Runs of this tenant that wait for their second step; the n-th for n seconds. */
async function fill(tenant: string, count: number): Promise<void> {
  const runner = await createTestRunner({ clock: manualClock(), store: sqliteStore({ file }) });
  for (let n = 1; n <= count; n++) {
    const run = await startRun(runner, fills, { tenant, runId: `${tenant} ${n}`, data: n });
    await eventOf(run, ({ type }) => type === 'step_completed');
  }
  await runner.close();
}

async function openIn(runner: Runner): Promise<number> {
  return (await runner.list({ status: 'open' })).runs.length;
}

it('what does not fit waits in the file, is listed as open, and goes on as others end, until all have ended', async () => {
  await fill('acme', 8);
  const clock = manualClock();
  const runner = await createTestRunner({ clock, memoryBytes, store: sqliteStore({ file }) });
  const atFirst = runner.stats().runsOpen;
  expect(atFirst).toBeGreaterThan(1);
  expect(atFirst).toBeLessThan(6);
  expect(await openIn(runner)).toBe(8);
  expect(runner.tenant('acme')?.branchesOpen).toBe(atFirst);
  const refused = { code: 'RUNNER_MEMORY_EXCEEDED' };
  await expect(runner.get('acme 8')).rejects.toMatchObject(refused);
  await expect(startRun(runner, fills, { runId: 'acme 8' })).rejects.toMatchObject(refused);
  await expect
    .poll(
      async () => {
        clock.advance(1_000);
        return openIn(runner);
      },
      { timeout: 50_000 },
    )
    .toBe(0);
  const { runs } = await runner.list();
  expect(runs.map(({ status, steps }) => [status, steps.armed])).toEqual(Array(8).fill(['completed', 2]));
  const last = await (await runner.get('acme 8'))?.result();
  expect(last?.store).toMatchObject({ ends: 1, k9: 'x'.repeat(10 * KiB) });
  expect(runner.tenant('acme')).toMatchObject({ runsOpen: 0, branchesOpen: 0, storeBytes: 0, ledgerBytes: 0 });
  expect(runner.tenant('acme')?.memory).toMatchObject({ runs: 0, steps: 0, store: 0, journals: 0, logs: 0 });
  expect(runner.tenant('acme')?.usage.attempts).toBe(16);
});

it('what waits in the file is cancelled with its tenant, and none of its steps goes on', async () => {
  await fill('acme', 8);
  await fill('other', 1);
  const runner = await createTestRunner({ clock: manualClock(), memoryBytes, store: sqliteStore({ file }) });
  expect(runner.stats().runsOpen).toBeLessThan(7);
  expect(runner.cancelTenant('acme', 'gone')).toBe(8);
  expect(runner.cancelTenant('nobody')).toBe(0);
  await expect.poll(async () => (await runner.list({ tenant: 'acme', status: 'cancelled' })).runs.length).toBe(8);
  expect(await openIn(runner)).toBe(1);
  const last = await (await runner.get('acme 8'))?.result();
  expect(last).toMatchObject({ status: 'cancelled', cancellation: { reason: 'gone', interrupted: [] } });
  expect(last?.steps).toMatchObject({ armed: 2, completed: 1 });
  expect(last?.store).not.toHaveProperty('ends');
});

it('one tenant with more than fits leaves room for the runs of others', async () => {
  await fill('large', 8);
  await fill('small', 1);
  const runner = await createTestRunner({ clock: manualClock(), memoryBytes, store: sqliteStore({ file }) });
  expect(await runner.get('small 1')).toBeDefined();
  expect(runner.tenant('large')?.runsOpen).toBeLessThan(5);
});

it('a run that is larger than its tenant may become now goes on, if it is the only one', async () => {
  await fill('acme', 2);
  const limits = { memoryBytesPerTenant: 50 * KiB };
  const runner = await createTestRunner({ clock: manualClock(), limits, store: sqliteStore({ file }) });
  expect(runner.stats().runsOpen).toBe(1);
  expect(await (await runner.get('acme 1'))?.store.get('k9')).toBe('x'.repeat(10 * KiB));
});
