// What an embedder does with a runner and its runs.
import { describe, expect, it } from 'vitest';
import { createRunner, type Run, type Runner, type RunnerOptions, type StartOptions } from '../src/index.ts';
import {
  allEvents,
  createTestRunner,
  eventsOf,
  listed,
  logged,
  runToEnd,
  startRun,
  useRunner,
  workflowOf,
} from './harness.ts';
import { manualClock } from './manual-clock.ts';

const runner = useRunner();
const nothing = workflowOf({ start: '' });
const waits = {
  start:
    "await api.runStore.set('k', 1); setTimeout(() => {}, 1); api.log('waits'); await new Promise((r) => setTimeout(r, 1_000)); return 'ended';",
};

/** Options as a caller without a type checker writes them. */
const untyped = (options: unknown): never => options as never;

/** A runner whose time stands still, with a run that waits for it to move. */
async function waitingRun(): Promise<{ held: Runner; run: Run; clock: ReturnType<typeof manualClock> }> {
  const clock = manualClock();
  const held = await createTestRunner({ clock });
  const run = await startRun(held, waits);
  await logged(run, 'waits');
  return { held, run, clock };
}

describe('createRunner', () => {
  it.each<[string, unknown]>([
    ['an unknown option', { worker: 1 }],
    ['an unknown containment', { containment: 'none' }],
    ['no workers', { workers: 0 }],
    ['half a worker', { workers: 1.5 }],
    ['too many workers', { workers: 1_000 }],
    ['workers as text', { workers: '2' }],
    ['an unknown limit', { limits: { cpu: 1 } }],
    ['a limit out of range', { limits: { stepCpuMs: 0 } }],
    ['tenants that is no function', { tenants: {} }],
    ['an unknown retry option', { retry: { attempts: 1 } }],
    ['no attempts', { retry: { maxAttempts: 0 } }],
    ['a first delay longer than the longest', { retry: { firstDelayMs: 10, longestDelayMs: 5 } }],
    ['null', null],
  ])('refuses %s with OPTION_INVALID, and has started nothing', async (_, options) => {
    await expect(createRunner(untyped(options))).rejects.toMatchObject({
      name: 'StepwellError',
      code: 'OPTION_INVALID',
    });
  });

  it('works without options', async () => {
    const plain = await createTestRunner({} satisfies RunnerOptions);
    expect((await runToEnd(plain, { start: 'return 1;' })).outcome.output).toBe(1);
  });
});

describe('runner.start', () => {
  const good: StartOptions = { tenant: 'acme', workflow: nothing };
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;

  it.each<[string, unknown]>([
    ['an unknown option', { ...good, input: 1 }],
    ['no tenant', { workflow: nothing }],
    ['an empty tenant', { ...good, tenant: '' }],
    ['a tenant that is too long', { ...good, tenant: 'x'.repeat(257) }],
    ['a tenant that is no text', { ...good, tenant: 1 }],
    ['no workflow', { tenant: 'acme' }],
    ['a workflow that is no text', { ...good, workflow: () => {} }],
    ['data that is no JSON', { ...good, data: () => {} }],
    ['data with a BigInt', { ...good, data: { n: 1n } }],
    ['data with a circle', { ...good, data: circle }],
    ['data with NaN in it', { ...good, data: { list: [Number.NaN] } }],
    ['data that is a Map', { ...good, data: new Map() }],
    ['data with undefined in a list', { ...good, data: [undefined] }],
    ['headers with a Date of a class of its own', { ...good, headers: { at: new (class Day extends Date {})() } }],
    ['headers with bytes', { ...good, headers: { token: Buffer.from('a') } }],
    ['headers that are no JSON', { ...good, headers: Symbol() }],
    ['an empty runId', { ...good, runId: '' }],
    ['a runId that is too long', { ...good, runId: 'x'.repeat(257) }],
    ['a runId that is no text', { ...good, runId: 1 }],
    ['a runId with half a surrogate pair', { ...good, runId: 'a\ud800' }],
    ['a tenant with half a surrogate pair', { ...good, tenant: 'a\ud800' }],
    ['null', null],
    ['nothing', undefined],
  ])('refuses %s with RUN_OPTION_INVALID, and opens no run', async (_, options) => {
    const before = (await listed(runner())).length;
    const started = runner().start(untyped(options));
    await expect(started).rejects.toMatchObject({ name: 'StepwellError', code: 'RUN_OPTION_INVALID' });
    expect(await listed(runner())).toHaveLength(before);
  });

  it('says which part of a value is wrong', async () => {
    const started = runner().start(untyped({ ...good, headers: { tokens: ['a', { at: Number.NaN }] } }));
    await expect(started).rejects.toThrow(
      'Expected `headers` to be JSON: `headers.tokens[1].at` is NaN. Use null or a text.',
    );
  });

  it('with the same runId gives the same run, open or ended, whatever else is passed', async () => {
    const start = "await api.runStore.increment('starts'); return data;";
    const first = await startRun(runner(), { start }, { runId: 'order-1', data: 1 });
    expect(await startRun(runner(), { start }, { runId: 'order-1', data: 2 })).toBe(first);
    expect(await first.result()).toMatchObject({ output: 1, store: { starts: 1 } });
    expect(await startRun(runner(), nothing, { runId: 'order-1' })).toBe(first);
    expect(first.id).toBe('order-1');
  });

  it('with the same runId at the same time starts one run', async () => {
    const starts = Array.from({ length: 10 }, () =>
      startRun(runner(), { start: "await api.runStore.increment('n');" }, { runId: 'order-2' }),
    );
    const runs = await Promise.all(starts);
    expect(new Set(runs).size).toBe(1);
    expect((await runs[0]?.result())?.store).toEqual({ n: 1 });
  });

  it('refuses the runId of another tenant, open or ended, and tells nothing of it', async () => {
    const { run } = await runToEnd(runner(), nothing, { runId: 'order-3', tenant: 'owner' });
    const refused = startRun(runner(), nothing, { runId: 'order-3', tenant: 'other' });
    await expect(refused).rejects.toMatchObject({ code: 'RUN_ID_TAKEN' });
    await expect(refused).rejects.not.toThrow(/owner/);
    expect(await runner().get('order-3')).toBe(run);
  });

  it.each(['__proto__', 'constructor', ' ', '😀', 'a\nb\tc\u0000'])(
    'takes %j as a tenant and as a runId',
    async (name) => {
      const { run, outcome } = await runToEnd(runner(), { start: 'return api.runId;' }, { tenant: name, runId: name });
      expect([run.tenant, run.id, outcome.output]).toEqual([name, name, name]);
      expect(await listed(runner(), { tenant: name })).toEqual([name]);
    },
  );
});

describe('runner.get and runner.list', () => {
  it('give runs by id, tenant and status, newest first', async () => {
    const { held, run: open, clock } = await waitingRun();
    const { run: done } = await runToEnd(held, nothing, { tenant: 'other' });
    const { run: failed } = await runToEnd(held, { start: 'throw Object.assign(new Error(), { retryable: false });' });
    expect(await listed(held)).toEqual([failed.id, done.id, open.id]);
    expect(await listed(held, { tenant: 'acme' })).toEqual([failed.id, open.id]);
    expect(await listed(held, { status: 'open' })).toEqual([open.id]);
    expect(await listed(held, { tenant: 'acme', status: 'failed' })).toEqual([failed.id]);
    expect(await listed(held, { tenant: 'other', status: 'failed' })).toEqual([]);
    expect(await Promise.all([open, done, failed].map(({ id }) => held.get(id)))).toEqual([open, done, failed]);
    expect(await held.get('none')).toBeUndefined();
    expect([open.status, done.status, failed.status]).toEqual(['open', 'completed', 'failed']);
    clock.advance(1_000);
    await open.result();
    expect(await listed(held, { status: 'open' })).toEqual([]);
  });
});

describe('run.store', () => {
  it('reads while the run is open, and rejects with RUN_ENDED after', async () => {
    const { run, clock } = await waitingRun();
    expect([await run.store.get('k'), await run.store.get('none')]).toEqual([1, null]);
    await expect(run.store.get('')).rejects.toMatchObject({ code: 'KEY_INVALID' });
    clock.advance(1_000);
    expect((await run.result()).store).toEqual({ k: 1 });
    await expect(run.store.get('k')).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });
});

describe('run.events', () => {
  it('misses nothing when it is called right after the start', async () => {
    const run = await startRun(runner(), {
      start: "api.log('a'); await api.scheduleNextStep({ action: 'next', delay: 1 });",
      next: '',
    });
    expect((await allEvents(run)).map(({ type }) => type)).toEqual([
      ...['run_started', 'step_armed', 'step_started', 'step_log', 'step_armed', 'step_completed'],
      ...['step_started', 'step_completed', 'run_ended'],
    ]);
  });

  it('tells several readers the same, and each goes at its own pace', async () => {
    const run = await startRun(runner(), { start: 'for (let n = 0; n < 20; n++) api.log(n);' });
    const [first, second] = [run.events(), run.events()];
    const all = await Array.fromAsync(first);
    await run.result();
    expect(await Array.fromAsync(second)).toEqual(all);
    expect(eventsOf(all, 'step_log')).toHaveLength(20);
  });

  it('lets a reader leave early; the run and the other readers go on', async () => {
    const run = await startRun(runner(), {
      start: "for (let n = 0; n < 20; n++) { api.log(n); await api.runStore.get('k'); }",
    });
    const stays = allEvents(run);
    for await (const event of run.events()) if (event.type === 'step_log') break;
    expect(eventsOf(await stays, 'step_log')).toHaveLength(20);
    expect((await run.result()).status).toBe('completed');
  });

  it('of a run that has ended is at its end', async () => {
    const { run } = await runToEnd(runner(), nothing);
    expect(await allEvents(run)).toEqual([]);
  });
});

describe('run.result', () => {
  it('is the same for all who ask, and does not reject when the run fails', async () => {
    const { run, outcome } = await runToEnd(runner(), {
      start: 'throw Object.assign(new Error(), { retryable: false });',
    });
    expect(await run.result()).toEqual(outcome);
    expect(outcome.status).toBe('failed');
  });
});

describe('a reader that stops while it waits', () => {
  it('is told that there is no more, and the run goes on', async () => {
    const runner = await createTestRunner();
    const run = await startRun(runner, {
      start: `await new Promise((resolve) => setTimeout(resolve, 30)); return 'done';`,
    });
    const events = run.events();
    for (let event = await events.next(); !event.done && event.value.type !== 'step_started'; )
      event = await events.next();
    const waiting = events.next();
    await events.return?.();
    expect((await waiting).done).toBe(true);
    expect(await run.result()).toMatchObject({ status: 'completed', output: 'done' });
  });
});

describe('options that are not what they should be', () => {
  it.each([
    ['a store without methods', { store: {} }],
    ['a clock without methods', { clock: { now: () => 0 } }],
    ['no limits', { limits: null }],
    ['a number of workers that is an object without a prototype', { workers: Object.create(null) }],
  ])('%s is refused', async (_, options) => {
    await expect(createRunner(options as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it.each([
    ['a promise', async () => ({})],
    ['nothing', () => undefined],
    ['an unknown option', () => ({ weigth: 1 })],
  ])('a policy for tenants that is %s is refused when a run is started', async (_, tenants) => {
    const strange = await createTestRunner({ tenants: tenants as never });
    await expect(startRun(strange, { start: '' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('a callback for tenants that throws is told of by whoever asked, with the tenant and what was thrown', async () => {
    const cause = new Error('no such customer');
    const strange = await createTestRunner({
      tenants: (tenant) => {
        if (tenant === 'known') return {};
        throw cause;
      },
    });
    const tenant = `\u202e\u0007${'x'.repeat(100)}`;
    const shown = '"\\u{202e}\\u0007xxx';
    const said = { name: 'StepwellError', code: 'OPTION_INVALID', message: expect.stringContaining(shown), cause };
    await expect(startRun(strange, { start: '' }, { tenant })).rejects.toMatchObject(said);
    await expect(startRun(strange, { start: '' }, { tenant })).rejects.not.toThrow('x'.repeat(61));
    await expect(strange.check(nothing, { tenant })).rejects.toMatchObject(said);
    expect(() => strange.updateTenant(tenant)).toThrow(expect.objectContaining(said));
    expect(strange.tenant(tenant)).toBeUndefined();
    expect((await runToEnd(strange, { start: 'return 1;' }, { tenant: 'known' })).outcome.output).toBe(1);
  });

  it('a callback for tenants is not asked for one that is paused and has started nothing', async () => {
    const asked: string[] = [];
    const limits = { cpuPerTenantPerMinuteMs: 60_000 };
    const paused = await createTestRunner({
      limits,
      tenants: (tenant) => {
        asked.push(tenant);
        return { weight: 3, limits: { cpuPerTenantPerMinuteMs: 7_000 } };
      },
    });
    paused.pauseTenant('acme');
    expect(paused.tenant('acme')).toMatchObject({ weight: 1, waitsFor: 'resume', cpu: { budgetMs: 60_000 } });
    expect(asked).toEqual([]);
    await startRun(paused, { start: '' });
    expect(paused.tenant('acme')).toMatchObject({ weight: 3, waitsFor: 'resume', cpu: { budgetMs: 7_000 } });
    expect(() => paused.pauseTenant('')).toThrow(expect.objectContaining({ code: 'RUN_OPTION_INVALID' }));
  });

  it('values that throw when they are looked at are refused', async () => {
    const workflow = {
      toString: () => {
        throw 1;
      },
    };
    const start = runner().start({ tenant: 'acme', workflow } as never);
    await expect(start).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
  });
});

describe('what other calls are given', () => {
  const refused = (code: string): unknown => expect.objectContaining({ name: 'StepwellError', code });

  it('is checked before a run is cancelled', async () => {
    const { held, run } = await waitingRun();
    await expect(run.cancel(untyped({ reason: 'gone' }))).rejects.toEqual(refused('RUN_OPTION_INVALID'));
    expect(() => held.cancelTenant('acme', untyped(1))).toThrow(refused('RUN_OPTION_INVALID'));
    expect(() => held.cancelTenant(untyped(undefined))).toThrow(refused('RUN_OPTION_INVALID'));
    expect(run.status).toBe('open');
    expect((await run.cancel('gone')).status).toBe('cancelled');
  });

  it('is checked before the runner closes', async () => {
    const open = await createTestRunner();
    await expect(open.close(untyped({ drains: true }))).rejects.toEqual(refused('OPTION_INVALID'));
    await expect(open.close(untyped({ drain: 'yes' }))).rejects.toEqual(refused('OPTION_INVALID'));
    await expect(open.close(untyped(null))).rejects.toEqual(refused('OPTION_INVALID'));
    expect((await runToEnd(open, { start: 'return 1;' })).outcome.output).toBe(1);
  });

  it('has to be the id of a run, or a tenant', async () => {
    await expect(runner().get(untyped(undefined))).rejects.toEqual(refused('RUN_OPTION_INVALID'));
    expect(() => runner().resumeTenant(untyped({}))).toThrow(refused('RUN_OPTION_INVALID'));
    await expect(runner().list(untyped({ tenants: 'acme' }))).rejects.toEqual(refused('OPTION_INVALID'));
  });
});
