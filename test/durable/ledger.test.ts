// What the plans of the simulation do not do: bounds of tenants, pauses, cancels, losses, timers. After each commit the run, made again
// from its ledger, is the run that is alive; and it goes on in another process where it was.
import { describe, expect, it } from 'vitest';
import type { RunEvent, RunnerOptions } from '../../src/index.ts';
import { createTestRunner, eventOf, logged, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { crashingStore } from './crashing-store.ts';

/** All is compared, and nothing waits. */
const always = { below: () => 0, pick: <T>(items: readonly T[]): T => items[0] as T };

const isStepEnd = ({ type }: RunEvent): boolean => type === 'step_completed';

async function onStore(options: RunnerOptions = {}) {
  const store = crashingStore(always);
  return { store, runner: await createTestRunner({ ...options, store }) };
}

describe('a run made again from its ledger', () => {
  it('has what its tenant refused, and what it let through before its bounds were made smaller', async () => {
    let branchesOpenPerTenant = 6;
    const limits = () => ({ branchesOpenPerTenant, valueBytes: 8_000, storeBytesPerTenant: 10_000 });
    const tenants = () => ({ limits: limits() });
    const { store, runner } = await onStore({ tenants, clock: manualClock() });
    const run = await startRun(runner, {
      start: `const codes = [];
        for (let i = 0; i < 9; i++) {
          await api.scheduleNextStep({ action: 'next', delay: '1 day' }).catch(({ code }) => codes.push(code));
        }
        await api.runStore.set('large', 'x'.repeat(6_000));
        await api.runStore.set('larger', 'x'.repeat(7_000)).catch(({ code }) => codes.push(code));
        await api.runStore.set('codes', codes);
        api.log('scheduled');`,
      next: "await api.runStore.increment('n');",
    });
    await logged(run, 'scheduled');
    expect(store.differences).toEqual([]);
    const held = store.crash();
    await runner.close();
    branchesOpenPerTenant = 1;
    const next = await createTestRunner({ tenants, store: crashingStore(always, held) });
    const outcome = await (await next.get(run.id))?.result();
    const codes = [...Array(4).fill('TENANT_BRANCHES_EXCEEDED'), 'TENANT_STORE_BYTES_EXCEEDED'];
    expect(outcome).toMatchObject({ status: 'completed', store: { codes, n: 5 }, steps: { armed: 6 } });
  });

  it('is paused, and goes on when it is resumed', async () => {
    const { store, runner } = await onStore({ clock: manualClock() });
    const run = await startRun(runner, {
      start: "api.log('began'); await api.scheduleNextStep({ action: 'next' });",
      next: '',
    });
    run.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(store.differences).toEqual([]);
    const held = store.crash();
    await runner.close();
    const next = await createTestRunner({ store: crashingStore(always, held) });
    const again = await next.get(run.id);
    expect([again?.isPaused, again?.status]).toEqual([true, 'open']);
    again?.resume();
    expect(await again?.result()).toMatchObject({ status: 'completed', steps: { completed: 2 } });
  });

  it('was cancelled with all that it had done', async () => {
    const { store, runner } = await onStore({ clock: manualClock() });
    const run = await startRun(runner, {
      start:
        "await api.runStore.set('a', 1); api.log('waits'); await new Promise((resolve) => setTimeout(resolve, 1_000));",
    });
    await logged(run, 'waits');
    const outcome = await run.cancel('enough\t\n');
    expect(outcome.cancellation?.interrupted).toMatchObject([{ step: 'step_1', effects: [{ op: 'set', key: '"a"' }] }]);
    expect(store.differences).toEqual([]);
    const held = store.crash();
    await runner.close();
    const next = await createTestRunner({ store: crashingStore(always, held) });
    const again = await startRun(next, { start: '' }, { runId: run.id });
    const { usage, ...rest } = outcome; // What this store makes again has not what is measured.
    expect(await again.result()).toMatchObject({ ...rest, usage: { ops: usage.ops, attempts: 1 } });
    expect(again.logs()).toEqual(run.logs());
  });

  it('was cancelled with what an attempt had done that the next one did not repeat', async () => {
    const clock = manualClock();
    const { store, runner } = await onStore({ clock, retry: { firstDelayMs: 1_000, longestDelayMs: 1_000 } });
    const start = `await api.runStore.set('same', 1);
      if (api.attempt === 1) {
        await api.runStore.push('charged', 100);
        await api.scheduleNextStep({ action: 'ship', delay: '1 day' });
        throw new Error('once more');
      }
      await api.runStore.set('other', 1); api.log('waits'); await new Promise((resolve) => setTimeout(resolve, 1_000));`;
    const run = await startRun(runner, { start, ship: '' });
    const waiting = logged(run, 'waits');
    await eventOf(run, ({ type }) => type === 'step_retried');
    clock.advance(1_000);
    await waiting;
    expect(store.differences).toEqual([]);
    const held = store.crash();
    await runner.close();
    const next = await createTestRunner({ clock, store: crashingStore(always, held) });
    const outcome = await (await next.get(run.id))?.cancel();
    expect(outcome?.cancellation?.interrupted).toMatchObject([
      {
        effects: [
          { op: 'push', key: '"charged"' },
          { op: 'schedule', action: 'ship' },
          { op: 'set', key: '"same"' },
          { op: 'set', key: '"other"' },
        ],
      },
    ]);
  });

  it('fails when there is no room to write down what it does, and leaves no trace with its tenant', async () => {
    const limits = { ledgerBytesPerRun: 8_000, ledgerBytesPerTenant: 40_000 };
    const { store, runner } = await onStore({ limits, clock: manualClock() });
    const run = await startRun(runner, {
      start: `for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'late', delay: '1 day' });
        for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'work' });`,
      late: '',
      work: "for (;;) await api.runStore.increment('n');",
      onWorkflowError: "await api.runStore.set('hook', true);",
    });
    const outcome = await run.result();
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'LEDGER_BYTES_EXCEEDED', action: 'work' } });
    expect([outcome.steps.armed, outcome.store['hook']]).toEqual([7, undefined]);
    expect(runner.stats()).toMatchObject({ timers: 0, lanes: { shared: { active: 0, waiting: 0 } } });
    expect(runner.tenant('acme')).toMatchObject({ runsOpen: 0, branchesOpen: 0, ledgerBytes: 0, storeBytes: 0 });
    expect(store.differences).toEqual([]);
    const held = store.crash();
    await runner.close();
    const next = await createTestRunner({ store: crashingStore(always, held) });
    const { usage: _, ...rest } = outcome;
    expect(await (await next.get(run.id))?.result()).toMatchObject(rest);
  });

  it('counts for its tenant as long as it is open, in the next process too', async () => {
    const limits = { ledgerBytesPerRun: 12_000, ledgerBytesPerTenant: 12_000 };
    const { store, runner } = await onStore({ limits, clock: manualClock() });
    const waits = { start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });", next: '' };
    for (const data of ['a', 'b'])
      await eventOf(await startRun(runner, waits, { data: data.repeat(1_000) }), isStepEnd);
    const ledgerBytes = runner.tenant('acme')?.ledgerBytes;
    await runToEnd(runner, { start: "return '€€€€';" });
    expect(runner.tenant('acme')?.ledgerBytes).toBe(ledgerBytes);
    const filling = { start: "for (;;) await api.runStore.set('k', 1);" };
    const overflow = await runToEnd(runner, filling);
    expect(overflow.outcome.error?.code).toBe('TENANT_LEDGER_BYTES_EXCEEDED');
    expect(runner.tenant('acme')?.ledgerBytes).toBe(ledgerBytes);
    expect((await runToEnd(runner, { start: 'return 1;' }, { tenant: 'other' })).outcome.output).toBe(1);
    const held = store.crash();
    await runner.close();
    const next = await createTestRunner({ limits, clock: manualClock(), store: crashingStore(always, held) });
    expect(next.tenant('acme')?.ledgerBytes).toBe(ledgerBytes);
    const refused = startRun(next, waits, { data: 'c'.repeat(4_000) }).then((run) =>
      startRun(next, waits, { runId: `${run.id} 2` }),
    );
    await expect(refused).rejects.toMatchObject({ code: 'TENANT_LEDGER_BYTES_EXCEEDED' });
  });

  it('has its timers, moves and failures behind it', async () => {
    const { store, runner } = await onStore({ limits: { turnCpuMs: 20, stepCpuMs: 50_000 } });
    const run = await startRun(runner, {
      start: "for (let i = 0; i < 4; i++) await api.scheduleNextStep({ action: 'work', payload: i });",
      work: `await new Promise((resolve) => setTimeout(resolve, 10 * data));
        await api.runStore.push('items', data);
        if (data === 1) { let sum = 0; for (let i = 0; i < 100_000_000; i++) sum += i % 7; }
        if (data === 2 && api.attempt === 1) throw new Error('once more');
        if (data === 3) throw Object.assign(new Error('never'), { retryable: false });`,
      onWorkflowError: "await api.runStore.set('failed', true);",
    });
    const outcome = await run.result();
    expect(outcome).toMatchObject({ status: 'failed', steps: { armed: 5, failed: 1 }, store: { failed: true } });
    expect((outcome.store['items'] as number[]).toSorted()).toEqual([0, 1, 2, 3]);
    expect(store.differences).toEqual([]);
  });

  it('goes on at its own time on a machine whose time was set back meanwhile', async () => {
    const clock = manualClock(500_000_000);
    const { store, runner } = await onStore({ clock });
    const run = await startRun(runner, {
      start: `await api.runStore.push('times', Date.now());
        await api.scheduleNextStep({ action: 'next', delay: '1 day' });
        api.log('scheduled');`,
      next: "await api.runStore.push('times', Date.now());",
    });
    await logged(run, 'scheduled');
    const held = store.crash();
    await runner.close();
    const earlier = manualClock(100_000_000);
    const next = await createTestRunner({ clock: earlier, store: crashingStore(always, held) });
    const again = await next.get(run.id);
    earlier.advance(86_400_000 - 1);
    expect(again?.status).toBe('open');
    earlier.advance(1);
    expect((await again?.result())?.store['times']).toEqual([500_000_000, 586_400_000]);
  });
});
