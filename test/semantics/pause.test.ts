// A run, or a tenant, that is paused starts nothing more; what runs goes on to its end, and nothing is lost.
import { describe, expect, it } from 'vitest';
import { type Runner, skippingClock } from '../../src/index.ts';
import { createTestRunner, eventOf, logged, runToEnd, startRun, useRunner } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const runner = useRunner();

/** A step that runs until the clock moves by a second, and three branches that are due meanwhile. */
const work = {
  start: `for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'next', delay: 0.1 + 0.1 * i });
    console.info('armed');
    await new Promise((next) => setTimeout(next, 1_000));
    return 'started';`,
  next: "await api.runStore.increment('done');",
  onWorkflowComplete: "await api.runStore.set('complete', true);",
};

/** Lets the runner do all that it has to do: another tenant's run comes and goes. */
async function others(on: Runner): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const { outcome } = await runToEnd(on, { start: "await api.runStore.set('k', 1); return 1;" }, { tenant: 'other' });
    expect(outcome.output).toBe(1);
  }
}

describe('a run that is paused', () => {
  it('starts no further step, finishes those that run, and goes on when it is resumed', async () => {
    const clock = manualClock();
    const own = await createTestRunner({ clock });
    const run = await startRun(own, work);
    await logged(run, 'armed');
    run.pause();
    expect([run.isPaused, run.status]).toEqual([true, 'open']);
    clock.advance(2_000);
    await eventOf(run, ({ type }) => type === 'step_completed');
    await others(own);
    expect(await run.store.get('done')).toBeNull();
    expect(own.tenant('acme')).toMatchObject({ stepsActive: 0, stepsWaiting: 3, branchesOpen: 3 });
    run.resume();
    expect(run.isPaused).toBe(false);
    expect(await run.result()).toMatchObject({
      status: 'completed',
      output: 'started',
      store: { done: 3, complete: true },
    });
  });

  it('before its first step waits with that, too', async () => {
    const run = await startRun(runner(), work);
    run.pause();
    await others(runner());
    expect(runner().tenant('acme')).toMatchObject({ stepsActive: 0, stepsWaiting: 1 });
    run.resume();
    expect((await run.result()).status).toBe('completed');
  });

  it('tells of it, once each', async () => {
    const run = await startRun(runner(), work);
    const listening = Array.fromAsync(run.events());
    for (const change of ['pause', 'pause', 'resume', 'resume', 'pause', 'resume'] as const) run[change]();
    const types = (await listening).map(({ type }) => type).filter((type) => /paused|resumed/.test(type));
    expect(types).toEqual(['run_paused', 'run_resumed', 'run_paused', 'run_resumed']);
  });

  it('does not hold up other runs of its tenant', async () => {
    const run = await startRun(runner(), work);
    run.pause();
    expect((await runToEnd(runner(), work)).outcome.status).toBe('completed');
    expect(run.status).toBe('open');
    await run.cancel();
  });

  it('does not begin another attempt, nor its hook', async () => {
    const clock = manualClock();
    const own = await createTestRunner({ clock, retry: { maxAttempts: 2, firstDelayMs: 1 } });
    const run = await startRun(own, {
      start: "console.info('attempt', api.attempt); if (api.attempt === 1) throw new Error('again');",
      onWorkflowComplete: "api.log('hook');",
    });
    for await (const event of run.events()) {
      if (event.type !== 'step_retried') continue;
      run.pause();
      break;
    }
    clock.advance(1_000);
    await others(own);
    expect(run.logs().map(({ text }) => text)).toEqual(['attempt 1']);
    run.resume();
    await run.result();
    expect(run.logs().map(({ text }) => text)).toEqual(['attempt 1', 'attempt 2', 'hook']);
  });

  it('can be cancelled, and leaves nothing waiting', async () => {
    const run = await startRun(runner(), work);
    run.pause();
    await others(runner());
    expect(await run.cancel('enough')).toMatchObject({ status: 'cancelled', cancellation: { reason: 'enough' } });
    expect(runner().tenant('acme')).toMatchObject({ runsOpen: 0, branchesOpen: 0, stepsWaiting: 0 });
    run.resume();
    run.pause();
    expect([run.isPaused, run.status]).toEqual([true, 'cancelled']);
  });

  it('that has ended stays as it is', async () => {
    const { run } = await runToEnd(runner(), work);
    run.pause();
    expect([run.isPaused, run.status]).toEqual([false, 'completed']);
  });

  it('lets time go on: a clock that skips does not wait for it', async () => {
    const own = await createTestRunner({ clock: skippingClock() });
    const paused = await startRun(own, work);
    paused.pause();
    const { outcome } = await runToEnd(own, {
      start: "await api.scheduleNextStep({ action: 'later', delay: '400 days' });",
      later: '',
    });
    expect(outcome.status).toBe('completed');
    paused.resume();
    expect((await paused.result()).status).toBe('completed');
  });
});

describe('a tenant that is paused', () => {
  it('starts no step of any run, also of those opened later, until it is resumed', async () => {
    const clock = manualClock();
    const own = await createTestRunner({ clock });
    const first = await startRun(own, work);
    await logged(first, 'armed');
    own.pauseTenant('acme');
    const second = await startRun(own, work);
    clock.advance(2_000);
    await eventOf(first, ({ type }) => type === 'step_completed');
    await others(own);
    expect(own.tenant('acme')).toMatchObject({
      runsOpen: 2,
      stepsActive: 0,
      stepsWaiting: 4,
      waitsFor: 'resume',
      resumesAt: null,
    });
    own.resumeTenant('acme');
    expect(own.tenant('acme')).toMatchObject({ waitsFor: 'nothing' });
    await logged(second, 'armed');
    clock.advance(2_000);
    for (const run of [first, second]) expect(await run.result()).toMatchObject({ store: { done: 3 } });
  });

  it('before its first run is remembered', async () => {
    runner().pauseTenant('new');
    const run = await startRun(runner(), work, { tenant: 'new' });
    await others(runner());
    expect(runner().tenant('new')).toMatchObject({ stepsWaiting: 1, waitsFor: 'resume' });
    runner().resumeTenant('new');
    expect((await run.result()).status).toBe('completed');
  });

  it('can be cancelled, and leaves nothing waiting', async () => {
    runner().pauseTenant('gone');
    const runs = await Promise.all([1, 2, 3].map(() => startRun(runner(), work, { tenant: 'gone' })));
    await others(runner());
    expect(runner().cancelTenant('gone')).toBe(3);
    for (const run of runs) expect((await run.result()).status).toBe('cancelled');
    expect(runner().tenant('gone')).toMatchObject({ runsOpen: 0, branchesOpen: 0, stepsWaiting: 0 });
    runner().resumeTenant('gone');
  });

  it('is asked for by a name that can be one', () => {
    expect(() => runner().pauseTenant('')).toThrowError(expect.objectContaining({ code: 'RUN_OPTION_INVALID' }));
    expect(runner().tenant('nobody')).toBeUndefined();
    runner().resumeTenant('nobody');
    expect(runner().tenant('nobody')).toBeUndefined();
  });
});

it('pausing and resuming at any moment loses no step and runs none twice', async () => {
  const source = {
    start: "for (let i = 0; i < 200; i++) await api.scheduleNextStep({ action: 'next', payload: i });",
    next: "await api.runStore.push('seen', data); await api.runStore.increment('count');",
  };
  const runs = await Promise.all([1, 2, 3].map(() => startRun(runner(), source, { tenant: 'busy' })));
  let isOver = false;
  const results = Promise.all(runs.map((run) => run.result())).finally(() => {
    isOver = true;
  });
  for (let i = 0; !isOver; i++) {
    const run = runs[i % 3];
    if (i % 5 === 0) runner().pauseTenant('busy');
    run?.pause();
    await new Promise((resolve) => setImmediate(resolve));
    run?.resume();
    if (i % 5 === 2) runner().resumeTenant('busy');
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { store, steps } of await results) {
    expect(store['count']).toBe(200);
    expect(new Set(store['seen'] as number[]).size).toBe(200);
    expect(steps).toMatchObject({ armed: 201, completed: 201 });
  }
  runner().resumeTenant('busy');
});
