// How a runner ends. That it leaves no thread and no port behind is looked at after every test that made a runner.
import { describe, expect, it } from 'vitest';
import type { Run, Runner } from '../src/index.ts';
import { allEvents, createTestRunner, listed, logged, startRun } from './harness.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

const waits = {
  start: `await api.scheduleNextStep({ action: 'next', delay: '1 sec' });
    await new Promise((resolve) => { setTimeout(resolve, 1_000); api.log('waits'); });
    await api.runStore.set('after', true);`,
  next: "await api.runStore.set('next', true);",
};
const alone = {
  start: "await new Promise((resolve) => { setTimeout(resolve, 1_000); api.log('waits'); }); return 'ended';",
};

async function waitingRun(source: Record<string, string>): Promise<{ runner: Runner; run: Run; clock: ManualClock }> {
  const clock = manualClock();
  const runner = await createTestRunner({ clock });
  const run = await startRun(runner, source);
  await logged(run, 'waits');
  return { runner, run, clock };
}

const closed = { name: 'StepwellError', code: 'RUNNER_CLOSED' };

describe('close', () => {
  it('may be called twice, and at once', async () => {
    const runner = await createTestRunner();
    await Promise.all([runner.close(), runner.close(), runner.close({ drain: true })]);
    await runner.close();
  });

  it('ends a runner that has never run anything', async () => {
    await (await createTestRunner({ workers: 4 })).close();
  });

  it('during a run ends its readers and rejects its result', async () => {
    const { runner, run } = await waitingRun(waits);
    const events = allEvents(run);
    const result = expect(run.result()).rejects.toMatchObject(closed);
    await runner.close();
    await result;
    expect((await events).every(({ type }) => type !== 'run_ended')).toBe(true);
    await expect(run.result()).rejects.toMatchObject(closed);
  });

  it('during a run whose result nobody asked for brings nobody down', async () => {
    const { runner, run } = await waitingRun(waits);
    await runner.close();
    expect(run.status).toBe('open');
  });

  it('ends runs that wait for a later day', async () => {
    const runner = await createTestRunner({ clock: manualClock() });
    const run = await startRun(runner, {
      start: "await api.scheduleNextStep({ action: 'next', delay: '400 days' });",
      next: '',
    });
    for await (const event of run.events()) if (event.type === 'step_completed') break;
    await runner.close();
    await expect(run.result()).rejects.toMatchObject(closed);
  });

  it('keeps what has ended', async () => {
    const runner = await createTestRunner();
    const run = await startRun(runner, { start: 'return 1;' });
    await run.result();
    await runner.close();
    expect((await run.result()).output).toBe(1);
    expect(await runner.get(run.id)).toBe(run);
  });

  it('right after a start ends the run before it begins', async () => {
    const runner = await createTestRunner();
    const run = await startRun(runner, { start: '' });
    await runner.close();
    await expect(run.result()).rejects.toMatchObject(closed);
  });

  it('while a step never gives its thread back comes to an end', async () => {
    const runner = await createTestRunner({ limits: { stepCpuMs: 200, turnCpuMs: 20 } });
    const run = await startRun(runner, { start: "api.log('waits'); await api.runStore.get('k'); for (;;);" });
    await logged(run, 'waits');
    await runner.close();
    await expect(run.result()).rejects.toMatchObject(closed);
  });
});

describe('close with drain', () => {
  it('lets steps that run end, and starts none', async () => {
    const { runner, run, clock } = await waitingRun(waits);
    const closing = runner.close({ drain: true });
    clock.advance(1_000);
    await closing;
    await expect(run.result()).rejects.toMatchObject(closed);
  });

  it('gives the outcome of a run that ends with them', async () => {
    const { runner, run, clock } = await waitingRun(alone);
    const closing = runner.close({ drain: true });
    clock.advance(1_000);
    await closing;
    expect(await run.result()).toMatchObject({ status: 'completed', output: 'ended' });
  });

  it('waits no longer when it is closed once more without', async () => {
    const { runner, run } = await waitingRun(alone);
    const closing = runner.close({ drain: true });
    await runner.close();
    await closing;
    await expect(run.result()).rejects.toMatchObject(closed);
  });

  it('does not wait when nothing runs', async () => {
    const runner = await createTestRunner();
    await runner.close({ drain: true });
  });
});

describe('start', () => {
  it('after close rejects with RUNNER_CLOSED', async () => {
    const runner = await createTestRunner();
    await runner.close();
    await expect(startRun(runner, { start: '' })).rejects.toMatchObject(closed);
  });

  it('while closing, before and during the check, rejects with RUNNER_CLOSED', async () => {
    const runner = await createTestRunner();
    const checked = expect(startRun(runner, { start: '' })).rejects.toMatchObject(closed);
    const closing = runner.close();
    await expect(startRun(runner, { start: '' })).rejects.toMatchObject(closed);
    await closing;
    await checked;
    expect(await listed(runner)).toEqual([]);
  });
});
