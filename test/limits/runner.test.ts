// Limits that the embedder meets at `runner.start`, limits on what is kept, and limits beyond which things wait.
import { describe, expect, it } from 'vitest';
import type { Run, Runner } from '../../src/index.ts';
import { createTestRunner, eventsOf, listed, logged, runToEnd, startRun, useRunner, workflowOf } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { limitedTenants, runBeside } from './crossing.ts';

const tenants = limitedTenants();
const runner = useRunner({ tenants: tenants.policy });

const waits = { start: "api.log('waits'); await new Promise((resolve) => setTimeout(resolve, 1_000));" };

async function startWaiting(on: Runner): Promise<{ run: Run; waiting: Promise<void> }> {
  const run = await startRun(on, waits);
  return { run, waiting: logged(run, 'waits') };
}

describe('sourceBytes', () => {
  it('lets in a source of that many bytes, and refuses one more', async () => {
    const source = `${workflowOf({ start: '' })}//é`;
    const bytes = Buffer.byteLength(source);
    await runBeside(runner(), tenants.grant({ sourceBytes: bytes }), source);
    const refused = startRun(runner(), source, { tenant: tenants.grant({ sourceBytes: bytes - 1 }) });
    await expect(refused).rejects.toMatchObject({ code: 'WORKFLOW_INVALID', findings: [{ code: 'SOURCE_TOO_LARGE' }] });
  });
});

describe('checkWallMs', () => {
  it('ends a check that takes longer, and the next source is checked as ever', async () => {
    const long = workflowOf({ start: `return [${'[1,2,3],'.repeat(100_000)}].length;` });
    const refused = startRun(runner(), long, { tenant: tenants.grant({ checkWallMs: 1 }) });
    await expect(refused).rejects.toMatchObject({ code: 'WORKFLOW_CHECK_TIMED_OUT' });
    expect((await runToEnd(runner(), { start: 'return 1;' })).outcome.output).toBe(1);
  });
});

describe('payloadBytes', () => {
  it.each(['data', 'headers'])('refuses %s beyond, in UTF-8, and lets in as many', async (name) => {
    const small = await createTestRunner({ limits: { payloadBytes: 14 } });
    expect((await runToEnd(small, { start: `return ${name};` }, { [name]: '€€€€' })).outcome.output).toBe('€€€€');
    await expect(startRun(small, { start: '' }, { [name]: '€€€€e' })).rejects.toMatchObject({
      code: 'RUN_OPTION_INVALID',
    });
    expect(await listed(small, { status: 'open' })).toEqual([]);
  });

  it('of a tenant holds for its data', async () => {
    const refused = startRun(runner(), { start: '' }, { tenant: tenants.grant({ payloadBytes: 14 }), data: '€€€€e' });
    await expect(refused).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
  });
});

describe('runsOpenPerTenant', () => {
  it('refuses one more, of this tenant only, until one has ended', async () => {
    const clock = manualClock();
    const full = await createTestRunner({ clock, limits: { runsOpenPerTenant: 2 } });
    const runs = await Promise.all([startWaiting(full), startWaiting(full)]);
    await expect(startRun(full, waits)).rejects.toMatchObject({ code: 'TENANT_RUNS_EXCEEDED' });
    expect(await listed(full)).toHaveLength(2);
    expect((await runToEnd(full, { start: 'return 1;' }, { tenant: 'other' })).outcome.output).toBe(1);
    await Promise.all(runs.map(({ waiting }) => waiting));
    clock.advance(1_000);
    await Promise.all(runs.map(({ run }) => run.result()));
    expect((await runToEnd(full, { start: 'return 1;' })).outcome.output).toBe(1);
  });

  it('holds for runs that are started at once', async () => {
    const full = await createTestRunner({ limits: { runsOpenPerTenant: 3 }, clock: manualClock() });
    const starts = await Promise.allSettled(Array.from({ length: 10 }, () => startRun(full, waits)));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });
});

describe('runsEndedKeptMs', () => {
  it('forgets runs that ended so long ago, and no open one', async () => {
    const clock = manualClock();
    const forgetful = await createTestRunner({ clock, limits: { runsEndedKeptMs: 1_000 } });
    const open = await startRun(
      forgetful,
      { ...waits, start: waits.start.replace('1_000', '60_000') },
      { runId: 'open' },
    );
    await runToEnd(forgetful, { start: '' }, { runId: 'a' });
    clock.advance(600);
    const { run } = await runToEnd(forgetful, { start: 'return 2;' }, { runId: 'b' });
    clock.advance(399);
    expect(await listed(forgetful)).toEqual(['b', 'a', 'open']);
    clock.advance(1);
    expect(await forgetful.get('a')).toBeUndefined();
    expect(await listed(forgetful)).toEqual(['b', 'open']);
    clock.advance(600);
    expect(await listed(forgetful)).toEqual([open.id]);
    expect((await run.result()).output).toBe(2); // For who holds it.
  });
});

describe('runsEndedKept', () => {
  it('forgets the oldest of the ended runs, and no open one', async () => {
    const clock = manualClock();
    const forgetful = await createTestRunner({ clock, limits: { runsEndedKept: 2 } });
    const open = await startRun(forgetful, waits, { runId: 'open' });
    for (const runId of ['a', 'b', 'c']) await runToEnd(forgetful, { start: '' }, { runId });
    expect(await listed(forgetful)).toEqual(['c', 'b', 'open']);
    expect(await forgetful.get('a')).toBeUndefined();
    expect(await forgetful.get('open')).toBe(open);
    // Its id is free again: this is another run.
    expect((await runToEnd(forgetful, { start: 'return 2;' }, { runId: 'a' })).outcome.output).toBe(2);
  });
});

describe('eventsBuffered', () => {
  it('drops the oldest events of a reader that lags, and tells it how many', async () => {
    const start = "for (let n = 0; n < 50; n++) api.log(n); return 'out';";
    const run = await startRun(runner(), { start }, { tenant: tenants.grant({ eventsBuffered: 10 }) });
    const [lags, reads] = [run.events(), Array.fromAsync(run.events())];
    expect((await run.result()).output).toBe('out');
    const events = await Array.fromAsync(lags);
    // run_started, step_armed, step_started, 50 logs, step_completed, run_ended: 55, of which 10 are left.
    expect(events[0]).toMatchObject({ type: 'events_dropped', count: 45 });
    expect(eventsOf(events, 'step_log').map(({ text }) => text)).toEqual([
      '42',
      '43',
      '44',
      '45',
      '46',
      '47',
      '48',
      '49',
    ]);
    expect(events.at(-1)?.type).toBe('run_ended');
    expect((await reads).at(-1)?.type).toBe('run_ended');
  });
});

describe('eventBytesBuffered', () => {
  it.each([
    { eventBytesBuffered: 10_000, texts: 7, count: 46 },
    { eventBytesBuffered: 1, texts: 0, count: 54 },
  ])('of $eventBytesBuffered has the oldest events of a reader that lags dropped', async (at) => {
    const { eventBytesBuffered, texts, count } = at;
    const start = "for (let n = 0; n < 50; n++) api.log('x'.repeat(1_000));";
    const run = await startRun(runner(), { start }, { tenant: tenants.grant({ eventBytesBuffered }) });
    const lags = run.events();
    expect((await run.result()).status).toBe('completed');
    const events = await Array.fromAsync(lags);
    // 55 as above; each has 256 bytes beside its text.
    expect(events[0]).toMatchObject({ type: 'events_dropped', count });
    expect(eventsOf(events, 'step_log')).toHaveLength(texts);
    expect(events.at(-1)?.type).toBe('run_ended');
  });
});

describe('beyond', () => {
  /** Each branch notes how many are between its beginning and its end, itself included. */
  const counting = {
    start: "for (let n = 0; n < 12; n++) await api.scheduleNextStep({ action: 'work' });",
    work: `await api.runStore.push('active', await api.runStore.increment('n'));
      await new Promise((resolve) => setTimeout(resolve, 5));
      await api.runStore.increment('n', -1);`,
  };

  it('stepsActivePerTenant branches wait', async () => {
    const { outcome } = await runBeside(runner(), tenants.grant({ stepsActivePerTenant: 3 }), counting);
    expect(outcome.steps.completed).toBe(13);
    expect(Math.max(...(outcome.store['active'] as number[]))).toBe(3);
  });

  it('stepsActivePerWorker branches wait', async () => {
    const narrow = await createTestRunner({ limits: { stepsActivePerWorker: 2 } });
    const { outcome } = await runBeside(narrow, 'acme', counting);
    expect(outcome.steps.completed).toBe(13);
    expect(Math.max(...(outcome.store['active'] as number[]))).toBe(2);
  });

  it.each([{ cellsPerWorker: 1 }, { stepsPerTurn: 1 }, { bytesInFlightPerWorker: 1 }])(
    '%o all goes on, in turns',
    async (limits) => {
      const narrow = await createTestRunner({ limits });
      const ended = await Promise.all(['a', 'b', 'c'].map((tenant) => runBeside(narrow, tenant, counting)));
      expect(ended.map(({ outcome }) => outcome.steps.completed)).toEqual([13, 13, 13]);
    },
  );
});
