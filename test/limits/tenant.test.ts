// What bounds a tenant as a whole: over all of its runs, for nobody else, and given back when they end.
import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/index.ts';
import { defaultLimits } from '../../src/limits.ts';
import { Tenants } from '../../src/runner/tenants.ts';
import { createTestRunner, eventOf, logged, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const KiB = 1_024;
const one = { start: 'return 1;' };

async function expectServed(runner: Runner, tenant: string): Promise<void> {
  expect((await runToEnd(runner, one, { tenant })).outcome.output).toBe(1);
}

describe('startsPerTenantPerSecond', () => {
  it('refuses a start, says when to try again, and is right about that', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { startsPerTenantPerSecond: 4 } });
    for (let i = 0; i < 4; i++) await expectServed(runner, 'acme');
    const refused = { code: 'TENANT_STARTS_EXCEEDED', retryAfterMs: 250 };
    await expect(startRun(runner, one)).rejects.toMatchObject(refused);
    await expectServed(runner, 'other');
    clock.advance(249);
    await expect(startRun(runner, one)).rejects.toMatchObject({ ...refused, retryAfterMs: 1 });
    clock.advance(1);
    await expectServed(runner, 'acme');
    await expect(startRun(runner, one)).rejects.toMatchObject(refused);
  });

  it('gives no more at once than a second has, however long nothing was started', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { startsPerTenantPerSecond: 2 } });
    await expectServed(runner, 'acme');
    clock.advance(3_600_000);
    for (let i = 0; i < 2; i++) await expectServed(runner, 'acme');
    await expect(startRun(runner, one)).rejects.toMatchObject({ code: 'TENANT_STARTS_EXCEEDED' });
  });

  it('does not count the start of a run that is known already, and counts one whose source is refused', async () => {
    const runner = await createTestRunner({ clock: manualClock(), limits: { startsPerTenantPerSecond: 2 } });
    const runs = [];
    for (let i = 0; i < 5; i++) runs.push(await startRun(runner, one, { runId: 'same' }));
    expect(new Set(runs).size).toBe(1);
    await expect(startRun(runner, 'class Other {}')).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
    await expect(startRun(runner, one)).rejects.toMatchObject({ code: 'TENANT_STARTS_EXCEEDED' });
  });
});

describe('branchesOpenPerTenant', () => {
  const fill = {
    start: `let armed = 0;
      try { for (;;) { await api.scheduleNextStep({ action: 'later', delay: 60 }); armed++; } }
      catch (error) { api.log('armed', armed, error.code); }
      await new Promise((next) => setTimeout(next, 30_000));`,
    later: '',
  };

  it('refuses schedules of all its runs, and new runs, until branches have ended', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { branchesOpenPerTenant: 10 } });
    const first = await startRun(runner, fill);
    await logged(first, 'armed 9 TENANT_BRANCHES_EXCEEDED');
    await expect(startRun(runner, one)).rejects.toMatchObject({ code: 'TENANT_BRANCHES_EXCEEDED' });
    await expectServed(runner, 'other');
    clock.advance(30_000);
    await eventOf(first, ({ type }) => type === 'step_completed');
    const second = await startRun(runner, fill);
    await logged(second, 'armed 0 TENANT_BRANCHES_EXCEEDED');
    clock.advance(30_000);
    expect(await first.result()).toMatchObject({ status: 'completed', steps: { armed: 10 } });
    await expectServed(runner, 'acme');
  });

  it('is given back by a run that is cancelled', async () => {
    const runner = await createTestRunner({ clock: manualClock(), limits: { branchesOpenPerTenant: 5 } });
    for (let i = 0; i < 3; i++) {
      const run = await startRun(runner, fill);
      await logged(run, 'armed 4 TENANT_BRANCHES_EXCEEDED');
      await run.cancel();
    }
    await expectServed(runner, 'acme');
  });

  it('fails a step that does not catch it with its code', async () => {
    const runner = await createTestRunner({ limits: { branchesOpenPerTenant: 2 } });
    const schedule = "await api.scheduleNextStep({ action: 'later', delay: 60 });";
    const { outcome } = await runToEnd(runner, { start: schedule.repeat(3), later: '' });
    expect(outcome.steps).toMatchObject({ armed: 2, failed: 1 });
  });
});

describe('storeBytesPerTenant', () => {
  const keep = {
    start: `try { await api.runStore.set('k', 'x'.repeat(${40 * KiB})); console.info('kept'); }
      catch (error) { console.info(error.code); }
      await new Promise((next) => setTimeout(next, 1_000));`,
  };

  it('bounds what all its open runs keep, and is given back as they end', async () => {
    const clock = manualClock();
    const limits = { storeBytesPerTenant: 100 * KiB, valueBytes: 64 * KiB };
    const runner = await createTestRunner({ clock, limits });
    const runs = [await startRun(runner, keep)];
    await logged(runs[0] as (typeof runs)[0], 'kept');
    runs.push(await startRun(runner, keep));
    await logged(runs[1] as (typeof runs)[0], 'kept');
    const over = await startRun(runner, keep);
    await logged(over, 'TENANT_STORE_BYTES_EXCEEDED');
    const other = await startRun(runner, keep, { tenant: 'other' });
    await logged(other, 'kept');
    clock.advance(1_000);
    for (const run of [...runs, over, other]) await run.result();
    const again = await startRun(runner, keep);
    await logged(again, 'kept');
    await again.cancel();
    const { outcome } = await runToEnd(runner, {
      start: `await api.runStore.set('k', 'x'.repeat(${60 * KiB}));
        await api.runStore.set('l', 'x'.repeat(${30 * KiB}));
        await api.runStore.delete('k');
        await api.runStore.set('m', 'x'.repeat(${60 * KiB}));`,
    });
    expect(outcome.status).toBe('completed');
  });

  it('lets a value be replaced by a smaller one when there is no room left', async () => {
    const runner = await createTestRunner({ limits: { storeBytesPerTenant: 50 * KiB, valueBytes: 49 * KiB } });
    const { outcome } = await runToEnd(runner, {
      start: `await api.runStore.set('k', 'x'.repeat(${48 * KiB})); await api.runStore.set('k', 'small');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', store: { k: 'small' } });
  });
});

describe('updateTenant', () => {
  /** A runner that grants this budget when it is asked, and what it grants. */
  async function grantingRunner(): Promise<{ runner: Runner; limits: { cpuPerTenantPerMinuteMs: number } }> {
    const limits = { cpuPerTenantPerMinuteMs: 60_000 };
    return { limits, runner: await createTestRunner({ tenants: () => ({ limits }) }) };
  }

  it.each([{}, { runId: 'same' }])('holds for a start that is under way: %j', async (start) => {
    const { runner, limits } = await grantingRunner();
    const starting = startRun(runner, one, start);
    limits.cpuPerTenantPerMinuteMs = 7_000;
    runner.updateTenant('acme');
    await (await starting).result();
    expect(runner.tenant('acme')?.cpu.budgetMs).toBe(7_000);
  });

  it('holds for a start that waits for another one with its id', async () => {
    const { runner, limits } = await grantingRunner();
    const failing = startRun(runner, 'class Other {}', { runId: 'same' });
    const waiting = startRun(runner, one, { runId: 'same' });
    limits.cpuPerTenantPerMinuteMs = 7_000;
    runner.updateTenant('acme');
    await expect(failing).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
    await (await waiting).result();
    expect(runner.tenant('acme')?.cpu.budgetMs).toBe(7_000);
  });

  it('is not needed for a start that finds its run: that asks `tenants` as any other', async () => {
    const { runner, limits } = await grantingRunner();
    const run = await startRun(runner, one, { runId: 'same' });
    limits.cpuPerTenantPerMinuteMs = 7_000;
    expect(await startRun(runner, one, { runId: 'same' })).toBe(run);
    expect(runner.tenant('acme')?.cpu.budgetMs).toBe(7_000);
  });
});

describe('a tenant that has a start under way', () => {
  const policy = { isolation: 'realm', limits: defaultLimits, weight: 1 } as const;

  it('is not forgotten, however many others come, and is once it is over', () => {
    const tenants = new Tenants();
    const acme = tenants.grant('acme', policy, 0);
    tenants.startBegun(acme, 0, false);
    tenants.startBegun(acme, 0, false);
    const others = (count: number): void => {
      for (let n = 0; n < count; n++) tenants.grant(`tenant ${n}`, policy, 0);
    };
    others(10_001);
    tenants.startEnded(acme, 0);
    others(10_001);
    expect(tenants.get('acme')).toBe(acme);
    tenants.startEnded(acme, 0);
    others(10_001);
    expect(tenants.get('acme')).toBeUndefined();
  });
});
