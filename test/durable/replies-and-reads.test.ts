// A reply for which there is nothing to keep goes out at once, and not when somebody happens to look; and so does what is read of a run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { sqliteStore } from '../../src/index.ts';
import { createTestRunner, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

const folder = mkdtempSync(join(tmpdir(), 'stepwell-replies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('also to ops that are repeated, and to those that are refused for their number', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] }); // The supervisor's looks, which send what was left.
  try {
    const limits = { opsInFlightPerStep: 20, opsPerStep: 20 };
    const store = sqliteStore({ file: join(folder, 'runs.db') });
    const runner = await createTestRunner({ store, limits, retry: { maxAttempts: 2, firstDelayMs: 0 } });
    const { outcome } = await runToEnd(runner, {
      start: `for (let i = 0; i < 10; i++) await api.runStore.increment('n');
        if (api.attempt === 1) throw new Error('again');
        for (let i = 0; i < 20; i++) await api.runStore.increment('n').catch(() => {});`,
    });
    expect(outcome).toMatchObject({ status: 'completed', store: { n: 20 } });
  } finally {
    vi.useRealTimers();
  }
});

it('what is read of an open run is told when it is safe, and refused once that cannot be', async () => {
  const runner = await createTestRunner({
    clock: manualClock(),
    store: sqliteStore({ file: join(folder, 'read.db') }),
  });
  const run = await startRun(runner, {
    start: "await api.runStore.set('k', 1); await api.scheduleNextStep({ action: 'later', delay: '1 day' });",
    later: '',
  });
  await expect.poll(() => run.store.get('k')).toBe(1);
  const closing = runner.close();
  const read = await run.store.get('k').catch(({ code }) => code);
  expect([1, 'RUNNER_CLOSED']).toContain(read);
  await closing;
  await expect(run.store.get('k')).rejects.toMatchObject({ code: 'RUNNER_CLOSED' });
});
