// How a run ends: once, with at most one hook, when nothing of it is open.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, textsOf, useRunner } from '../harness.ts';

const runner = useRunner();

/** Throws for good at the first attempt. */
const fail = (message: string): string => `throw Object.assign(new Error('${message}'), { retryable: false });`;
const hooks = {
  onWorkflowComplete: "api.log('complete');",
  onWorkflowError: "api.log('error', err.message);",
};

describe('a run', () => {
  it('ends when its last branch has ended, and not before', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: "for (const delay of [3, 1, 2]) await api.scheduleNextStep({ action: 'next', delay });",
      next: "await api.scheduleNextStep({ action: 'last', delay: 10 });",
      last: '',
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { armed: 7, completed: 7, failed: 0 } });
    expect(events.at(-1)).toMatchObject({ type: 'run_ended', status: 'completed', steps: outcome.steps });
    expect(eventsOf(events, 'run_ended')).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'run_started', tenant: 'acme' });
  });

  it('without hooks completes and fails all the same', async () => {
    expect((await runToEnd(runner(), { start: '' })).outcome.status).toBe('completed');
    expect((await runToEnd(runner(), { start: fail('no') })).outcome.status).toBe('failed');
  });
});

describe('onWorkflowComplete(api)', () => {
  it('is called once, when all branches have ended, and its api logs and stores', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start: "for (let n = 0; n < 20; n++) await api.scheduleNextStep({ action: 'next', delay: n % 3 });",
      next: "await api.runStore.increment('ended');",
      onWorkflowComplete:
        "api.log(arguments.length, await api.runStore.get('ended')); await api.runStore.increment('hooks');",
    });
    expect(textsOf(logs)).toEqual(['1 20']);
    expect(outcome.store).toEqual({ ended: 20, hooks: 1 });
  });

  it('is no step: it is not counted', async () => {
    const { outcome } = await runToEnd(runner(), { start: '', ...hooks });
    expect(outcome.steps).toEqual({ armed: 1, completed: 1, failed: 0, retried: 0 });
  });

  it('is not called when a step has failed', async () => {
    const { logs } = await runToEnd(runner(), { start: fail('no'), ...hooks });
    expect(textsOf(logs)).toEqual(['error no']);
  });

  it('does not change the output by what it returns', async () => {
    const { outcome } = await runToEnd(runner(), { start: 'return 1;', onWorkflowComplete: 'return 2;' });
    expect(outcome.output).toBe(1);
  });
});

describe('a failed step', () => {
  it('fails its run, and onWorkflowError(err, api) is called with what it threw', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start: "throw Object.assign(new TypeError('no'), { code: 'E_MINE', retryable: false });",
      onWorkflowError:
        'api.log(arguments.length, err instanceof Error, err.name, err.message, err.code, typeof err.stack);',
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.error).toMatchObject({
      ...{ code: 'STEP_THREW', name: 'TypeError', message: 'no', thrownCode: 'E_MINE' },
      ...{ step: 'step_1', action: 'start', attempt: 1 },
    });
    expect(textsOf(logs)).toEqual(['2 true TypeError no E_MINE string']);
  });

  it('calls onWorkflowError at most once, for the first, however many fail', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start: "for (const n of [3, 1, 2]) await api.scheduleNextStep({ action: 'next', delay: n, payload: n });",
      next: "throw Object.assign(new Error('branch ' + data), { retryable: false });",
      ...hooks,
    });
    expect(textsOf(logs)).toEqual(['error branch 1']);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: 'branch 1' },
      steps: { completed: 1, failed: 3 },
    });
  });

  it('lets branches that are armed or running finish', async () => {
    const { outcome, logs, events } = await runToEnd(runner(), {
      start: `await api.scheduleNextStep({ action: 'slow', delay: '3 days' });
        await api.scheduleNextStep({ action: 'bad', delay: 1 });`,
      slow: "await api.runStore.set('slow', 1); await api.scheduleNextStep({ action: 'slower', delay: 1 });",
      slower: "await api.runStore.set('slower', 1);",
      bad: fail('bad'),
      ...hooks,
    });
    expect(outcome).toMatchObject({ status: 'failed', store: { slow: 1, slower: 1 } });
    expect(outcome.steps).toEqual({ armed: 4, completed: 3, failed: 1, retried: 0 });
    expect(textsOf(logs)).toEqual(['error bad']);
    expect(events.at(-1)).toMatchObject({ type: 'run_ended', status: 'failed' });
  });

  it.each([
    ['a string', "'text'", { name: 'Error', message: 'text' }],
    ['null', 'null', { name: 'Error', message: 'null' }],
    ['nothing', 'undefined', { name: 'Error', message: 'undefined' }],
    ['an object without a prototype', 'Object.create(null)', { name: 'Error', message: '' }],
    ['an object whose getters throw', '{ get message() { throw 1; }, get retryable() { throw 1; } }', { message: '' }],
    ['a proxy that throws', 'new Proxy({}, { get() { throw 1; } })', { name: 'Error', message: '' }],
    [
      'an error with odd fields',
      'Object.assign(new Error(), { name: 1, message: {}, code: 2 })',
      { name: 'Error', thrownCode: '2' },
    ],
  ])('may have thrown %s', async (_, thrown, error) => {
    const { outcome } = await runToEnd(runner(), { start: `throw ${thrown};`, ...hooks });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_THREW', ...error } });
  });

  it('names lines of its own source in its stack, and no others', async () => {
    const { outcome } = await runToEnd(
      runner(),
      'class Workflow {\n  start() {\n    inner();\n  }\n}\nfunction inner() {\n  throw new Error("deep");\n}',
    );
    const stack = outcome.error?.stack.split('\n') ?? [];
    expect(stack[0]).toMatch(/inner.*workflow\.js:7:/);
    expect(stack[1]).toMatch(/workflow\.js:3:/);
    expect(stack.every((line) => line.includes('workflow.js:'))).toBe(true);
  });
});

describe('a step that schedules and then throws', () => {
  const source = {
    start: `await api.scheduleNextStep({ action: 'next', delay: '1 day' }); ${fail('after all')}`,
    next: "await api.runStore.set('next', true);",
    ...hooks,
  };

  it('is counted as failed, but its run goes on and completes: onWorkflowError is not called', async () => {
    const { outcome, logs } = await runToEnd(runner(), source);
    expect(outcome).toMatchObject({ status: 'completed', store: { next: true } });
    expect(outcome.steps).toEqual({ armed: 2, completed: 1, failed: 1, retried: 0 });
    expect(outcome.error).toBeUndefined();
    expect(textsOf(logs)).toEqual(['complete']);
  });

  it('leaves the end to its branches: if one fails, so does the run', async () => {
    const { outcome, logs } = await runToEnd(runner(), { ...source, next: fail('branch') });
    expect(outcome).toMatchObject({ status: 'failed', error: { message: 'branch' }, steps: { failed: 2 } });
    expect(textsOf(logs)).toEqual(['error branch']);
  });

  it('has handed nothing on if its call was refused', async () => {
    const start = `await api.scheduleNextStep({ action: 'n' + 'ope' }).catch(() => {}); ${fail('after all')}`;
    const { outcome, logs } = await runToEnd(runner(), { ...source, start });
    expect(outcome.status).toBe('failed');
    expect(textsOf(logs)).toEqual(['error after all']);
  });
});

describe('a hook', () => {
  it.each([
    ['onWorkflowComplete', '', 'completed'],
    ['onWorkflowError', fail('no'), 'failed'],
  ])('%s that throws is caught and logged, and the status is unaffected', async (hook, start, status) => {
    const { outcome, logs } = await runToEnd(runner(), {
      start,
      [hook]: "api.log('in'); throw new Error('hook broke');",
    });
    expect(outcome.status).toBe(status);
    expect(logs).toMatchObject([{ text: 'in' }, { level: 'error', action: hook }]);
    expect(logs[1]?.text).toContain('hook broke');
    expect(outcome.error?.message).toBe(status === 'failed' ? 'no' : undefined);
  });

  it.each([
    ['onWorkflowComplete', ''],
    ['onWorkflowError', fail('no')],
  ])('%s cannot schedule: that throws; the store, logs and time work', async (hook, start) => {
    const body = `const code = await api.scheduleNextStep({ action: 'next' }).catch((e) => e.code);
      await api.runStore.set('hook', [code, typeof Date.now(), Date.now() > 0]);
      await new Promise((resolve) => setTimeout(resolve, 1));
      api.log('worked');`;
    const { outcome, logs } = await runToEnd(runner(), { start, next: '', [hook]: body });
    expect(outcome.store).toEqual({ hook: ['HOOK_CANNOT_SCHEDULE', 'number', true] });
    expect(textsOf(logs)).toEqual(['worked']);
    expect(outcome.steps.armed).toBe(1);
  });
});
