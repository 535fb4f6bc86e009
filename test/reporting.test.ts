// What an operator is told: events of the runner, the same on diagnostics channels, and how it stands.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import type { Runner, RunnerEvent } from '../src/index.ts';
import { createTestRunner, eventOf, runToEnd, startRun } from './harness.ts';

const limits = { stepCpuMs: 100, turnCpuMs: 20 };
const loops = { start: 'await api.runStore.increment("n"); for (;;);' };

async function firstOf<T extends RunnerEvent['type']>(
  runner: Runner,
  type: T,
): Promise<Extract<RunnerEvent, { type: T }>> {
  for await (const event of runner.events()) if (isOf(event, type)) return event;
  throw new Error('The runner was closed without such an event.');
}

function isOf<T extends RunnerEvent['type']>(event: RunnerEvent, type: T): event is Extract<RunnerEvent, { type: T }> {
  return event.type === type;
}

describe.each(['process', 'thread'] as const)('runner.events(), in %s containment', (containment) => {
  it('tells of a cell that is lost, and of the steps that are moved', async () => {
    const runner = await createTestRunner({ containment, limits });
    const lost = firstOf(runner, 'cell_lost');
    const moved = firstOf(runner, 'step_moved');
    const { run } = await runToEnd(runner, loops, { tenant: 'noisy' });
    expect(await lost).toMatchObject({ tenant: 'noisy', lane: 'shared', reason: 'cpu', steps: 1 });
    expect((await lost).workflow).toMatch(/^[0-9a-f]{64}$/);
    expect((await lost).pid === null).toBe(containment === 'thread');
    expect(await moved).toMatchObject({ runId: run.id, step: 'step_1', reason: 'cpu' });
  });

  it('ends when the runner is closed', async () => {
    const runner = await createTestRunner({ containment });
    const all = Array.fromAsync(runner.events());
    await runner.close();
    expect(await all).toEqual([]);
    expect(await Array.fromAsync(runner.events())).toEqual([]);
  });
});

describe('runner.events()', () => {
  it('tells of a host that is lost, and of the one that takes its place', async () => {
    const runner = await createTestRunner();
    const [{ pid } = { pid: null }] = runner.stats().hosts;
    const lost = firstOf(runner, 'host_lost');
    const started = firstOf(runner, 'host_started');
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await lost).toMatchObject({ pid, lane: 'shared', reason: 'worker', steps: 0 });
    expect((await started).pid).not.toBe(pid);
    expect((await runToEnd(runner, { start: 'return 1;' })).outcome.output).toBe(1);
    expect(runner.stats()).toMatchObject({ hostsLost: 1, restarts: 1 });
  });

  it('tells how a host died of a step, in one printable line', async () => {
    // With less memory it would be ended for that first.
    const runner = await createTestRunner({ limits: { cellMemoryMb: 512 } });
    const told = Array.fromAsync(runner.events());
    const { outcome } = await runToEnd(runner, { start: "'x'.repeat(2 ** 27 + 10).split('');" });
    expect(outcome.error?.code).toBe('STEP_CRASHED_HOST');
    await runner.close();
    // On a busy machine the shared host may have been killed for the time it took; alone, the step has time enough.
    const lost = (await told).filter((event) => isOf(event, 'host_lost')).find(({ lane }) => lane === 'exclusive');
    expect(lost).toMatchObject({ reason: 'crash', steps: 1 });
    expect(lost?.detail).toMatch(/^it was ended by SIG[A-Z]+(: [\x20-\x7e]{1,200})?$/);
  });
});

describe('diagnostics channels', () => {
  it('carry the same events', async () => {
    const heard: unknown[] = [];
    const hear = (event: unknown): void => void heard.push(event);
    const names = ['cell_lost', 'step_moved', 'host_started'].map((name) => `stepwell:${name}`);
    for (const name of names) subscribe(name, hear);
    const runner = await createTestRunner({ limits });
    const told = Array.fromAsync(runner.events());
    await runToEnd(runner, loops);
    await runner.close();
    for (const name of names) unsubscribe(name, hear);
    const expected = (await told).filter(({ type }) => names.includes(`stepwell:${type}`));
    expect(expected.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['cell_lost', 'step_moved', 'host_started']),
    );
    // Before anybody could listen to the runner, its first host was up.
    expect(heard.filter((event) => expected.includes(event as RunnerEvent))).toEqual(expected);
  });
});

describe('runner.stats()', () => {
  it('shows hosts, lanes, memory and what waits', async () => {
    const runner = await createTestRunner({ workers: 2, limits: { stepsActivePerWorker: 1 } });
    const source = {
      start: "for (let n = 0; n < 5; n++) await api.scheduleNextStep({ action: 'waits', payload: n });",
      waits: 'await new Promise((resolve) => setTimeout(resolve, 40_000));',
    };
    const run = await startRun(runner, source);
    let started = 0;
    await eventOf(run, (event) => event.type === 'step_started' && event.action === 'waits' && ++started === 2);
    const { hosts, lanes, runsOpen, timers } = runner.stats();
    expect(hosts).toHaveLength(2);
    for (const host of hosts) {
      expect(host).toMatchObject({ lane: 'shared', isUp: true, steps: 1, cells: 1 });
      if (process.platform === 'linux') expect(host.residentBytes).toBeGreaterThan(10_000_000);
    }
    expect(lanes.shared).toEqual({ hosts: 2, cells: 2, active: 2, waiting: 3 });
    expect(lanes.exclusive).toEqual({ hosts: 0, cells: 0, active: 0, waiting: 0 });
    expect([runsOpen, timers >= 2]).toEqual([1, true]);
    await runner.close();
    expect(runner.stats()).toMatchObject({ hosts: [], runsOpen: 1 });
  });

  it('shows steps that run alone in their lane', async () => {
    const runner = await createTestRunner({ limits });
    const run = await startRun(runner, {
      start: "if (!(await api.runStore.get('n'))) { await api.runStore.set('n', 1); for (;;); }",
    });
    await eventOf(run, ({ type }) => type === 'step_moved');
    await run.result();
    const { lanes, cellsLost } = runner.stats();
    expect([lanes.shared.hosts, lanes.exclusive.hosts]).toEqual([1, 1]);
    expect(cellsLost).toBeGreaterThanOrEqual(1);
  });
});
