// Branches that are armed by the hundred with one delay wait for one timer, and each is one all the same.
import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/index.ts';
import { createTestRunner, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const source = {
  start: `const armed = [];
    for (let n = 0; n < 500; n++) armed.push(api.scheduleNextStep({ action: n % 100 === 99 ? 'fails' : 'adds', delay: n < 400 ? 60 : 60 + (n % 3), payload: n }));
    await Promise.all(armed);
    api.log('armed');`,
  adds: "await api.runStore.increment('sum', data); await api.runStore.increment('times');",
  // Tried again later, as one that has begun before.
  fails: `if (!(await api.runStore.get('tried ' + data))) { await api.runStore.set('tried ' + data, true); throw new Error('once'); }
    await api.runStore.increment('sum', data);`,
};

/** So many branches wait for their time, and nothing runs. */
async function untilArmed(runner: Runner, count: number): Promise<void> {
  while (runner.stats().timers < count || runner.stats().lanes.shared.active > 0) await new Promise(setImmediate);
}

describe('a fan-out with a delay', () => {
  it('starts when it is due, each branch once with its own payload', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({
      clock,
      workers: 2,
      retry: { maxAttempts: 2, firstDelayMs: 1_000, longestDelayMs: 1_000 },
    });
    const run = await startRun(runner, source);
    await untilArmed(runner, 500);
    expect([runner.stats().timers, runner.stats().lanes.shared.waiting]).toEqual([500, 0]);
    clock.advance(59_000);
    expect(await run.store.get('times')).toBeNull();
    const advancing = setInterval(() => clock.advance(500), 5);
    const outcome = await run.result();
    clearInterval(advancing);
    expect(outcome).toMatchObject({
      status: 'completed',
      steps: { armed: 501, completed: 501, failed: 0, retried: 5 },
    });
    expect(outcome.store).toMatchObject({ sum: (499 * 500) / 2, times: 495, 'tried 99': true, 'tried 499': true });
    expect(runner.stats().timers).toBe(0);
  });

  it('is gone with its run, and leaves those of others', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock });
    const [one, other] = await Promise.all([startRun(runner, source), startRun(runner, source)]);
    await untilArmed(runner, 1_000);
    await one.cancel();
    await startRun(runner, { start: '' }).then((run) => run.cancel()); // From half on, what is gone is taken out.
    expect(runner.stats().timers).toBeLessThan(1_000);
    await other.cancel();
    expect([runner.stats().timers, runner.stats().lanes.shared.waiting]).toEqual([0, 0]);
  });

  it('is nowhere once the runner is closed', async () => {
    const runner = await createTestRunner({ clock: manualClock() });
    await startRun(runner, source);
    await untilArmed(runner, 500);
    await runner.close();
    expect(runner.stats().timers).toBe(0);
  });
});
