// What a tenant makes the runner keep in memory is bounded over all of its runs, whatever it is; who would cross the bound is refused before
// anything has happened, and all is given back.
import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/index.ts';
import { createTestRunner, eventOf, eventsOf, logged, runToEnd, startRun, textsOf } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const KiB = 1_024;
const one = { start: 'return 1;' };
const nothing = { starts: 0, runs: 0, steps: 0, store: 0, journals: 0, logs: 0, ledgers: 0, events: 0 };
const wait = 'await new Promise((next) => setTimeout(next, 1_000));';

/** Does the same until it is refused, says by what, and waits. */
function until(refused: string): Readonly<Record<string, string>> {
  return {
    start: `let done = 0;
      try { for (;;) { ${refused} done++; } } catch (error) { return [done, error.code]; }`,
    later: '',
  };
}

async function expectServed(runner: Runner, tenant: string): Promise<void> {
  expect((await runToEnd(runner, one, { tenant })).outcome.output).toBe(1);
}

function memoryOf(runner: Runner): unknown {
  return { ...runner.tenant('acme')?.memory };
}

describe('memoryBytesPerTenant', () => {
  it.each([
    ['payloads', `await api.scheduleNextStep({ action: 'later', delay: 60, payload: 'x'.repeat(${10 * KiB}) });`, 25],
    ['steps without a payload', `await api.scheduleNextStep({ action: 'later', delay: 60 + done });`, 1_000],
    ['values', `await api.runStore.set('k' + done, 'x'.repeat(${10 * KiB}));`, 25],
    ['values that are small as text', `await api.runStore.set('k' + done, Array(400).fill({}));`, 16],
    ['short items of a list', `await api.runStore.push('list', 1);`, 2_500],
    ['reads', `await api.runStore.set('k', done + 'x'.repeat(9_000)); await api.runStore.get('k');`, 28],
    ['counters', `await api.runStore.increment('n');`, 3_100],
    ['text that is not Latin-1', `await api.runStore.set('k' + done, '漢'.repeat(${10 * KiB}));`, 12],
  ])('bounds %s', async (_, refused, most) => {
    const runner = await createTestRunner({ clock: manualClock(), limits: { memoryBytesPerTenant: 512 * KiB } });
    const run = await startRun(runner, until(refused));
    await eventOf(run, (event) => event.type === 'step_completed' && event.step === 'step_1');
    const view = runner.tenant('acme');
    expect(Object.values(view?.memory ?? {}).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(512 * KiB);
    const { output } = await run.cancel();
    expect(output).toEqual([expect.any(Number), 'TENANT_MEMORY_EXCEEDED']);
    const [done] = output as [number];
    expect(done).toBeGreaterThan(most * 0.8);
    expect(done).toBeLessThan(most * 1.3);
    await expectServed(runner, 'acme');
  });

  it('refuses new runs, not those that are known, and no other tenant', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { memoryBytesPerTenant: 256 * KiB } });
    const fill = `for (let i = 0; i < 10; i++) await api.runStore.set('k' + i, 'x'.repeat(${11 * KiB})); `;
    const full = await startRun(runner, { start: `${fill} api.log('full'); ${wait}` }, { runId: 'full' });
    await logged(full, 'full');
    const large = { data: 'x'.repeat(50 * KiB) };
    await expect(startRun(runner, one, large)).rejects.toMatchObject({ code: 'TENANT_MEMORY_EXCEEDED' });
    expect(await startRun(runner, one, { ...large, runId: 'full' })).toBe(full);
    await expectServed(runner, 'other');
    clock.advance(1_000);
    await full.result();
    expect((await runToEnd(runner, one, large)).outcome.output).toBe(1);
  });

  it('lets a step delete what it has when there is no room for more', async () => {
    const runner = await createTestRunner({ limits: { memoryBytesPerTenant: 256 * KiB } });
    const { outcome } = await runToEnd(runner, {
      start: `await api.scheduleNextStep({ action: 'fill' });`,
      fill: `for (let i = 0; i < 6; i++) await api.runStore.set('k' + i, 'x'.repeat(${15 * KiB}));
        await api.scheduleNextStep({ action: 'next' });`,
      next: `try { await api.runStore.set('k', 'x'.repeat(${150 * KiB})); } catch (error) { console.log(error.code); }
        for (let i = 0; i < 6; i++) await api.runStore.delete('k' + i);
        await api.runStore.set('smaller', 'x'.repeat(${15 * KiB}));`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 0 } });
    expect(Object.keys(outcome.store)).toEqual(['smaller']);
  });

  it('cuts a log with a notice, once, and the step goes on', async () => {
    const limits = { memoryBytesPerTenant: 64 * KiB, logBytesPerStep: 1_024 * KiB };
    const runner = await createTestRunner({ limits });
    const { outcome, logs } = await runToEnd(runner, {
      start: `for (let i = 0; i < 5; i++) api.log('x'.repeat(${10 * KiB})); return 'done';`,
    });
    expect(outcome.output).toBe('done');
    expect(textsOf(logs).at(-1)).toBe('[log cut: there is no room for it in memory]');
    expect(textsOf(logs).filter((text) => text.startsWith('[log cut'))).toHaveLength(1);
  });

  it('refuses an output that there is no room for', async () => {
    const runner = await createTestRunner({ limits: { memoryBytesPerTenant: 64 * KiB } });
    const { outcome } = await runToEnd(runner, { start: `return 'x'.repeat(${100 * KiB});` });
    expect(outcome.error).toMatchObject({ code: 'TENANT_MEMORY_EXCEEDED' });
  });

  it('lets further steps wait, and go on one by one, where none of them has room beside the others', async () => {
    const runner = await createTestRunner({ limits: { memoryBytesPerTenant: 32 * KiB } });
    const { outcome } = await runToEnd(runner, {
      start: `for (let i = 0; i < 60; i++) await api.scheduleNextStep({ action: 'work' });`,
      work: '',
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { completed: 61, retried: 0 } });
  });

  it('counts all that a runner keeps, by what it is for, and nothing when all has ended and is forgotten', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { runsEndedKept: 1 } });
    const run = await startRun(runner, {
      start: `await api.runStore.set('k', 'v'); api.log('line');
        await api.scheduleNextStep({ action: 'later', delay: 60 }); api.log('waits'); ${wait}`,
      later: '',
    });
    const lagging = run.events();
    await logged(run, 'waits');
    const { starts, outcomes, ledgers, ...held } = runner.tenant('acme')?.memory ?? ({} as never);
    expect([starts, outcomes, ledgers]).toEqual([0, 0, 0]);
    expect(Math.min(...Object.values(held))).toBeGreaterThan(0);
    await run.cancel();
    expect(memoryOf(runner)).toMatchObject({ ...nothing, events: expect.any(Number) });
    await lagging.return?.();
    expect(memoryOf(runner)).toMatchObject(nothing);
    expect(runner.tenant('acme')?.memory.outcomes).toBeGreaterThan(0);
    await runToEnd(runner, one, { tenant: 'other' });
    expect(runner.tenant('acme')?.memory).toMatchObject({ ...nothing, outcomes: 0 });
  });
});

describe('memoryBytes', () => {
  it('leaves as much for others as the largest tenant has', async () => {
    const runner = await createTestRunner({ clock: manualClock(), memoryBytes: 1_024 * KiB });
    const { start = '' } = until(`await api.runStore.set('k' + done, 'x'.repeat(${10 * KiB}));`);
    const held: number[] = [];
    const fill = { start: `await api.scheduleNextStep({ action: 'later', delay: 60 }); ${start}`, later: '' };
    for (const tenant of ['one', 'two', 'three']) {
      const run = await startRun(runner, fill, { tenant });
      await eventOf(run, ({ type }) => type === 'step_completed');
      held.push(Object.values(runner.tenant(tenant)?.memory ?? {}).reduce((sum, more) => sum + more, 0));
    }
    await expect(startRun(runner, one, { tenant: 'one', data: 'x'.repeat(512 * KiB) })).rejects.toMatchObject({
      code: 'RUNNER_MEMORY_EXCEEDED',
    });
    expect(Math.max(...held)).toBeLessThan(512 * KiB);
    expect(Math.min(...held)).toBeGreaterThan(50 * KiB);
    await expectServed(runner, 'innocent');
  });

  it.each([0, 1.5, '1'])('may not be %j', async (memoryBytes) => {
    await expect(createTestRunner({ memoryBytes: memoryBytes as number })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });
});

describe('eventBytesPerTenant', () => {
  it('bounds what readers of all runs of a tenant leave waiting, and they are told', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { eventBytesPerTenant: 20 * KiB } });
    const talk = { start: `for (let i = 0; i < 20; i++) api.log('x'.repeat(${KiB})); ${wait}` };
    const [first, second] = [await startRun(runner, talk), await startRun(runner, talk)];
    const readers = [first.events(), second.events()];
    await expect.poll(() => [first, second].map((run) => run.logs().length)).toEqual([20, 20]);
    expect(runner.tenant('acme')?.memory.events).toBeLessThanOrEqual(20 * KiB);
    clock.advance(1_000);
    await Promise.all([first.result(), second.result()]);
    const events = (await Promise.all(readers.map((reader) => Array.fromAsync(reader)))).flat();
    const missing = eventsOf(events, 'events_dropped').reduce((sum, { count }) => sum + count, 0);
    expect(missing).toBeGreaterThan(20);
    expect(events.filter(({ type }) => type !== 'events_dropped').length + missing).toBe(2 * 25);
    expect(runner.tenant('acme')?.memory.events).toBe(0);
  });
});

describe('runs that have ended', () => {
  it('go by tenant: who has most loses its oldest', async () => {
    const runner = await createTestRunner({ limits: { runsEndedKept: 10 } });
    await runToEnd(runner, one, { tenant: 'quiet', runId: 'of the quiet one' });
    for (let i = 0; i < 30; i++) await runToEnd(runner, one, { runId: `run ${i}` });
    expect(await runner.get('of the quiet one')).toBeDefined();
    expect(await runner.get('run 29')).toBeDefined();
    expect((await runner.list({ tenant: 'acme' })).runs).toHaveLength(9);
  });
});
