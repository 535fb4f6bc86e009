// What a run may make the main thread keep, in bytes.
import { describe, expect, it } from 'vitest';
import { createTestRunner, listed, runToEnd, startRun, useRunner } from '../harness.ts';

const KiB = 1_024;
const runner = useRunner({ limits: { opBytesPerStep: 100 * KiB, armedBytesPerRun: 100 * KiB } });

describe('opBytesPerStep', () => {
  it('bounds what the journal of a step holds', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `for (let i = 0; i < 1000; i++) await api.runStore.set('k', i + 'x'.repeat(${10 * KiB}));`,
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'OP_BYTES_EXCEEDED', attempt: 1 } });
    expect(outcome.usage.ops).toBe(10);
  });
});

describe('the bytes of a journal', () => {
  it('are given back when an attempt forgets what it had read, or goes another way', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `for (let i = 0; i < 7; i++) await api.runStore.set('k' + api.attempt, i + 'x'.repeat(${10 * KiB}));
        if (api.attempt < 3) throw new Error('again');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 2 } });
  });
});

describe('opBytesPerRun', () => {
  it('bounds what the journals of all unfinished steps of a run hold, and is given back as they end', async () => {
    const small = await createTestRunner({ limits: { opBytesPerStep: 100 * KiB, opBytesPerRun: 50 * KiB } });
    const fill = `for (let i = 0; i < 3; i++) await api.runStore.set('k', i + 'x'.repeat(${10 * KiB}));`;
    const { outcome } = await runToEnd(small, {
      start: `for (let i = 0; i < 10; i++) await api.scheduleNextStep({ action: 'fill', delay: i + 1 });`,
      fill,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { completed: 11, retried: 0 } });
    const { outcome: over } = await runToEnd(small, { start: `${fill} ${fill}` });
    expect(over).toMatchObject({ status: 'failed', error: { code: 'OP_BYTES_EXCEEDED' } });
  });
});

describe('armedBytesPerRun', () => {
  const fill = `let armed = 0;
    try {
      for (;;) { await api.scheduleNextStep({ action: 'work', payload: 'x'.repeat(${10 * KiB}) }); armed++; }
    } catch (error) { return [armed, error.code]; }`;

  it('bounds the payloads of branches that have not ended', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `${fill.replace("action: 'work'", "action: 'work', delay: 60")}`,
      work: 'await api.runStore.increment("done");',
    });
    expect(outcome).toMatchObject({ status: 'completed', output: [9, 'ARMED_BYTES_EXCEEDED'], store: { done: 9 } });
  });

  it('is given back as branches end', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `await api.scheduleNextStep({ action: 'link', payload: { left: 30, text: 'x'.repeat(${60 * KiB}) } });`,
      link: `await api.runStore.increment('links');
        if (data.left > 0) await api.scheduleNextStep({ action: 'gap', delay: 1, payload: data.left - 1 });`,
      gap: `await api.scheduleNextStep({ action: 'link', payload: { left: data, text: 'x'.repeat(${60 * KiB}) } });`,
    });
    expect(outcome).toMatchObject({ status: 'completed', store: { links: 31 } });
  });
});

describe('runsEndedBytesKept', () => {
  it('forgets the oldest runs that have ended, and never one that is open', async () => {
    const small = await createTestRunner({ limits: { runsEndedBytesKept: 50 * KiB } });
    const open = await startRun(small, { start: 'await new Promise((resolve) => setTimeout(resolve, 60_000));' });
    for (let i = 0; i < 5; i++) {
      await runToEnd(small, { start: `await api.runStore.set('k', 'x'.repeat(${20 * KiB}));` }, { runId: `run ${i}` });
    }
    expect(await listed(small)).toEqual(['run 4', 'run 3', open.id]);
  });

  it('does not take a result from who holds the run', async () => {
    const small = await createTestRunner({ limits: { runsEndedBytesKept: 1 } });
    const { run } = await runToEnd(small, { start: 'return "kept";' });
    expect(await small.get(run.id)).toBeUndefined();
    expect(await run.result()).toMatchObject({ status: 'completed', output: 'kept' });
  });
});
