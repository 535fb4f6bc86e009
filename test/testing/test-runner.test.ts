// `stepwell/testing`: time stands still until the test moves it, and everything else is as in production.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type RunnerOptions, sqliteStore } from '../../src/index.ts';
import { createTestRunner, type TestRunner, type TestRunnerOptions } from '../../src/testing.ts';
import { eventOf, workflowOf } from '../harness.ts';

const day = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'stepwell-testing-'));
const opened: TestRunner[] = [];

async function testRunner(options?: TestRunnerOptions): Promise<TestRunner> {
  const runner = await createTestRunner(options);
  opened.push(runner);
  return runner;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((runner) => runner.close()));
});

afterAll(() => rmSync(folder, { recursive: true }));

const reminders = workflowOf({
  start:
    "await api.scheduleNextStep({ action: 'remind', delay: '3 days', payload: { left: data.left } }); return Date.now();",
  remind: `api.log(Date.now()); await api.runStore.increment('reminders');
    if (data.left > 1) await api.scheduleNextStep({ action: 'remind', delay: '400 days', payload: { left: data.left - 1 } });`,
  onWorkflowComplete: "await api.runStore.set('endedAt', Date.now());",
});

describe('fake timers, installed when this package has been loaded', () => {
  afterEach(() => void vi.useRealTimers());

  it.each(['thread', 'process'] as const)('hold up no test runner with containment %s', async (containment) => {
    vi.useFakeTimers();
    const test = await testRunner({ containment, retry: { firstDelayMs: 5_000 } });
    const run = await test.start({
      workflow: workflowOf({
        start: `await new Promise((resolve) => setTimeout(resolve, 1_000));
          await api.scheduleNextStep({ action: 'remind', delay: '3 days' });
          if (api.attempt === 1) throw new Error('once more');`,
        remind: "await api.runStore.increment('n');",
      }),
    });
    const { outcome } = await test.runToEnd(run);
    expect(outcome).toMatchObject({ status: 'completed', store: { n: 1 }, steps: { retried: 1 } });
    await Promise.all(opened.splice(0).map((runner) => runner.close()));
  });
});

describe('a test runner', () => {
  it('moves time only as far as it is told', async () => {
    const test = await testRunner({ startAt: 1_000_000_000_000 });
    const run = await test.start({ workflow: reminders, data: { left: 2 } });
    expect(run.completed('start')).toBe(1);
    await test.advance('2 days');
    expect(run.completed('remind')).toBe(0);
    expect(test.now()).toBe(1_000_000_000_000 + 2 * day);
    await test.advance(86_399.999);
    expect(run.completed('remind')).toBe(0);
    await test.advance(0.001);
    expect(run.completed('remind')).toBe(1);
    expect(await run.run.store.get('reminders')).toBe(1);
    expect(run.run.logs().map(({ text }) => Number(text))).toEqual([1_000_000_000_000 + 3 * day]);
  });

  it('ends a chain of years at once, each step at its own time', async () => {
    const test = await testRunner();
    const run = await test.start({ workflow: reminders, data: { left: 100 } });
    const { outcome, logs, completed, events } = await test.runToEnd(run);
    const startedAt = Date.UTC(2030, 0, 1);
    const times = Array.from({ length: 100 }, (_, at) => startedAt + (3 + 400 * at) * day);
    expect(outcome).toMatchObject({
      status: 'completed',
      output: startedAt,
      store: { reminders: 100, endedAt: times.at(-1) },
    });
    expect(logs.map(({ text }) => Number(text))).toEqual(times);
    expect([completed('remind'), completed('onWorkflowComplete'), completed('onWorkflowError')]).toEqual([100, 1, 0]);
    expect(events.at(-1)).toMatchObject({ type: 'run_ended', at: times.at(-1) });
  });

  it('lets timers within a step, retries and deadlines pass as time does', async () => {
    const test = await testRunner({
      limits: { stepWallMs: 60_000 },
      retry: { firstDelayMs: 300_000, longestDelayMs: 300_000 },
    });
    const workflow = workflowOf({
      start: `if (api.attempt < 3) throw new Error('not yet');
        await new Promise((resolve) => setTimeout(resolve, 50_000));
        await api.scheduleNextStep({ action: 'late' });`,
      late: 'await new Promise((resolve) => setTimeout(resolve, 70_000));',
    });
    const run = await test.start({ workflow });
    const startedAt = test.now();
    expect(run.events.at(-1)).toMatchObject({ type: 'step_retried' });
    const { outcome } = await test.runToEnd(run);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_WALL_EXCEEDED', action: 'late' },
      steps: { retried: 2 },
    });
    expect(test.now() - startedAt).toBeGreaterThan(2 * 150_000 + 50_000 + 60_000);
  });

  it.each<[string, RunnerOptions]>([
    ['in processes', { containment: 'process' }],
    ['in a file', { store: sqliteStore({ file: join(folder, 'runs.db') }) }],
  ])('does the same %s', async (_, options) => {
    const test = await testRunner(options);
    const run = await test.start({ workflow: reminders, data: { left: 3 } });
    await test.advance('3 days');
    expect(run.completed('remind')).toBe(1);
    const { outcome } = await test.runToEnd(run);
    expect(outcome.store).toMatchObject({ reminders: 3, endedAt: Date.UTC(2030, 0, 1) + 803 * day });
  });

  it('runs several runs side by side, in the order of their time', async () => {
    const test = await testRunner();
    const workflow = workflowOf({
      start: "await api.scheduleNextStep({ action: 'next', delay: data.delay });",
      next: 'api.log(data);',
    });
    const late = await test.start({ workflow, data: { delay: '2 days' } });
    const soon = await test.start({ workflow, data: { delay: '1 day' }, tenant: 'other' });
    await test.runToEnd(soon);
    expect([soon.isOver, late.isOver]).toEqual([true, false]);
    await test.advance('1 day');
    expect(late.isOver).toBe(true);
  });

  it('moves time once for each time that it is asked to, and says when it is closed meanwhile', async () => {
    const test = await testRunner();
    const startedAt = test.now();
    await Promise.all([test.advance('3 days'), test.advance('2 days')]);
    expect(test.now() - startedAt).toBe(5 * day);
    const workflow = workflowOf({
      start: "await api.scheduleNextStep({ action: 'again', delay: 1 });",
      again: "await api.scheduleNextStep({ action: 'again', delay: 1 }); api.log('again');",
    });
    const run = await test.start({ workflow });
    const advanced = expect(test.advance('300 days')).rejects.toMatchObject({ code: 'RUNNER_CLOSED' });
    await eventOf(run.run, ({ type }) => type === 'step_log');
    await test.close();
    await advanced;
    await expect(test.runToEnd(run)).rejects.toMatchObject({ code: 'RUNNER_CLOSED' });
  });

  it('says when a run will never end, and when it is asked for what it cannot do', async () => {
    const test = await testRunner();
    const run = await test.start({ workflow: reminders, data: { left: 1 } });
    run.run.pause();
    await expect(test.runToEnd(run)).rejects.toMatchObject({ code: 'RUN_NEVER_ENDS' });
    run.run.resume();
    expect((await test.runToEnd(run)).outcome.status).toBe('completed');
    // @ts-expect-error There is no such delay.
    await expect(test.advance('1 month')).rejects.toMatchObject({ code: 'DELAY_INVALID' });
    await expect(test.advance(-1)).rejects.toMatchObject({ code: 'DELAY_INVALID' });
    await expect(createTestRunner({ startAt: 0.5 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(test.start({ workflow: 'class A {}' })).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
  });
});
