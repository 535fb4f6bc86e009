// A tenant that has used its CPU time of a minute waits for the next one. Nobody else does, and nothing fails for it.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import type { Run, Runner, RunnerEvent } from '../../src/index.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import { Tenants } from '../../src/runner/tenants.ts';
import { cpuAt, newTenant, spend } from '../../src/state/tenant-state.ts';
import { createTestRunner, logged, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

/** More than a small step uses with the cell that is opened for it, and less than one that burns. */
const budgetMs = 160;
const limits = { cpuPerTenantPerMinuteMs: budgetMs, turnCpuMs: 1_000 };
/** In turns that are far shorter than one may be, on a slow machine too. */
const burn = `let sum = 0; for (let turn = 0; turn < 4; turn++) {
  for (let i = 0; i < 80_000_000; i++) sum += i % 7;
  await api.runStore.get('sum');
}`;
/** A tenant that looks on is never suspended itself: opening its cells is charged as well. */
const forOthers = { limits: { ...limits, cpuPerTenantPerMinuteMs: 60_000 } };
const grant = (limits: Partial<Limits>) => (tenant: string) => (tenant === 'acme' ? { limits } : forOthers);
const chain = {
  start: "await api.scheduleNextStep({ action: 'burn', payload: data.links });",
  burn: `${burn} console.info('burnt', data);
    if (data > 1) await api.scheduleNextStep({ action: 'burn', payload: data - 1 });`,
};

/** A run of three steps that burn, whose tenant has used its CPU time with the first. */
async function suspendedRun(runner: Runner): Promise<Run> {
  const run = await startRun(runner, chain, { data: { links: 3 } });
  await logged(run, 'burnt 3');
  await runToEnd(runner, { start: '' }, { tenant: 'other' });
  return run;
}

/** Calls each time that a tenant of any runner of this process is suspended; says how often when it is stopped. */
function whenSuspended(tell: () => void): { stop(): number } {
  let times = 0;
  const onMessage = (): void => {
    times++;
    if (times < 10) tell();
  };
  subscribe('stepwell:tenant_suspended', onMessage);
  return {
    stop() {
      unsubscribe('stepwell:tenant_suspended', onMessage);
      return times;
    },
  };
}

describe('cpuPerTenantPerMinuteMs', () => {
  it('suspends the tenant until what it has used too much is paid off, and says once until when', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, tenants: grant(limits) });
    const news: RunnerEvent[] = [];
    const listening = (async () => {
      for await (const event of runner.events()) if (event.type === 'tenant_suspended') news.push(event);
    })();
    const run = await startRun(runner, chain, { data: { links: 2 } });
    const began = clock.now();
    const minutesOwed = (usedMs: number): number => Math.floor((usedMs - budgetMs) / budgetMs);
    await logged(run, 'burnt 2');
    expect((await runToEnd(runner, { start: 'return 1;' }, { tenant: 'other' })).outcome.output).toBe(1);
    const view = runner.tenant('acme');
    const usedMs = view?.cpu.usedMs ?? 0;
    const resumesAt = began + (1 + minutesOwed(usedMs)) * 60_000;
    expect(minutesOwed(usedMs)).toBeGreaterThan(0);
    expect(view).toMatchObject({ stepsWaiting: 1, stepsActive: 0, waitsFor: 'budget', resumesAt });
    expect(view?.cpu).toMatchObject({ budgetMs, windowEndsAt: began + 60_000 });
    // Each minute before that pays off what is granted in it, and nothing resumes.
    for (let minute = 1; minute <= minutesOwed(usedMs); minute++) {
      clock.advance(60_000);
      await runToEnd(runner, { start: '' }, { tenant: 'other' });
      expect(runner.tenant('acme')).toMatchObject({ stepsWaiting: 1, waitsFor: 'budget', resumesAt });
      expect(runner.tenant('acme')?.cpu.usedMs).toBeCloseTo(usedMs - minute * budgetMs, 6);
    }
    clock.advance(59_999);
    expect(runner.tenant('acme')).toMatchObject({ stepsWaiting: 1, waitsFor: 'budget', resumesAt });
    expect(clock.sleepers).toBe(1);
    const resumed = logged(run, 'burnt 1');
    clock.advance(1);
    expect(clock.now()).toBe(resumesAt);
    expect(runner.tenant('acme')).toMatchObject({
      stepsWaiting: 0,
      stepsActive: 1,
      waitsFor: 'nothing',
      resumesAt: null,
    });
    await resumed;
    expect(await run.result()).toMatchObject({ status: 'completed', steps: { armed: 3, retried: 0 } });
    await runner.close();
    await listening;
    const [told, ...again] = news;
    if (told?.type !== 'tenant_suspended') throw new Error('Nobody was told.');
    expect(told).toMatchObject({ at: began, tenant: 'acme', budgetMs });
    expect(told.resumesAt).toBe(began + (1 + minutesOwed(told.usedMs)) * 60_000);
    expect(again).toEqual([]);
  });

  it('is no matter of a wall clock: waiting for it costs no step its time', async () => {
    const runner = await createTestRunner({ limits: { ...limits, stepCpuMs: 2_000, stepWallMs: 2_000 } }); // Its clock skips to the minute in which it may go on.
    const { outcome } = await runToEnd(runner, chain, { data: { links: 3 } });
    expect(outcome).toMatchObject({ status: 'completed', steps: { armed: 4, completed: 4, retried: 0 } });
    expect(outcome.usage.wallMs).toBeGreaterThan(60_000);
  });

  it('can be raised while runs wait for it', async () => {
    let cpuPerTenantPerMinuteMs = budgetMs;
    const tenants = (tenant: string) => grant({ ...limits, cpuPerTenantPerMinuteMs })(tenant);
    const runner = await createTestRunner({ clock: manualClock(), tenants });
    const run = await suspendedRun(runner);
    expect(runner.tenant('acme')?.waitsFor).toBe('budget');
    cpuPerTenantPerMinuteMs = 60_000;
    runner.updateTenant('acme');
    expect(await run.result()).toMatchObject({ status: 'completed' });
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'nothing', cpu: { budgetMs: 60_000 } });
  });

  it('can be raised by whoever is told that it is used', async () => {
    let cpuPerTenantPerMinuteMs = budgetMs;
    const tenants = (tenant: string) => grant({ ...limits, cpuPerTenantPerMinuteMs })(tenant);
    const runner = await createTestRunner({ clock: manualClock(), tenants });
    const told = whenSuspended(() => {
      cpuPerTenantPerMinuteMs = 60_000;
      runner.updateTenant('acme');
    });
    const { outcome } = await runToEnd(runner, chain, { data: { links: 3 } });
    expect(outcome.status).toBe('completed');
    expect(told.stop()).toBe(1);
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'nothing', stepsWaiting: 0 });
  });

  it('is raised before a clock that skips what nobody waits for skips to the next minute', async () => {
    let cpuPerTenantPerMinuteMs = budgetMs;
    const tenants = (tenant: string) => grant({ ...limits, cpuPerTenantPerMinuteMs })(tenant);
    const runner = await createTestRunner({ tenants });
    const told = whenSuspended(() => {
      cpuPerTenantPerMinuteMs = 60_000;
      runner.updateTenant('acme');
    });
    const { outcome } = await runToEnd(runner, chain, { data: { links: 3 } });
    expect(told.stop()).toBe(1);
    expect(outcome.usage.wallMs).toBeLessThan(60_000);
  });

  it('is told of once, also when whoever is told grants no more than before', async () => {
    const runner = await createTestRunner({ clock: manualClock(), tenants: grant(limits) });
    const told = whenSuspended(() => runner.updateTenant('acme'));
    const run = await suspendedRun(runner);
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'budget', stepsWaiting: 1 });
    expect(told.stop()).toBe(1);
    await run.cancel();
  });

  it('can be raised with a start', async () => {
    let cpuPerTenantPerMinuteMs = budgetMs;
    const tenants = (tenant: string) => grant({ ...limits, cpuPerTenantPerMinuteMs })(tenant);
    const runner = await createTestRunner({ clock: manualClock(), tenants });
    const run = await suspendedRun(runner);
    expect(runner.tenant('acme')?.waitsFor).toBe('budget');
    cpuPerTenantPerMinuteMs = 60_000;
    // Also when the start itself comes to nothing.
    await expect(runner.start({ tenant: 'acme', workflow: 'class' })).rejects.toThrow();
    expect(await run.result()).toMatchObject({ status: 'completed' });
  });

  it('is used up in the minute in which the time was used, whether anybody looked at it meanwhile or not', () => {
    const [looked, unseen] = [1, 2].map(() =>
      newTenant('acme', { ...defaultLimits, cpuPerTenantPerMinuteMs: 1_000 }, 1),
    );
    if (looked === undefined || unseen === undefined) throw new Error('There are no tenants.');
    for (const tenant of [looked, unseen]) spend(tenant, 10, 60_000);
    for (let minute = 1; minute <= 5; minute++) cpuAt(looked, minute * 60_000);
    for (const tenant of [looked, unseen]) spend(tenant, 4_000, 5 * 60_000);
    expect([looked.cpu.usedMs, unseen.cpu.usedMs]).toEqual([4_000, 4_000]);
  });

  it('counts for the minute that it is when another process goes on with it', () => {
    const tenants = new Tenants();
    const policy = {
      limits: { ...defaultLimits, cpuPerTenantPerMinuteMs: 60 },
      weight: 1,
      isolation: 'realm' as const,
    };
    const tenant = tenants.grant('acme', policy, 30_000);
    const cpu = { usedMs: 110, grantedMs: 10, endsAt: 60_000 };
    tenants.restore(tenant, { ...newTenant('acme', policy.limits, 1), cpu }, 30_000);
    expect(cpuAt(tenant, 60_000)).toEqual({ usedMs: 50, grantedMs: 60, endsAt: 120_000 });
  });

  it('is shown as of now, also after a quiet hour', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { cpuPerTenantPerMinuteMs: 60_000 } });
    const began = clock.now();
    await runToEnd(runner, { start: burn });
    const { cpu } = runner.tenant('acme') ?? {};
    expect(cpu).toMatchObject({ windowEndsAt: began + 60_000 });
    expect(cpu?.usedMs).toBeGreaterThan(budgetMs);
    clock.advance(3_600_000);
    expect(runner.tenant('acme')?.cpu).toMatchObject({ usedMs: 0, windowEndsAt: began + 61 * 60_000 });
  });

  it('holds nothing against the tenant that it used before it was lowered', async () => {
    const clock = manualClock();
    let cpuPerTenantPerMinuteMs = 60_000;
    const tenants = (tenant: string) => grant({ ...limits, cpuPerTenantPerMinuteMs })(tenant);
    const runner = await createTestRunner({ clock, tenants });
    await runToEnd(runner, { start: burn });
    const endsAt = runner.tenant('acme')?.cpu.windowEndsAt ?? 0;
    cpuPerTenantPerMinuteMs = 1;
    runner.updateTenant('acme');
    const run = await startRun(runner, { start: '' });
    await runToEnd(runner, { start: '' }, { tenant: 'other' });
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'budget', resumesAt: endsAt });
    clock.advance(endsAt - clock.now());
    expect(await run.result()).toMatchObject({ status: 'completed' });
  });

  it('can be changed while runs wait for it, which then wait for less or more, and nobody is told again', async () => {
    const clock = manualClock();
    let cpuPerTenantPerMinuteMs = budgetMs;
    const tenants = (tenant: string) => grant({ ...limits, cpuPerTenantPerMinuteMs })(tenant);
    const runner = await createTestRunner({ clock, tenants });
    const told = whenSuspended(() => {});
    const run = await suspendedRun(runner);
    const { usedMs = 0, windowEndsAt = 0 } = runner.tenant('acme')?.cpu ?? {};
    const resumesAt = (grantedMs: number, owedBy: number): number =>
      windowEndsAt + Math.floor(Math.max(0, usedMs - grantedMs) / owedBy) * 60_000;
    cpuPerTenantPerMinuteMs = budgetMs / 4;
    runner.updateTenant('acme');
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'budget', resumesAt: resumesAt(budgetMs, budgetMs / 4) });
    clock.advance(resumesAt(budgetMs, budgetMs) - clock.now());
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'budget', stepsWaiting: 1 });
    // More than it was, with a start that comes to nothing, and still not enough now.
    cpuPerTenantPerMinuteMs = Math.floor(runner.tenant('acme')?.cpu.usedMs ?? 0);
    await expect(runner.start({ tenant: 'acme', workflow: 'class' })).rejects.toThrow();
    const nextMinute = runner.tenant('acme')?.cpu.windowEndsAt ?? 0;
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'budget', stepsWaiting: 1, resumesAt: nextMinute });
    expect(nextMinute).toBeLessThan(resumesAt(budgetMs, budgetMs / 4));
    expect(told.stop()).toBe(1);
    clock.advance(nextMinute - clock.now());
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'nothing', stepsWaiting: 0 });
    await run.cancel();
  });

  it('is also waited for as long as steps have used that ran on meanwhile, and nobody is told again', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, tenants: grant(limits) });
    const told = whenSuspended(() => {});
    const late = await startRun(runner, {
      start: `console.info('sleeps'); await new Promise((n) => setTimeout(n, 1_000)); ${burn} console.info('burnt');`,
    });
    await logged(late, 'sleeps');
    const run = await suspendedRun(runner);
    const before = runner.tenant('acme')?.resumesAt ?? 0;
    const burnt = logged(late, 'burnt');
    clock.advance(1_000);
    await burnt;
    await late.result();
    await runToEnd(runner, { start: '' }, { tenant: 'other' });
    const after = runner.tenant('acme')?.resumesAt ?? 0;
    expect(after).toBeGreaterThan(before);
    clock.advance(before - clock.now());
    await runToEnd(runner, { start: '' }, { tenant: 'other' });
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'budget', stepsWaiting: 1, resumesAt: after });
    expect(told.stop()).toBe(1);
    clock.advance(after - clock.now());
    expect(runner.tenant('acme')).toMatchObject({ waitsFor: 'nothing', stepsWaiting: 0 });
    await run.cancel();
  });

  it('keeps nothing of runs that are cancelled while another one of the tenant waits', async () => {
    const runner = await createTestRunner({ clock: manualClock(), tenants: grant(limits) });
    const first = await suspendedRun(runner);
    for (let n = 0; n < 5; n++) await (await startRun(runner, chain, { data: { links: 1 } })).cancel();
    expect(runner.tenant('acme')).toMatchObject({ runsOpen: 1, stepsWaiting: 1, branchesOpen: 1 });
    await first.cancel();
    expect(runner.tenant('acme')).toMatchObject({ runsOpen: 0, stepsWaiting: 0, branchesOpen: 0 });
  });

  it('leaves runs that are cancelled nothing to wait for', async () => {
    const runner = await createTestRunner({ clock: manualClock(), tenants: grant(limits) });
    const run = await suspendedRun(runner);
    await run.cancel();
    expect(runner.tenant('acme')).toMatchObject({ runsOpen: 0, stepsWaiting: 0, branchesOpen: 0 });
  });
});

describe('updateTenant', () => {
  it('lets more steps run at once, of runs that are open', async () => {
    let stepsActivePerTenant = 1;
    const tenants = () => ({ weight: stepsActivePerTenant, limits: { stepsActivePerTenant } });
    const runner = await createTestRunner({ clock: manualClock(), tenants });
    const run = await startRun(runner, {
      start: "for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'wait' });",
      wait: "await api.runStore.increment('begun'); console.info('waits', await api.runStore.get('begun')); await new Promise((n) => setTimeout(n, 1_000));",
    });
    await logged(run, 'waits 1');
    await runToEnd(runner, { start: '' }, { tenant: 'other' });
    expect(runner.tenant('acme')).toMatchObject({ weight: 1, stepsActive: 1, stepsWaiting: 2 });
    stepsActivePerTenant = 3;
    runner.updateTenant('acme');
    await logged(run, 'waits 3');
    expect(runner.tenant('acme')).toMatchObject({ weight: 3, stepsActive: 3, stepsWaiting: 0 });
    await run.cancel();
  });

  it('changes nothing when what `tenants` returns is no policy', async () => {
    let policy: object = { weight: 2 };
    const runner = await createTestRunner({ tenants: () => policy });
    await runToEnd(runner, { start: '' });
    policy = { weight: 0 };
    expect(() => runner.updateTenant('acme')).toThrowError(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(runner.tenant('acme')?.weight).toBe(2);
  });
});
