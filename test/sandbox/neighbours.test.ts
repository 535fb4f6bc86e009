// Steps of one workflow share a cell. What one of them does to it is its own doing: it is named, and the others finish.
import { describe, expect, it } from 'vitest';
import type { TenantView } from '../../src/index.ts';
import { createTestRunner, eventOf, eventsOf, logged, runToEnd, startRun, useRunner, workflowOf } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { attack } from './canary.ts';

const runner = useRunner({
  limits: { stepCpuMs: 1_000, turnCpuMs: 20, cellMemoryMb: 16 },
  retry: { maxAttempts: 2, firstDelayMs: 1 },
});

// Rejected promises are held: one that the garbage collector takes before the turn ends is one that nobody hears of.

/** 51 steps in one cell, of which the one in the middle does something to it. */
function among(culprit: string, code: string) {
  return {
    code,
    source: {
      start: "for (let n = 0; n < 51; n++) api.scheduleNextStep({ action: 'work', payload: n });",
      work: `await api.runStore.increment('begun');
        await api.runStore.get('begun');
        if (data === 25) { ${culprit} }
        await api.runStore.push('ended', data);`,
    },
  };
}

describe('a step among fifty others in one cell, that', () => {
  it.each([
    [
      'rejects a promise that nobody handles',
      'STEP_REJECTION_UNHANDLED',
      "const held = Promise.reject(new Error('nobody')); await api.runStore.get('k'); return held;",
    ],
    [
      'rejects one in a timer',
      'STEP_REJECTION_UNHANDLED',
      "let held; setTimeout(() => { held = Promise.reject(new Error('nobody')); }, 1); await new Promise((r) => setTimeout(r, 50)); return held;",
    ],
    [
      'rejects one in a microtask',
      'STEP_REJECTION_UNHANDLED',
      "let held; queueMicrotask(() => { held = Promise.reject(new Error('nobody')); }); await api.runStore.get('k'); return held;",
    ],
    ['loops for ever', 'STEP_CPU_EXCEEDED', 'for (;;);'],
    [
      'fills the cell',
      'STEP_MEMORY_EXCEEDED',
      'const kept = []; for (;;) { kept.push(Array.from({ length: 1_000 }, (_, n) => ({ n }))); await 0; }',
    ],
    ['waits for what never comes', 'STEP_STALLED', 'await new Promise(() => {});'],
    ['throws', 'STEP_THREW', "throw new Error('mine');"],
  ])('%s fails with %s, is named, and the fifty finish', async (_, code, culprit) => {
    const { outcome, events } = await attack(runner(), among(culprit, code).source);
    expect(outcome).toMatchObject({ status: 'failed', error: { code, step: 'step_27', action: 'work' } });
    expect(outcome.steps).toMatchObject({ armed: 52, completed: 51, failed: 1 });
    expect(outcome.store['begun']).toBe(51);
    expect((outcome.store['ended'] as number[]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 51 }, (_, n) => n).filter((n) => n !== 25),
    );
    expect(eventsOf(events, 'step_failed')).toHaveLength(1);
  });

  it('rejects a promise is told what it rejected with', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "const held = Promise.reject(new RangeError('nobody hears')); await api.runStore.get('k'); return held;",
    });
    expect(outcome.error?.message).toContain('RangeError: nobody hears');
  });
});

describe('a step that outlives many others', () => {
  it('finishes, whatever the others of its workflow do', async () => {
    const clock = manualClock();
    const held = await createTestRunner({ clock, limits: { stepCpuMs: 50, turnCpuMs: 20 } });
    const run = await startRun(held, {
      start:
        "await api.scheduleNextStep({ action: 'innocent' }); await api.scheduleNextStep({ action: 'guilty', delay: 1, payload: 1 });",
      innocent:
        "await new Promise((resolve) => setTimeout(resolve, 50_000)); await api.runStore.set('innocent', 'ended');",
      guilty: "if (data < 12) await api.scheduleNextStep({ action: 'guilty', delay: 1, payload: data + 1 }); for (;;);",
    });
    let failures = 0;
    for await (const { type } of run.events()) {
      if (type === 'step_completed') clock.advance(1_000);
      if (type === 'step_failed') clock.advance(++failures < 12 ? 1_000 : 45_000);
    }
    expect(failures).toBe(12);
    expect(await run.result()).toMatchObject({ store: { innocent: 'ended' }, steps: { completed: 2, failed: 12 } });
  });
});

describe('steps that only sleep', () => {
  const asleep = "console.info('sleeps'); await new Promise((resolve) => setTimeout(resolve, 50_000));";

  it('leave room for a tenant that runs nothing, however many tenants have as many as they may', async () => {
    const held = await createTestRunner({
      clock: manualClock(),
      limits: { stepsActivePerWorker: 64, stepsActivePerTenant: 16 },
    });
    const fan = "for (let n = 0; n < 16; n++) await api.scheduleNextStep({ action: 'sleep' }); console.info('armed');";
    for (let n = 0; n < 6; n++) {
      const run = await startRun(held, { start: fan, sleep: asleep }, { tenant: `sleeper ${n}` });
      await logged(run, 'armed');
    }
    for (let n = 0; n < 6; n++) {
      const { outcome } = await runToEnd(held, { start: 'return 1;' }, { tenant: `innocent ${n}` });
      expect(outcome.output).toBe(1);
    }
    expect(held.stats().lanes.shared).toMatchObject({ active: 57, waiting: 6 * 16 - 57 });
  });

  it('leave cells for a tenant that runs nothing, however many workflows they are of', async () => {
    const held = await createTestRunner({ clock: manualClock(), limits: { cellsPerWorker: 16 } });
    for (let n = 0; n < 2; n++) {
      const tenant = `sleeper ${n}`;
      for (let w = 0; w < 10; w++) await startRun(held, { start: `${asleep} return ${w};` }, { tenant });
    }
    for (let n = 0; n < 6; n++) {
      const { outcome } = await runToEnd(held, { start: 'return 1;' }, { tenant: `innocent ${n}` });
      expect(outcome.output).toBe(1);
    }
  });
});

describe('a tenant that comes with one large new source after the other', () => {
  const large = (n: number): string =>
    workflowOf({ start: `return ${n};`, other: `const all = [${'[1, "x", {}], '.repeat(20_000)}]; return all;` });

  it('pays for its cells, and waits behind one that comes with its first', async () => {
    const held = await createTestRunner();
    held.pauseTenant('flood');
    const flood = await Promise.all(
      Array.from({ length: 12 }, (_, n) => startRun(held, large(n), { tenant: 'flood' })),
    );
    let started = 0;
    const heard = flood.map(async (run) => {
      for await (const { type } of run.events()) if (type === 'step_started') started++;
    });
    held.resumeTenant('flood');
    const { outcome } = await runToEnd(held, { start: 'return 1;' }, { tenant: 'innocent' });
    expect(outcome.output).toBe(1);
    expect(started).toBeLessThan(12);
    await Promise.all(heard);
    const { overhead, usage, cpu } = held.tenant('flood') as TenantView;
    expect(overhead.cellMs).toBeGreaterThan(usage.cpuMs);
    expect(cpu.usedMs).toBeGreaterThan(overhead.cellMs);
  });
});

describe('a tenant whose many long steps have to run alone', () => {
  /** Turns that are too long to be shared. */
  const turns = (count: number): string => `let sum = 0;
    for (let n = 0; n < ${count}; n++) {
      for (let i = 0; i < 50_000_000; i++) sum += i % 7;
      await api.runStore.get('k');
    }`;

  it('leaves room to another tenant with such a step', async () => {
    const held = await createTestRunner({ limits: { stepCpuMs: 60_000, turnCpuMs: 20 } });
    const long = {
      start: "for (let n = 0; n < 40; n++) await api.scheduleNextStep({ action: 'work' });",
      work: `await api.runStore.increment('begun'); ${turns(1_000)}`,
    };
    const floods = await Promise.all(['flood a', 'flood b'].map((tenant) => startRun(held, long, { tenant })));
    for (const run of floods) await eventOf(run, ({ type }) => type === 'step_moved');
    const { outcome, events } = await runToEnd(held, { start: `${turns(4)} return 1;` }, { tenant: 'innocent' });
    expect(outcome).toMatchObject({ status: 'completed', output: 1 });
    expect(eventsOf(events, 'step_moved').length).toBeGreaterThan(0);
    for (const run of floods) expect((await run.cancel()).steps.completed).toBeLessThanOrEqual(1);
  });
});
