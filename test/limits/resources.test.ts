// Limits on what a step uses up: time, memory, room in the log. Whoever crosses one is named, and nobody else notices.
import { describe, expect, it } from 'vitest';
import { createTestRunner, eventsOf, logged, runToEnd, startRun, textsOf, useRunner } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { limitedTenants, runBeside } from './crossing.ts';

const tenants = limitedTenants();
const runner = useRunner({ tenants: tenants.policy, retry: { maxAttempts: 2, firstDelayMs: 1 } });

const cpu = { stepCpuMs: 100, turnCpuMs: 20 };

describe('stepCpuMs', () => {
  it.each([
    ['a loop without end', 'for (;;);'],
    ['a loop of awaits without end', 'for (;;) await 0;'],
    ['microtasks without end', '(function again() { Promise.resolve().then(again); })(); await new Promise(() => {});'],
    ['a loop of ops without end', "for (;;) await api.runStore.get('k');"],
    ['a catch that loops', 'try { for (;;); } finally { for (;;); }'],
    ['an output whose toJSON loops', 'return { toJSON() { for (;;); } };'],
    ['an output whose then loops', 'return { then() { for (;;); } };'],
    ['a thrown value whose message loops', 'throw { get message() { for (;;); } };'],
  ])('ends %s, once, without another attempt', async (_, body) => {
    const start = `await api.runStore.increment('before'); ${body}`;
    const { outcome } = await runBeside(runner(), tenants.grant(cpu), { start });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_CPU_EXCEEDED', action: 'start', attempt: 1 },
    });
    expect(outcome.steps).toEqual({ armed: 1, completed: 0, failed: 1, retried: 0 });
    expect(outcome.store).toEqual({ before: 1 });
  });

  it('ends a hook as well, and the status is unaffected', async () => {
    const source = { start: '', onWorkflowComplete: "await api.runStore.set('in', 1); for (;;);" };
    const { outcome, logs } = await runBeside(runner(), tenants.grant(cpu), source);
    expect(outcome).toMatchObject({ status: 'completed', store: { in: 1 } });
    expect(logs).toMatchObject([{ level: 'error', action: 'onWorkflowComplete' }]);
  });

  it('names the step, not those that shared its cell', async () => {
    const source = {
      start: "for (let n = 0; n < 20; n++) api.scheduleNextStep({ action: 'work', payload: n });",
      work: "await api.runStore.increment('begun'); if (data === 7) for (;;); await api.runStore.push('ended', data);",
    };
    const { outcome } = await runBeside(runner(), tenants.grant(cpu), source);
    expect(outcome).toMatchObject({
      error: { code: 'STEP_CPU_EXCEEDED', step: 'step_9' },
      steps: { completed: 20, failed: 1 },
    });
    expect(outcome.store['begun']).toBe(20);
    expect(outcome.store['ended']).toHaveLength(19);
  });

  it('is what a step that overran its turn in company has alone', async () => {
    const start = 'let sum = 0; for (let n = 0; n < 3e8; n++) sum += n; return typeof sum;';
    const { outcome, events } = await runBeside(runner(), tenants.grant({ stepCpuMs: 60_000, turnCpuMs: 1 }), {
      start,
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 'number' });
    expect(eventsOf(events, 'step_moved')).not.toEqual([]);
  });
});

describe('stepWallMs', () => {
  it('ends a step that waits too long, once, without another attempt', async () => {
    const clock = manualClock();
    const waiting = await createTestRunner({ clock, limits: { stepWallMs: 10_000 } });
    const start =
      "setTimeout(() => {}, 20_000); api.log('waits'); await new Promise((resolve) => setTimeout(resolve, 20_000));";
    const run = await startRun(waiting, { start });
    await logged(run, 'waits');
    clock.advance(9_999);
    expect(run.status).toBe('open');
    clock.advance(1);
    const outcome = await run.result();
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_WALL_EXCEEDED', attempt: 1 } });
    expect(outcome.usage.wallMs).toBe(10_000);
  });

  it('counts anew for each attempt and each step, not for the time between', async () => {
    const source = {
      start: "await api.scheduleNextStep({ action: 'next', delay: '400 days' });",
      next: "if (api.attempt === 1) throw new Error('again'); return api.scheduleNextStep({ action: 'last', delay: '1 day' });",
      last: '',
    };
    const patient = await createTestRunner({
      limits: { stepWallMs: 5_000 },
      retry: { firstDelayMs: 3_600_000, longestDelayMs: 3_600_000 },
    });
    expect((await runToEnd(patient, source)).outcome).toMatchObject({
      status: 'completed',
      steps: { completed: 3, retried: 1 },
    });
  });
});

describe('a step that waits for what can never come', () => {
  it.each([
    'await new Promise(() => {});',
    'await { then() {} };',
    'await api.runStore.get("k"); await new Promise(() => {});',
  ])('(%s) is stalled and fails at once', async (body) => {
    const start = `await api.runStore.increment('before'); ${body}`;
    const { outcome } = await runBeside(runner(), tenants.grant({}), { start });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_STALLED' }, store: { before: 1 } });
  });
});

describe('cellMemoryMb', () => {
  it.each([
    ['strings', "const kept = []; for (let n = 0; ; n++) { kept.push('x'.repeat(1e5) + n); await 0; }"],
    ['objects', 'const kept = []; for (;;) { kept.push(Array.from({ length: 1_000 }, (_, n) => ({ n }))); await 0; }'],
    [
      'a map',
      "const kept = new Map(); for (let n = 0; ; n++) { kept.set('key' + n, { n }); if (n % 1_000 === 0) await 0; }",
    ],
  ])('ends a step that keeps %s without end, once, without another attempt', async (_, body) => {
    const start = `await api.runStore.increment('before'); ${body}`;
    const { outcome } = await runBeside(runner(), tenants.grant({ cellMemoryMb: 16 }), { start });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_MEMORY_EXCEEDED', attempt: 1 },
      store: { before: 1 },
    });
  });
});

describe('logBytesPerStep', () => {
  const notice = /^\[log cut: .*500 bytes\]$/;

  it('cuts the log with a notice, and the step goes on', async () => {
    const start = "for (let n = 0; n < 1_000; n++) api.log('line ' + n); return 'went on';";
    const { outcome, logs } = await runBeside(runner(), tenants.grant({ logBytesPerStep: 500 }), { start });
    expect(outcome).toMatchObject({ status: 'completed', output: 'went on' });
    const texts = textsOf(logs);
    expect(texts.at(-1)).toMatch(notice);
    expect(texts.slice(0, -1)).toEqual(texts.slice(0, -1).map((_, n) => `line ${n}`));
    expect(texts.join('').length).toBeLessThan(600);
  });

  it.each([
    ['empty lines', "''"],
    ['one line that is too long', "'x'.repeat(10_000)"],
    ['lines that are longer in UTF-8', "'€'.repeat(20)"],
    ['lines that are longer as JSON', "'\\u0000'.repeat(20)"],
  ])('cuts with a notice %s', async (_, line) => {
    const start = `for (let n = 0; n < 100; n++) api.log(${line});`;
    const { logs } = await runBeside(runner(), tenants.grant({ logBytesPerStep: 500 }), { start });
    expect(logs.at(-1)?.text).toMatch(notice);
    expect(logs.length).toBeLessThan(30);
  });

  it('is that of one step: others have their own', async () => {
    const line = "for (let n = 0; n < 5; n++) api.log('x'.repeat(40));";
    const source = {
      start: `${line} for (let n = 0; n < 5; n++) await api.scheduleNextStep({ action: 'next' });`,
      next: line,
    };
    const { logs } = await runBeside(runner(), tenants.grant({ logBytesPerStep: 500 }), source);
    expect(textsOf(logs)).toEqual(Array.from({ length: 30 }, () => 'x'.repeat(40)));
  });
});

describe('logBytesPerRun', () => {
  it('keeps no lines beyond, but counts them and tells of them', async () => {
    const start = "for (let n = 0; n < 100; n++) api.log('0123456789');";
    const { outcome, logs, events } = await runBeside(runner(), tenants.grant({ logBytesPerRun: 105 }), { start });
    expect(logs).toHaveLength(2); // Each takes 32 bytes beside its text.
    expect(outcome.usage.logBytes).toBe(1_000);
    expect(eventsOf(events, 'step_log')).toHaveLength(100);
  });
});
