// Steps that schedule several others: branches, how deep they lie, and what a step that does not await leaves behind.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, textsOf, useRunner } from '../harness.ts';

const runner = useRunner({
  tenants: (tenant) =>
    tenant === 'shallow' ? { limits: { chainDepth: 1 } } : tenant === 'deep' ? { limits: { chainDepth: 50 } } : {},
});

const fanOut = "for (let n = 0; n < 100; n++) await api.scheduleNextStep({ action: 'next', payload: { n } });";

describe('several calls in one step', () => {
  it('are branches of their own, each with its payload', async () => {
    const { outcome } = await runToEnd(runner(), { start: fanOut, next: "await api.runStore.push('ns', data.n);" });
    expect(outcome.steps).toEqual({ armed: 101, completed: 101, failed: 0, retried: 0 });
    expect(outcome.store['ns']).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('are all over before the run is', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start: "for (const delay of ['1 day', 0, '2 days']) await api.scheduleNextStep({ action: 'next', delay });",
      next: "await api.runStore.increment('ended');",
      onWorkflowComplete: "api.log('ended', await api.runStore.get('ended'));",
    });
    expect(textsOf(logs)).toEqual(['ended 3']);
    expect(outcome.usage.wallMs).toBeGreaterThanOrEqual(2 * 86_400_000);
  });

  it('that are due at the same time start in the order of the calls', async () => {
    const start = `for (const n of [3, 1, 2]) await api.scheduleNextStep({ action: 'next', delay: 5 - 2 * (n % 2), payload: n });`;
    const { outcome } = await runToEnd(runner(), { start, next: "await api.runStore.push('order', data);" });
    expect(outcome.store).toEqual({ order: [3, 1, 2] });
  });
});

describe('depth', () => {
  it('of a fan-out of 100 branches from start is 1, not 100', async () => {
    const { outcome } = await runToEnd(runner(), { start: fanOut, next: '' }, { tenant: 'shallow' });
    expect(outcome).toMatchObject({ status: 'completed', steps: { armed: 101 } });
  });

  it('grows by one with each schedule, and throws over chainDepth', async () => {
    const next = `const code = await api.scheduleNextStep({ action: 'next', payload: data + 1 }).catch((e) => e.code);
      if (code) await api.runStore.set('refused', { code, depth: data });`;
    const start = "await api.scheduleNextStep({ action: 'next', payload: 1 });";
    const { outcome } = await runToEnd(runner(), { start, next }, { tenant: 'deep' });
    expect(outcome.store).toEqual({ refused: { code: 'CHAIN_DEPTH_EXCEEDED', depth: 50 } });
    expect(outcome).toMatchObject({ status: 'completed', steps: { armed: 51 } });
  });

  it('is that of the branch, whatever its siblings did', async () => {
    const start = "await api.scheduleNextStep({ action: 'next' }); await api.scheduleNextStep({ action: 'next' });";
    const next = "await api.scheduleNextStep({ action: 'leaf' }).catch((e) => api.runStore.push('codes', e.code));";
    const { outcome } = await runToEnd(runner(), { start, next, leaf: '' }, { tenant: 'shallow' });
    expect(outcome.store).toEqual({ codes: ['CHAIN_DEPTH_EXCEEDED', 'CHAIN_DEPTH_EXCEEDED'] });
  });
});

describe('a call', () => {
  it('takes effect when it is made, not when its step ends', async () => {
    // The step ends only once the branch that it scheduled has run.
    const start = `await api.scheduleNextStep({ action: 'next' });
      while (!(await api.runStore.get('seen')));
      return 'after its branch';`;
    const { outcome, events } = await runToEnd(runner(), { start, next: "await api.runStore.set('seen', true);" });
    expect(outcome.output).toBe('after its branch');
    expect(eventsOf(events, 'step_completed').map(({ action }) => action)).toEqual(['next', 'start']);
  });

  it('resolves, with nothing, when the branch is armed', async () => {
    const start = "api.log('armed', await api.scheduleNextStep({ action: 'next', delay: '1 hr' }));";
    const { events, logs } = await runToEnd(runner(), { start, next: '' });
    const types = events.filter(({ type }) => type === 'step_armed' || type === 'step_log').map(({ type }) => type);
    expect(types).toEqual(['step_armed', 'step_armed', 'step_log']);
    expect(textsOf(logs)).toEqual(['armed undefined']);
  });
});

describe('calls that are not awaited', () => {
  it('still count', async () => {
    const { outcome } = await runToEnd(runner(), {
      start:
        "for (let n = 0; n < 50; n++) { api.scheduleNextStep({ action: 'next' }); api.runStore.increment('calls'); } return 'out';",
      next: "api.runStore.increment('calls'); api.runStore.push('list', 1);",
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 'out', steps: { armed: 51, completed: 51 } });
    expect(outcome.store['calls']).toBe(100);
    expect(outcome.store['list']).toHaveLength(50);
  });

  it('still count when the step throws in the end', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "api.runStore.set('kept', 1); const e = new Error('no'); e.retryable = false; throw e;",
    });
    expect(outcome).toMatchObject({ status: 'failed', store: { kept: 1 } });
  });

  it('are waited for, and so is what their replies lead to', async () => {
    const start = `api.runStore.set('first', 1)
        .then(() => api.runStore.get('first'))
        .then((value) => api.runStore.set('second', value + 1))
        .then(() => api.scheduleNextStep({ action: 'next' }));`;
    const { outcome } = await runToEnd(runner(), { start, next: "api.runStore.set('third', 3);" });
    expect(outcome).toMatchObject({ status: 'completed', store: { first: 1, second: 2, third: 3 } });
  });

  it('and are refused fail the step, for nobody caught it', async () => {
    // Held, since a rejected promise that the garbage collector takes is one that nobody hears of.
    const start =
      "const refused = api.scheduleNextStep({ action: 'n' + 'ope' }); await api.runStore.get('k'); return refused;";
    const { outcome } = await runToEnd(runner(), { start });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_REJECTION_UNHANDLED' } });
  });
});
