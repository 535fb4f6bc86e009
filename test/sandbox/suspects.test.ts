// Code that costs others their host costs it once: after that it begins alone, until it has been good for a while.
import { describe, expect, it } from 'vitest';
import type { Runner, RunnerEvent, RunnerStats } from '../../src/index.ts';
import { createTestRunner, runToEnd } from '../harness.ts';

/** Ends its process when told to, or makes so many steps that do nothing. */
const source = {
  start: `if (data.crash) 'x'.repeat(2 ** 27 + 10).split('');
    for (let n = 0; n < data.steps; n++) await api.scheduleNextStep({ action: 'step' });`,
  step: '',
};

/** Time to crash in, also on a busy machine. */
const limits = { turnCpuMs: 1_000 };

/** Lanes of the hosts that a run has cost. */
async function hostsLostBy(runner: Runner, data: object, workflow: Record<string, string> = source): Promise<string[]> {
  const told: RunnerEvent[] = [];
  const events = runner.events();
  const listening = (async () => {
    for await (const event of events) told.push(event);
  })();
  await runToEnd(runner, workflow, { data });
  await events.return?.();
  await listening;
  return told.filter((event) => event.type === 'host_lost').map(({ lane }) => lane);
}

describe('a workflow that has ended its host', () => {
  it('begins alone from then on, shares again after clean steps, and is then watched for longer', async () => {
    const runner = await createTestRunner({ limits });
    expect(await hostsLostBy(runner, { crash: true })).toEqual(['shared', 'exclusive']);
    expect(await hostsLostBy(runner, { crash: true })).toEqual(['exclusive']);
    // Three offences: 8, 16, 32 clean steps.
    expect(await hostsLostBy(runner, { steps: 40 })).toEqual([]);
    expect(await hostsLostBy(runner, { crash: true })).toEqual(['shared', 'exclusive']);
    expect(await hostsLostBy(runner, { steps: 40 })).toEqual([]);
    expect(await hostsLostBy(runner, { crash: true })).toEqual(['exclusive']);
  });

  it('brings its tenant under suspicion when it has two companions, and nobody else', async () => {
    const runner = await createTestRunner({ limits });
    const another = (n: number): Record<string, string> => ({ ...source, step: String(n) });
    for (const n of [1, 2, 3]) {
      expect(await hostsLostBy(runner, { crash: true }, another(n))).toEqual(['shared', 'exclusive']);
    }
    expect(await hostsLostBy(runner, { crash: true }, another(4))).toEqual(['exclusive']);
    const { lanes } = runner.stats();
    expect(lanes.shared.hosts).toBe(1);
    const turns = (): number => runner.stats().hosts.find(({ lane }) => lane === 'shared')?.turns ?? 0;
    const before = turns();
    await runToEnd(runner, source, { tenant: 'another', data: { steps: 3 } });
    expect(turns()).toBeGreaterThan(before);
  });
});

describe('a step that is long', () => {
  it('has its whole CPU time, alone', async () => {
    const runner = await createTestRunner({ limits: { stepCpuMs: 20_000 } });
    const { outcome, events } = await runToEnd(runner, {
      start: `let sum = 0; for (let i = 0; i < 1_500_000_000; i++) sum += i % 7; return sum;`,
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 4_499_999_995 });
    expect(events.map(({ type }) => type)).toContain('step_moved');
  });

  it('begins alone the next time, and those that it arms do not', async () => {
    const runner = await createTestRunner();
    const workflow = {
      start: `for (let i = 0; i < 1_000_000_000; i++); for (let n = 0; n < 20; n++) await api.scheduleNextStep({ action: 'step' });`,
      step: '',
    };
    const lanesOf = async (): Promise<[lost: number, alone: number]> => {
      const before = runner.stats();
      const { outcome } = await runToEnd(runner, workflow);
      expect(outcome).toMatchObject({ status: 'completed', steps: { completed: 21 } });
      const turns = (lane: string, { hosts }: RunnerStats): number =>
        hosts.reduce((sum, host) => sum + (host.lane === lane ? host.turns : 0), 0);
      const after = runner.stats();
      return [after.cellsLost - before.cellsLost, turns('exclusive', after) - turns('exclusive', before)];
    };
    expect((await lanesOf())[0]).toBe(1);
    // A turn for its beginning, and one for the reply to each schedule: steps of one turn each would be twenty more.
    for (let runs = 0; runs < 3; runs++) expect(await lanesOf()).toEqual([0, 21]);
  });
});
