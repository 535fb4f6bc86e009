// What is counted, and against whom.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ limits: { stepCpuMs: 200, opsPerStep: 50, opsInFlightPerStep: 50 } });

describe('a turn that costs its cell', () => {
  it('is charged to the step that it was for', async () => {
    const { outcome } = await runToEnd(runner(), { start: 'for (;;);' });
    expect(outcome.error?.code).toBe('STEP_CPU_EXCEEDED');
    // The machine may keep the step from running for part of its time, but not for most of it.
    expect(outcome.usage.cpuMs).toBeGreaterThan(100);
  });

  it('is not held against steps that it was not for, however often', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `await api.scheduleNextStep({ action: 'patient' });
        for (let i = 0; i < 12; i++) await api.scheduleNextStep({ action: 'greedy' });`,
      // It has ops for 24 looks, each later than the one before: 15 s on a machine that is busy.
      patient: `for (let i = 1; i <= 24; i++) {
          await new Promise((resolve) => setTimeout(resolve, 50 * i));
          if ((await api.runStore.get('ended')) === 12) break;
        }
        await api.runStore.set('patient', 'done');`,
      greedy: `await new Promise((resolve) => setTimeout(resolve, 5));
        try { await api.runStore.increment('ended'); } finally { for (;;); }`,
    });
    expect(outcome.store).toMatchObject({ patient: 'done', ended: 12 });
    expect(eventsOf(events, 'step_failed').map(({ action }) => action)).toEqual(Array(12).fill('greedy'));
  });
});

describe('ops beyond their bound', () => {
  it('are refused each time, sleeps too, and leave nothing behind', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `const codes = new Set();
        for (let i = 0; i < 49; i++) await api.runStore.increment('n');
        await new Promise((resolve) => setTimeout(resolve, 1));
        for (let i = 0; i < 30; i++) await api.runStore.increment('n').catch((error) => codes.add(error.code));
        return [...codes];`,
    });
    expect(outcome).toMatchObject({ status: 'completed', output: ['OPS_EXCEEDED'], store: { n: 49 } });
  });

  it('make a timer throw', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `for (let i = 0; i < 50; i++) await api.runStore.increment('n');
        await new Promise((resolve) => setTimeout(resolve, 1));`,
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_REJECTION_UNHANDLED' }, store: { n: 50 } });
  });
});

describe('the words of a rejection that nobody handled', () => {
  it.each([
    'Script execution timed out.',
    'out of memory',
    'Isolate was disposed during execution due to memory limit',
  ])('do not decide what the step is blamed for: %s', async (words) => {
    const { outcome } = await runToEnd(runner(), {
      start: `const p = Promise.reject(new Error(${JSON.stringify(words)}));
        await api.runStore.get('k'); return String(p);`,
    });
    expect(outcome.error).toMatchObject({ code: 'STEP_REJECTION_UNHANDLED', message: expect.stringContaining(words) });
  });
});
