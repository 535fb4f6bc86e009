// A cancelled run ends at once, whatever it is at: nothing of it starts any more, and what it has done stands and is listed.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { allEvents, createTestRunner, eventOf, logged, runToEnd, startRun, textsOf, useRunner } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const runner = useRunner({ limits: { stepCpuMs: 30_000 } });
const hooks = { onWorkflowComplete: "api.log('hook');", onWorkflowError: "api.log('hook');" };
const waits = 'await new Promise((resolve) => setTimeout(resolve, 50_000));';

describe('a run that is cancelled', () => {
  it('before its first step ends without it', async () => {
    const run = await startRun(runner(), { start: "api.log('ran');", ...hooks });
    const outcome = await run.cancel('not needed');
    expect(outcome).toMatchObject({
      status: 'cancelled',
      output: null,
      store: {},
      cancellation: { reason: 'not needed', interrupted: [], stepsOmitted: 0, effectsOmitted: 0 },
      steps: { armed: 1, completed: 0, failed: 0, retried: 0 },
    });
    expect(run.status).toBe('cancelled');
    expect(run.logs()).toEqual([]);
    expect(outcome.error).toBeUndefined();
  });

  it('while a step waits stops it there, and says what it had done', async () => {
    const clock = manualClock();
    const held = await createTestRunner({ clock });
    const run = await startRun(held, {
      start: `await api.runStore.set('k', 1);
        await api.runStore.increment('n', 2);
        await api.runStore.get('n');
        await api.scheduleNextStep({ action: 'later', delay: '1 day' });
        await api.runStore.push('n', 1).catch(() => {});
        api.log('waits'); ${waits} api.log('woke');`,
      later: "api.log('later');",
      ...hooks,
    });
    const events = allEvents(run);
    await eventOf(run, (event) => event.type === 'step_log');
    const outcome = await run.cancel();
    expect(outcome).toMatchObject({ status: 'cancelled', store: { k: 1, n: 2 } });
    expect(outcome.steps).toEqual({ armed: 2, completed: 0, failed: 0, retried: 0 });
    expect(outcome.cancellation?.interrupted).toEqual([
      {
        step: 'step_1',
        action: 'start',
        attempt: 1,
        usage: { cpuMs: expect.any(Number), activeMs: 0, queueMs: 0, ops: 7, attempts: 1, logBytes: 5 },
        effects: [
          { op: 'set', key: '"k"' },
          { op: 'increment', key: '"n"' },
          { op: 'schedule', action: 'later' },
        ],
      },
    ]);
    clock.advance(2 * 86_400_000);
    expect(textsOf(run.logs())).toEqual(['waits']);
    expect((await events).at(-1)).toMatchObject({ type: 'run_ended', status: 'cancelled' });
    expect(held.stats()).toMatchObject({ runsOpen: 0, timers: 0, lanes: { shared: { active: 0, waiting: 0 } } });
  });

  it('while a step waits for another attempt does not try it again', async () => {
    const held = await createTestRunner({
      clock: manualClock(),
      retry: { firstDelayMs: 5_000, longestDelayMs: 5_000 },
    });
    const run = await startRun(held, {
      start: "await api.runStore.increment('n'); throw new Error('mine');",
      ...hooks,
    });
    await eventOf(run, ({ type }) => type === 'step_retried');
    const { cancellation, steps } = await run.cancel();
    expect(steps).toMatchObject({ completed: 0, failed: 0, retried: 1 });
    expect(cancellation?.interrupted).toMatchObject([{ attempt: 1, effects: [{ op: 'increment', key: '"n"' }] }]);
  });

  it('lists what an attempt had done that the next one did not repeat, for that stands too', async () => {
    const run = await startRun(runner(), {
      start: `if (api.attempt === 1) {
          await api.runStore.push('charged', 100);
          await api.scheduleNextStep({ action: 'ship', delay: '1 day' });
          throw new Error('once more');
        }
        await api.runStore.set('k', 1); api.log('waits'); ${waits}`,
      ship: '',
    });
    await logged(run, 'waits');
    const { cancellation, store, steps } = await run.cancel();
    expect([store, steps.armed]).toEqual([{ charged: [100], k: 1 }, 2]);
    expect(cancellation?.interrupted).toMatchObject([
      {
        attempt: 2,
        effects: [
          { op: 'push', key: '"charged"' },
          { op: 'schedule', action: 'ship' },
          { op: 'set', key: '"k"' },
        ],
      },
    ]);
  });

  it('in the middle of its hook ends there', async () => {
    const run = await startRun(runner(), {
      start: 'return 1;',
      onWorkflowComplete: `await api.runStore.set('h', 1); api.log('hook'); ${waits}`,
    });
    await logged(run, 'hook');
    const { status, output, cancellation, steps } = await run.cancel();
    expect([status, output, steps.completed]).toEqual(['cancelled', 1, 1]);
    expect(cancellation?.interrupted).toMatchObject([{ action: 'onWorkflowComplete', effects: [{ op: 'set' }] }]);
  });

  it.each(['shared', 'exclusive'])('in an endless loop in the %s lane gives back what it held', async (lane) => {
    const held = await createTestRunner({ limits: { stepCpuMs: 300_000, stepWallMs: 600_000 } });
    const run = await startRun(held, { start: "api.log('loops'); await api.runStore.get('k'); for (;;);" });
    if (lane === 'shared') await logged(run, 'loops');
    else await eventOf(run, ({ type }) => type === 'step_moved');
    expect((await run.cancel('enough')).status).toBe('cancelled');
    // The same workflow runs alone by now: it needs the thread that the loop was on.
    for (const tenant of ['acme', 'another']) {
      expect((await runToEnd(held, { start: 'return 2;' }, { tenant })).outcome.output).toBe(2);
    }
    expect(held.stats()).toMatchObject({ runsOpen: 0, lanes: { shared: { active: 0 }, exclusive: { active: 0 } } });
  });

  it('with thousands of branches starts none of them, and leaves nothing of them', async () => {
    const held = await createTestRunner({ workers: 1, limits: { stepsActivePerTenant: 50, stepsActivePerWorker: 50 } });
    const run = await startRun(held, {
      start: `for (let n = 0; n < 6_000; n++) {
          api.scheduleNextStep({ action: 'branch', delay: n % 2 === 0 ? 0 : '1 day' });
          if (n % 500 === 0) await api.runStore.get('k');
        }
        api.log('armed');`,
      branch: `await api.runStore.increment('begun'); ${waits}`,
    });
    await logged(run, 'armed');
    const { store, steps } = await run.cancel();
    expect(steps.armed).toBe(6_001);
    expect(store['begun'] ?? 0).toBeLessThanOrEqual(50);
    expect((await runToEnd(held, { start: 'return 1;' })).outcome.output).toBe(1);
    expect(held.stats()).toMatchObject({ timers: 0, lanes: { shared: { active: 0, waiting: 0 } } });
  });

  it('has ended: another cancel, and what was on its way, change nothing', async () => {
    const run = await startRun(runner(), {
      start: `for (let n = 0; n < 200; n++) api.runStore.increment('n'); ${waits}`,
    });
    const [first, second] = await Promise.all([run.cancel('one'), run.cancel('two')]);
    expect(second).toEqual(first);
    expect(await run.cancel('three')).toEqual(first);
    expect(first.cancellation?.reason).toBe('one');
  });

  it('by somebody who is told of a step in the middle of a change leaves nothing running', async () => {
    const held = await createTestRunner({ limits: { stepCpuMs: 2_000 } });
    const cancel = (): void => void held.cancelTenant('acme', 'moved');
    subscribe('stepwell:step_moved', cancel);
    const runs = await Promise.all(
      [1, 2, 3].map((n) => startRun(held, { start: `api.log(${n}); await api.runStore.get('k'); for (;;);` })),
    );
    for (const run of runs) expect((await run.result()).status).toBe('cancelled');
    unsubscribe('stepwell:step_moved', cancel);
    expect((await runToEnd(held, { start: 'return 1;' })).outcome.output).toBe(1);
    expect(held.stats()).toMatchObject({ timers: 0, lanes: { shared: { active: 0 }, exclusive: { active: 0 } } });
  });

  it('after it has completed stays completed', async () => {
    const { run, outcome } = await runToEnd(runner(), { start: 'return 1;' });
    expect(await run.cancel()).toEqual(outcome);
    expect(outcome.cancellation).toBeUndefined();
  });

  it('lists a thousand effects and counts the others', async () => {
    const run = await startRun(runner(), {
      start: `for (let n = 0; n < 2_500; n++) { const done = api.runStore.increment('n'); if (n % 500 === 0) await done; }
        await api.runStore.get('n'); api.log('done'); ${waits}`,
    });
    await logged(run, 'done');
    const { cancellation } = await run.cancel('x'.repeat(5_000));
    expect(cancellation?.interrupted[0]?.effects).toHaveLength(1_000);
    expect(cancellation?.effectsOmitted).toBe(1_500);
    expect(cancellation?.reason).toHaveLength(1_024);
  });
});

describe('what is kept of a run that was cancelled', () => {
  it('lists a thousand steps and counts the others, with their effects', async () => {
    const clock = manualClock();
    const held = await createTestRunner({ clock, retry: { maxAttempts: 2, firstDelayMs: 60_000 } });
    const run = await startRun(held, {
      start: "for (let n = 0; n < 1_200; n++) await api.scheduleNextStep({ action: 'fails' });",
      fails: "await api.runStore.increment('n'); throw new Error('again');",
    });
    await expect.poll(() => run.store.get('n')).toBe(1_200);
    await expect.poll(() => held.stats().lanes.shared.active).toBe(0);
    const { cancellation } = await run.cancel();
    expect(cancellation?.interrupted).toHaveLength(1_000);
    expect(cancellation).toMatchObject({ stepsOmitted: 200, effectsOmitted: 200 });
  });

  it('counts for what it takes, so that not too much is kept', async () => {
    const clock = manualClock();
    const limits = { runsEndedBytesKept: 200_000 };
    const held = await createTestRunner({ clock, limits, retry: { maxAttempts: 2, firstDelayMs: 60_000 } });
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const run = await startRun(held, {
        start: "for (let n = 0; n < 500; n++) await api.scheduleNextStep({ action: 'fails' });",
        fails: "await api.runStore.increment('n'); throw new Error('again');",
      });
      await expect.poll(() => run.store.get('n')).toBe(500);
      await run.cancel();
      ids.push(run.id);
    }
    const kept = (await held.list()).runs.map(({ id }) => id);
    expect(kept.length).toBeLessThan(3);
    expect(kept).toEqual(ids.slice(-kept.length).toReversed());
  });
});

it('a run that was cancelled leaves no payloads behind its timers, however many timers others have', async () => {
  const held = await createTestRunner({ clock: manualClock() });
  const start = "for (const payload of data) await api.scheduleNextStep({ action: 'later', delay: '1 day', payload });";
  const others = await startRun(held, { start, later: '' }, { data: Array(100).fill('x') });
  await expect.poll(() => held.stats().timers).toBe(100);
  const large = 'x'.repeat(900_000);
  const many = await startRun(held, { start, later: '' }, { data: Array(20).fill(0) });
  await expect.poll(() => held.stats().timers).toBe(120);
  await many.cancel();
  expect(held.stats().timers).toBe(120); // Looking through all timers for a few small ones is not worth it.
  const long = await startRun(
    held,
    {
      start: `const payload = data; for (let n = 0; n < 20; n++) await api.scheduleNextStep({ action: 'later', delay: '1 day', payload });`,
      later: '',
    },
    { data: large },
  );
  await expect.poll(() => held.stats().timers).toBe(140);
  await long.cancel();
  expect(held.stats().timers).toBe(100);
  await others.cancel();
});

describe('cancelTenant', () => {
  it('cancels all runs of one tenant, and no other', async () => {
    const source = { start: `api.log('waits'); ${waits}` };
    const [first, second, other] = await Promise.all(
      ['one', 'one', 'two'].map((tenant) => startRun(runner(), source, { tenant })),
    );
    expect(runner().cancelTenant('one', 'gone')).toBe(2);
    expect(runner().cancelTenant('one')).toBe(0);
    for (const run of [first, second]) {
      expect(await run?.result()).toMatchObject({ status: 'cancelled', cancellation: { reason: 'gone' } });
    }
    expect(other?.status).toBe('open');
    await other?.cancel();
  });
});
