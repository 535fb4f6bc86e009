// Who used what: a step, its run and its tenant say the same, whatever became of the step on the way.
import { describe, expect, it } from 'vitest';
import { defaultLimits, type RunEvent, type TenantView, type Usage } from '../src/index.ts';
import { Tenants } from '../src/runner/tenants.ts';
import { addUsage } from '../src/state/usage.ts';
import { createTestRunner, eventOf, logged, runToEnd, startRun } from './harness.ts';
import { manualClock } from './manual-clock.ts';

const names = ['cpuMs', 'activeMs', 'queueMs', 'ops', 'attempts', 'logBytes'] as const;

/** What all steps and hooks of a run have used, by the events of their ends. */
function sumOf(events: readonly RunEvent[]): Usage {
  const sum = { cpuMs: 0, activeMs: 0, queueMs: 0, ops: 0, attempts: 0, logBytes: 0 };
  for (const event of events) {
    if (event.type !== 'step_completed' && event.type !== 'step_failed') continue;
    for (const name of names) sum[name] += event.usage[name];
  }
  return sum;
}

function expectSame(a: Usage, b: Usage): void {
  for (const name of names) expect(a[name], name).toBeCloseTo(b[name], 6);
}

const all = {
  start: `for (let i = 0; i < 20; i++) await api.scheduleNextStep({ action: 'work', payload: i });
    console.info('started');`,
  work: `await api.runStore.push('items', data);
    console.info('é', data, api.attempt);
    if (data % 5 === 0 && api.attempt === 1) throw new Error('again');
    if (data === 7) { const error = new Error('never'); error.retryable = false; throw error; }`,
  onWorkflowError: "await api.runStore.set('failed', true);",
};

describe('the sums', () => {
  it('agree for steps, run and tenant, over retries, failures and hooks', async () => {
    const runner = await createTestRunner();
    const { outcome, events } = await runToEnd(runner, all);
    expect(outcome).toMatchObject({ status: 'failed', steps: { armed: 21, completed: 20, failed: 1, retried: 4 } });
    expectSame(sumOf(events), outcome.usage);
    // The error says what the step had used when it failed, and what it was held to.
    const failed = events.find((event) => event.type === 'step_failed');
    expect(outcome.error?.usage).toEqual(failed?.usage);
    const { stepCpuMs, stepWallMs, cellMemoryMb, opsPerStep, logBytesPerStep } = defaultLimits;
    const limits = { stepCpuMs, stepWallMs, cellMemoryMb, opsPerStep, logBytesPerStep, maxAttempts: 3 };
    expect(outcome.error?.limits).toEqual(limits);
    expect(outcome.error?.usage).toMatchObject({ ops: 2, attempts: 1, logBytes: 6 });
    expect(outcome.usage).toMatchObject({ attempts: 26, ops: 20 + 20 + 1 + 1 + 24 });
    const view = runner.tenant('acme');
    expectSame(view?.usage as Usage, outcome.usage);
    const second = await runToEnd(runner, all);
    const both = { ...outcome.usage };
    for (const name of names) both[name] += second.outcome.usage[name];
    expectSame(runner.tenant('acme')?.usage as Usage, both);
    const { cpu, overhead } = runner.tenant('acme') as TenantView;
    expect(cpu.usedMs).toBeCloseTo(both.cpuMs + overhead.checkMs + overhead.cellMs + overhead.mainMs, 6);
  });

  it('agree when a hook fails, and when nobody waits for what it has asked for', async () => {
    const runner = await createTestRunner();
    const { outcome, events } = await runToEnd(runner, {
      start: "for (let i = 0; i < 50; i++) api.runStore.increment('n'); api.log('done');",
      onWorkflowComplete: "await api.runStore.set('k', 1); throw new Error('in the hook');",
    });
    expect(outcome).toMatchObject({ status: 'completed', usage: { attempts: 2, ops: 52 } });
    const own = sumOf(events);
    for (const name of ['activeMs', 'queueMs', 'ops', 'attempts', 'logBytes'] as const) {
      expect(own[name], name).toBe(outcome.usage[name]);
    }
    expectSame(runner.tenant('acme')?.usage as Usage, outcome.usage);
  });

  it('agree for steps that a cancel interrupts', async () => {
    const runner = await createTestRunner({ clock: manualClock() });
    const run = await startRun(runner, {
      start:
        "await api.runStore.set('k', 1); await api.scheduleNextStep({ action: 'next' }); api.log('waits'); await new Promise((next) => setTimeout(next, 60_000));",
      next: "await api.runStore.increment('n'); api.log('ready');",
    });
    const ended = eventOf(run, ({ type }) => type === 'step_completed');
    await logged(run, 'waits');
    const next = await ended;
    const { usage, cancellation } = await run.cancel();
    const sum = sumOf([next]);
    for (const { usage: of } of cancellation?.interrupted ?? []) addUsage(sum, of);
    expectSame(sum, usage);
    expectSame(runner.tenant('acme')?.usage as Usage, usage);
  });

  it('agree when steps were moved, and what was lost with a cell is counted', async () => {
    const runner = await createTestRunner({ limits: { turnCpuMs: 20, stepCpuMs: 2_000 }, retry: { maxAttempts: 1 } });
    const { outcome, events } = await runToEnd(runner, {
      start: "for (let i = 0; i < 5; i++) await api.scheduleNextStep({ action: 'work', payload: i });",
      work: `await api.runStore.increment('begun');
        if (data === 3) { let sum = 0; for (let i = 0; i < 200_000_000; i++) sum += i % 7; }`,
    });
    expect(events.map(({ type }) => type)).toContain('step_moved');
    expect(outcome).toMatchObject({ status: 'completed', store: { begun: 5 } });
    expectSame(sumOf(events), outcome.usage);
    expectSame(runner.tenant('acme')?.usage as Usage, outcome.usage);
  });
});

describe('a runner', () => {
  it('gives what all tenants have used, and how each of them stands', async () => {
    const runner = await createTestRunner();
    const names = ['acme', 'beta', 'acme'];
    for (const tenant of names) await runToEnd(runner, all, { tenant });
    const views = runner.tenants();
    expect(views.map(({ tenant }) => tenant)).toEqual(['acme', 'beta']);
    expect(views).toEqual(['acme', 'beta'].map((tenant) => runner.tenant(tenant)));
    const [acme, beta] = views.map(({ usage }) => usage) as [Usage, Usage];
    const sum = { ...acme };
    addUsage(sum, beta);
    expectSame(runner.stats().usage, sum);
    expect(runner.stats().usage).toMatchObject({ attempts: 3 * 26, ops: 3 * 66 });
  });

  it('counts what those have used that it does not remember', () => {
    const tenants = new Tenants();
    const policy = { isolation: 'realm', limits: defaultLimits, weight: 1 } as const;
    for (let n = 0; n < 10_010; n++) tenants.grant(`tenant ${n}`, policy, 0).usage.ops += n;
    expect([tenants.all().length, tenants.get('tenant 9'), tenants.usage().ops]).toEqual([
      10_000,
      undefined,
      (10_010 * 10_009) / 2,
    ]);
  });
});

describe('CPU time', () => {
  it('of a host that hung is charged to whoever it hung for', async () => {
    const runner = await createTestRunner({ limits: { turnCpuMs: 20, stepCpuMs: 500 }, retry: { maxAttempts: 1 } });
    const { outcome } = await runToEnd(runner, {
      start: 'Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);',
    });
    expect(outcome.error?.code).toBe('STEP_CPU_EXCEEDED');
    expect(outcome.usage.cpuMs).toBeGreaterThan(500);
    expect(runner.tenant('acme')?.cpu.usedMs).toBeGreaterThan(500);
  });
});

describe('time', () => {
  it('of waiting for a place, and of being active, is told apart', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { stepsActivePerTenant: 1 } });
    const run = await startRun(runner, {
      start: "for (let i = 0; i < 2; i++) await api.scheduleNextStep({ action: 'wait', payload: i });",
      wait: "console.info('waits', data); await new Promise((next) => setTimeout(next, 1_000));",
    });
    const ends: RunEvent[] = [];
    const listening = (async () => {
      for await (const event of run.events()) if (event.type === 'step_completed') ends.push(event);
    })();
    await logged(run, 'waits 0');
    clock.advance(1_000);
    await logged(run, 'waits 1');
    clock.advance(1_000);
    const { usage } = await run.result();
    await listening;
    expect(usage).toMatchObject({ activeMs: 2_000, queueMs: 1_000, wallMs: 2_000 });
    expect(ends).toMatchObject([
      { action: 'start', usage: { activeMs: 0, queueMs: 0 } },
      { action: 'wait', usage: { activeMs: 1_000, queueMs: 0 } },
      { action: 'wait', usage: { activeMs: 1_000, queueMs: 1_000 } },
    ]);
  });

  it('that a cancelled step was active is counted', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock });
    const run = await startRun(runner, {
      start: "console.info('waits'); await new Promise((next) => setTimeout(next, 60_000));",
    });
    await logged(run, 'waits');
    clock.advance(5_000);
    expect((await run.cancel()).usage).toMatchObject({ activeMs: 5_000, wallMs: 5_000, attempts: 1 });
  });

  it('between two attempts is none of waiting', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, retry: { maxAttempts: 2, firstDelayMs: 1_000 } });
    const run = await startRun(runner, { start: "if (api.attempt === 1) throw new Error('again');" });
    const retried = await eventOf(run, ({ type }) => type === 'step_retried');
    if (retried.type !== 'step_retried') throw new Error('It was another event.');
    clock.advance(retried.retryAt - clock.now());
    expect((await run.result()).usage).toMatchObject({ attempts: 2, activeMs: 0, queueMs: 0 });
  });
});

it('a step that used up its memory is charged the time that it took, and not all that it might have taken', async () => {
  const runner = await createTestRunner({ limits: { cellMemoryMb: 16, stepCpuMs: 60_000 } });
  const { outcome } = await runToEnd(runner, {
    start: 'const all = []; for (;;) all.push(new Array(10_000).fill(all.length));',
  });
  expect(outcome.error?.code).toBe('STEP_MEMORY_EXCEEDED');
  expect(outcome.usage.cpuMs).toBeLessThanOrEqual(outcome.usage.wallMs);
});

it('the most that a run held is told: of its store, and of the heap of its cells', async () => {
  const runner = await createTestRunner();
  const { outcome } = await runToEnd(runner, {
    start: `await api.runStore.set('k', 'x'.repeat(10_000)); await api.runStore.delete('k'); await api.runStore.set('l', 1);`,
  });
  expect(outcome.usage.storeBytes).toBe(10_005); // Its quotes, and those of its key.
  expect(outcome.usage.heapBytes).toBeGreaterThan(100_000);
});
