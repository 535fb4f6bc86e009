// What a step's clock shows in further attempts: what it showed before, as far as anything came of it.
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { createTestRunner, eventsOf, logged, runToEnd, startRun, useRunner } from '../harness.ts';

const runner = useRunner({ retry: { firstDelayMs: 5_000 } });

describe('the time that a step makes something of', () => {
  it('is the same in each attempt, so that nothing is done twice', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `await api.runStore.push('times', Date.now());
        await new Promise((resolve) => setTimeout(resolve, 5));
        await api.runStore.get('times');
        await api.runStore.push('times', Date.now() + Math.random());
        if (api.attempt < 3) throw new Error('not yet');
        await api.runStore.push('times', Date.now());`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 2 } });
    expect(outcome.store['times']).toHaveLength(3);
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('is the same right behind a sleep, and when a timer that nobody awaits has moved it', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `setTimeout(() => {}, 3);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await api.runStore.push('times', Date.now());
        if (api.attempt < 3) throw new Error('not yet');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 2 } });
    expect(outcome.store['times']).toHaveLength(1);
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('goes on for an attempt before which nothing was done', async () => {
    const { outcome: now } = await runToEnd(runner(), { start: 'return Date.now();' });
    const { outcome, events } = await runToEnd(
      runner(),
      {
        start: `const seen = await api.runStore.get('k');
        if (Date.now() < data.until) throw new Error('too early');
        return seen;`,
      },
      { data: { until: Number(now.output) + 2_000 } },
    );
    expect(outcome).toMatchObject({ status: 'completed', output: null });
    expect(eventsOf(events, 'step_retried')).toHaveLength(1);
  });
});

describe('when the time of the machine is set', () => {
  let shiftMs = 0;
  const clock = (): Clock =>
    systemClock({ machineTime: () => Date.now() + shiftMs, monotonicTime: () => performance.now() });
  afterEach(() => {
    shiftMs = 0;
  });

  it('back, an open run goes on at its own time, and a new one begins at the right one', async () => {
    const set = await createTestRunner({ clock: clock() });
    const run = await startRun(set, {
      start: `await api.runStore.push('times', Date.now());
        api.log('waits');
        await new Promise((resolve) => setTimeout(resolve, 20));
        await api.scheduleNextStep({ action: 'later', delay: 1 });`,
      later: "await api.runStore.push('times', Date.now());",
    });
    await logged(run, 'waits');
    shiftMs = -86_400_000;
    const [before, after] = (await run.result()).store['times'] as [number, number];
    expect(after).toBeGreaterThanOrEqual(before + 1_000);
    const { outcome } = await runToEnd(set, { start: 'return Date.now();' });
    expect(outcome.output).toBeLessThan(before - 86_000_000);
    expect(set.tenant('acme')?.cpu.windowEndsAt).toBeLessThan(before - 86_000_000);
  });

  it('forward, or it was suspended, what is due is due, and no step has taken that time', async () => {
    const set = await createTestRunner({ clock: clock(), limits: { stepWallMs: 20_000, stepCpuMs: 5_000 } });
    const run = await startRun(set, {
      start: `await api.scheduleNextStep({ action: 'later', delay: '7 hours' });
        api.log('waits');
        await new Promise((resolve) => setTimeout(resolve, 3_600_000));
        return 'ended';`,
      later: 'api.log(api.attempt);',
    });
    await logged(run, 'waits');
    shiftMs = 8 * 3_600_000;
    await runToEnd(set, { start: '' }); // Looks at the clock.
    expect(await run.result()).toMatchObject({ output: 'ended', usage: { attempts: 2 } });
  });
});
