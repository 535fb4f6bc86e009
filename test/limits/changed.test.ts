// A tenant is granted other limits: runs that are started from then on are held to them, though their workflow has warm
// cells, and runs that were open before keep their own limits and their cell.
import { describe, expect, it } from 'vitest';
import type { Limits, Run, Runner, RunnerOptions } from '../../src/index.ts';
import { createTestRunner, logged, runToEnd, startRun } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

interface ChangingTenant {
  readonly runner: Runner;
  /** From now on the tenant is granted this. */
  change(limits: Partial<Limits>): void;
}

/** The object that `tenants` gives is another one each time. */
async function tenantWith(limits: Partial<Limits>, options: RunnerOptions = {}): Promise<ChangingTenant> {
  let granted = limits;
  const runner = await createTestRunner({ ...options, tenants: () => ({ limits: { ...granted } }) });
  const change = (next: Partial<Limits>): void => {
    granted = next;
    runner.updateTenant('acme');
  };
  return { runner, change };
}

const cellsOf = (runner: Runner): number => runner.stats().lanes.shared.cells;

const few = { valueBytes: 1_000 };
const many = { valueBytes: 100_000 };
/** `data`: how long a value it keeps. */
const keep = {
  start: `try { await api.runStore.set('k', 'v'.repeat(data)); return 'kept'; } catch (error) { return error.code; }`,
};

describe('limits of a value that are changed', () => {
  it('hold for the next run of the same workflow, raised or lowered', async () => {
    const { runner, change } = await tenantWith(few);
    const outputOf = async (data: number): Promise<unknown> => (await runToEnd(runner, keep, { data })).outcome.output;
    expect([await outputOf(900), await outputOf(50_000)]).toEqual(['kept', 'VALUE_TOO_LARGE']);
    change(many);
    expect([await outputOf(50_000), await outputOf(100_000)]).toEqual(['kept', 'VALUE_TOO_LARGE']);
    change(few);
    expect([await outputOf(900), await outputOf(50_000)]).toEqual(['kept', 'VALUE_TOO_LARGE']);
    expect([cellsOf(runner), runner.stats().cellsLost]).toEqual([2, 0]); // Each of the two has one, and finds it again.
  });

  it('leave open runs their own, and their cell', async () => {
    const clock = manualClock();
    const { runner, change } = await tenantWith(many, { clock });
    const waiting = {
      start: `api.log('waits'); await new Promise((next) => setTimeout(next, 1_000)); ${keep.start}`,
    };
    const startWaiting = async (): Promise<Run> => {
      const run = await startRun(runner, waiting, { data: 50_000 });
      await logged(run, 'waits');
      return run;
    };
    const before = await startWaiting();
    change(few);
    const after = await startWaiting();
    expect([cellsOf(runner), runner.stats().lanes.shared.active]).toEqual([2, 2]);
    clock.advance(1_000);
    expect(await before.result()).toMatchObject({ output: 'kept', steps: { completed: 1, retried: 0 } });
    expect(await after.result()).toMatchObject({ output: 'VALUE_TOO_LARGE', steps: { completed: 1, retried: 0 } });
    expect(runner.stats().cellsLost).toBe(0);
  });

  it('make no further cell if what has changed is no matter of cells, or nothing has', async () => {
    const { runner, change } = await tenantWith(few);
    for (const cpuPerTenantPerMinuteMs of [60_000, 60_000, 70_000]) {
      change({ ...few, cpuPerTenantPerMinuteMs, runsOpenPerTenant: 7 });
      expect((await runToEnd(runner, keep, { data: 900 })).outcome.output).toBe('kept');
    }
    expect(cellsOf(runner)).toBe(1);
  });
});

describe('stepCpuMs that is changed', () => {
  /** Longer than a turn, so that it runs alone. `data`: how often it goes round; a million are 1 ms or more. */
  const burn = { start: 'let sum = 0; for (let n = 0; n < data; n++) sum += n % 7; return typeof sum;' };
  const [short, long, endless] = [2e6, 5e8, 1e15];
  const low = { stepCpuMs: 100, turnCpuMs: 1 };
  const high = { stepCpuMs: 30_000, turnCpuMs: 1 };

  const expectShort = async (runner: Runner): Promise<void> => {
    expect((await runToEnd(runner, burn, { data: short })).outcome).toMatchObject({ output: 'number' });
  };

  it('gives the next run of the same workflow more time, if it is raised', async () => {
    const { runner, change } = await tenantWith(low);
    await expectShort(runner);
    change(high);
    const { outcome } = await runToEnd(runner, burn, { data: long });
    expect(outcome).toMatchObject({ status: 'completed', output: 'number' });
    expect(outcome.usage.cpuMs).toBeGreaterThan(low.stepCpuMs);
  });

  it('gives it less, if it is lowered', async () => {
    const { runner, change } = await tenantWith({ ...high, stepCpuMs: 5_000 });
    await expectShort(runner);
    change(low);
    const { outcome } = await runToEnd(runner, burn, { data: endless });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_CPU_EXCEEDED', limits: { stepCpuMs: low.stepCpuMs } },
    });
    expect(outcome.usage.cpuMs).toBeLessThan(2_000);
  });
});
