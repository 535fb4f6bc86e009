// What a tenant has under way before its runs are open: starts, and sources that wait to be checked. Refused at once, and given back.
import { describe, expect, it } from 'vitest';
import type { Limits, Runner, StepwellError } from '../../src/index.ts';
import { createTestRunner, runToEnd, startRun, workflowOf } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const waits = { start: "await api.scheduleNextStep({ action: 'later', delay: 60 });", later: '' };
const tooManyRuns = { code: 'TENANT_RUNS_EXCEEDED' };
const tooManyChecks = { code: 'TENANT_CHECKS_EXCEEDED' };

function runnerOf(limits: Partial<Limits>): Promise<Runner> {
  return createTestRunner({ clock: manualClock(), limits });
}

/** As {@link waits}, but of so many bytes, and another one for each number. */
function sourceOf(number: number, bytes = 1_500): string {
  return `${workflowOf(waits)}//${number}`.padEnd(bytes, 'x');
}

describe('starts that are under way', () => {
  it('count as open runs: one more is refused before it, or any other, is checked', async () => {
    const runner = await runnerOf({ runsOpenPerTenant: 2 });
    const first = [startRun(runner, sourceOf(1)), startRun(runner, sourceOf(2))];
    const refused = startRun(runner, sourceOf(3));
    const other = startRun(runner, sourceOf(3), { tenant: 'other' });
    await expect(Promise.race([refused, ...first, other])).rejects.toMatchObject(tooManyRuns);
    expect((await Promise.all([...first, other])).map(({ status }) => status)).toEqual(['open', 'open', 'open']);
    await expect(startRun(runner, sourceOf(1))).rejects.toMatchObject(tooManyRuns);
  });

  it('make room again however they end', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { runsOpenPerTenant: 1, startsPerTenantPerSecond: 7 } });
    const controller = new AbortController();
    const aborted = startRun(runner, sourceOf(1), { signal: controller.signal });
    await expect(startRun(runner, sourceOf(2))).rejects.toMatchObject(tooManyRuns);
    controller.abort();
    await expect(aborted).rejects.toThrow('aborted');
    for (let i = 0; i < 2; i++) {
      await expect(startRun(runner, 'class Other {}')).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
      await expect(startRun(runner, 'class {', { runId: 'a' })).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
    }
    await (await startRun(runner, sourceOf(1), { runId: 'b' })).cancel();
    await (await startRun(runner, sourceOf(1))).cancel();
    for (let i = 0; i < 2; i++) {
      await expect(startRun(runner, sourceOf(1))).rejects.toMatchObject({ code: 'TENANT_STARTS_EXCEEDED' });
    }
    clock.advance(1_000);
    await startRun(runner, sourceOf(1));
    await expect(startRun(runner, sourceOf(1))).rejects.toMatchObject(tooManyRuns);
  });

  it('may be many for one run, which all of them get; but not any number', async () => {
    const runner = await runnerOf({ runsOpenPerTenant: 1 });
    const starts = Array.from({ length: 1_001 }, () => startRun(runner, sourceOf(1), { runId: 'a' }));
    const ended = await Promise.allSettled(starts);
    const runs = new Set(ended.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])));
    const errors = ended.flatMap((start) => (start.status === 'rejected' ? [start.reason.code] : []));
    expect([runs.size, errors]).toEqual([1, ['TENANT_RUNS_EXCEEDED']]);
    expect(await startRun(runner, sourceOf(1), { runId: 'a' })).toBe([...runs][0]);
  });

  it('for one run may hold so many bytes while they wait, and one too many does not come before the others', async () => {
    const runner = await runnerOf({ checkBytesPerTenant: 1_048_576 });
    const data = 'x'.repeat(300_000);
    const starts = Array.from({ length: 6 }, () => startRun(runner, sourceOf(1), { runId: 'a', data }));
    const ended = await Promise.allSettled(starts);
    expect(ended.map(({ status }) => status[0]).join('')).toBe('ffffrr');
    expect(ended.at(-1)).toMatchObject({ reason: tooManyChecks });
    expect(new Set(ended.slice(0, 4).map((start) => start.status === 'fulfilled' && start.value)).size).toBe(1);
    expect(runner.stats().runsOpen).toBe(1);
    await startRun(runner, sourceOf(1), { runId: 'a', data });
  });

  it('for one run take turns: the first that can opens it', async () => {
    const runner = await runnerOf({});
    const sources = ['class {', 'class Other {}', sourceOf(1), 'class {', sourceOf(2)];
    const ended = await Promise.allSettled(sources.map((source) => startRun(runner, source, { runId: 'a' })));
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(new Set(ended.slice(2).map((start) => start.status === 'fulfilled' && start.value)).size).toBe(1);
  });

  it('are refused if the limit has been lowered meanwhile', async () => {
    const limits = { runsOpenPerTenant: 2 };
    const runner = await createTestRunner({ clock: manualClock(), tenants: () => ({ limits }) });
    await startRun(runner, sourceOf(1));
    const starting = startRun(runner, sourceOf(2));
    limits.runsOpenPerTenant = 1;
    runner.updateTenant('acme');
    await expect(starting).rejects.toMatchObject(tooManyRuns);
    expect(runner.tenant('acme')?.runsOpen).toBe(1);
  });

  it('are never refused if they find a run, though there is no room', async () => {
    const runner = await runnerOf({ runsOpenPerTenant: 1 });
    const starts = Array.from({ length: 5 }, (_, i) => startRun(runner, sourceOf(i), { runId: 'same' }));
    await expect(startRun(runner, sourceOf(9), { runId: 'other' })).rejects.toMatchObject(tooManyRuns);
    expect(new Set(await Promise.all(starts)).size).toBe(1);
    expect(await startRun(runner, sourceOf(6), { runId: 'same' })).toBe(await starts[0]);
  });
});

describe('checkBytesPerTenant', () => {
  const limits = { sourceBytes: 2_000, checkBytesPerTenant: 3_000 };

  it('bounds what waits to be checked, of `start` and of `runner.check`, of this tenant only', async () => {
    const runner = await runnerOf(limits);
    const fill = [startRun(runner, sourceOf(1)), runner.check(sourceOf(2), { tenant: 'acme' })];
    const refused = [startRun(runner, sourceOf(3)), runner.check(sourceOf(4), { tenant: 'acme' })];
    const others = [startRun(runner, sourceOf(5), { tenant: 'other' }), runner.check(sourceOf(6))];
    for (const one of refused) await expect(Promise.race([one, ...fill])).rejects.toMatchObject(tooManyChecks);
    await Promise.all([...fill, ...others]);
    await startRun(runner, sourceOf(3));
    expect(await runner.check(sourceOf(4), { tenant: 'acme' })).toMatchObject({ ok: true });
  });

  it('bounds those that no tenant is named for together', async () => {
    const runner = await runnerOf(limits);
    const fill = [runner.check(sourceOf(1)), runner.check(sourceOf(2))];
    await expect(runner.check(sourceOf(3))).rejects.toMatchObject(tooManyChecks);
    await Promise.all(fill);
  });

  it('counts starts of one source once, and none whose source is known', async () => {
    const runner = await runnerOf(limits);
    const same = Array.from({ length: 10 }, () => startRun(runner, sourceOf(1)));
    await Promise.all([...same, startRun(runner, sourceOf(2))]);
    const full = [startRun(runner, sourceOf(3)), startRun(runner, sourceOf(4))];
    await Promise.all([...full, startRun(runner, sourceOf(1))]);
  });

  it('is given back by sources that are refused, and not taken by those that are too large', async () => {
    const runner = await runnerOf(limits);
    for (let i = 0; i < 3; i++) {
      const bad = [1, 2].map((n) => startRun(runner, `class ${n}`.padEnd(1_500)));
      const large = startRun(runner, sourceOf(3, 2_001));
      for (const one of [large, ...bad]) await expect(one).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
      const halves = [3, 4].map((n) => startRun(runner, `\ud800${n}`.padEnd(1_498)));
      for (const one of halves) await expect(one).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
    }
    expect((await runToEnd(runner, { start: 'return 1;' })).outcome.output).toBe(1);
  });

  it('counts a small source as 1 KiB, and lets one in however little is granted', async () => {
    const runner = await runnerOf({ sourceBytes: 200, checkBytesPerTenant: 200 });
    expect(await runner.check('')).toMatchObject({ ok: false });
    const wide = await runnerOf({ sourceBytes: 200, checkBytesPerTenant: 4_096 });
    const checks = await Promise.allSettled(Array.from({ length: 6 }, () => wide.check('')));
    expect(checks.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 4 }, () => 'fulfilled'),
      ...Array.from({ length: 2 }, () => 'rejected'),
    ]);
  });
});

describe('the CPU time that a check takes', () => {
  /** As slow to read as its length makes it. */
  const slow = (number: number): string => `${workflowOf(waits)}//${number}\n${';'.repeat(200_000)}`;

  it.each(['process', 'thread'] as const)('is its tenant’s, in a %s', async (containment) => {
    const runner = await createTestRunner({ clock: manualClock(), containment, limits: { sourceBytes: 2 ** 20 } });
    await startRun(runner, waits, { tenant: 'first' }); // A host that starts is charged to nobody.
    await startRun(runner, slow(1));
    const { cpu, overhead, usage } = runner.tenant('acme') ?? {};
    expect(overhead?.checkMs).toBeGreaterThan(0);
    expect(cpu?.usedMs).toBeGreaterThanOrEqual(overhead?.checkMs ?? 0);
    expect(usage?.cpuMs).toBe(0);
    const before = overhead?.checkMs;
    await runner.check(slow(2), { tenant: 'acme' });
    expect(runner.tenant('acme')?.overhead.checkMs).toBeGreaterThan(before ?? 0);
    await startRun(runner, slow(1), { tenant: 'other' }).then((run) => run.cancel());
    await startRun(runner, slow(1)); // It is known.
    expect(runner.tenant('other')?.overhead.checkMs).toBeGreaterThan(0);
  });

  it('is owed: as long as that is more than a minute’s, no new source is checked, and others’ are', async () => {
    const clock = manualClock();
    const runner = await createTestRunner({ clock, limits: { cpuPerTenantPerMinuteMs: 1 } });
    await startRun(runner, waits, { tenant: 'first' });
    await startRun(runner, slow(1));
    const refusal = await startRun(runner, slow(2)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'TENANT_CHECKS_EXCEEDED', retryAfterMs: expect.any(Number) });
    await expect(runner.check(slow(2), { tenant: 'acme' })).rejects.toMatchObject(tooManyChecks);
    expect((await startRun(runner, slow(1))).status).toBe('open'); // It is known.
    expect((await startRun(runner, slow(2), { tenant: 'other' })).status).toBe('open');
    clock.advance((refusal as StepwellError).retryAfterMs ?? 0);
    expect((await startRun(runner, slow(2))).status).toBe('open');
  });
});
