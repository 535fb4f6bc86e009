// `isolation: 'context'`: a step may change all that it finds, and nobody else ever sees it: no other step, no other run, not the runner.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type RunnerOptions, skippingClock, sqliteStore } from '../../src/index.ts';
import { explore } from '../../src/testing.ts';
import { runMain } from '../cli/command-line.ts';
import { createTestRunner, eventsOf, runToEnd, type Source, textsOf } from '../harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'stepwell-contexts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inContext: RunnerOptions = { isolation: 'context', retry: { maxAttempts: 1 } };

async function outcomeOf(source: Source, options: RunnerOptions = inContext) {
  const runner = await createTestRunner(options);
  return (await runToEnd(runner, source)).outcome;
}

/** Changes what a frozen realm refuses to have changed, and tells what it found. */
const spoils = `const found = [typeof [].last, typeof globalThis.left, typeof left];
  Array.prototype.last = function () { return this.at(-1); };
  globalThis.left = 'behind';
  globalThis.structuredClone = () => 'mine';
  JSON.stringify = ((stringify) => (value) => stringify(value))(JSON.stringify);
  await api.runStore.push('found', [...found, [1, 2].last(), left, structuredClone({})]);`;

describe('a step with a context of its own', () => {
  it('changes its built-ins and globals, and leaves nothing of that to others', async () => {
    const workflow = {
      start: `${spoils} for (let i = 0; i < 40; i++) await api.scheduleNextStep({ action: 'spoil' });`,
      spoil: spoils,
      onWorkflowComplete: spoils,
    };
    const { status, store } = await outcomeOf(workflow);
    expect(status).toBe('completed');
    const found = store['found'] as unknown[];
    expect(found).toHaveLength(42);
    expect(new Set(found.map((line) => JSON.stringify(line)))).toEqual(
      new Set(['["undefined","undefined","undefined",2,"behind","mine"]']),
    );
  });

  it('finds what it would find elsewhere, and no more', async () => {
    const look = `api.log(typeof process, typeof require, typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics, typeof gc, typeof ivm);
      return [Date.now() === new Date().getTime(), Math.random() !== Math.random(), crypto.randomUUID().length,
        await new Promise((resolve) => setTimeout(() => resolve('later'), 5)), new TextEncoder().encode('é').length, atob('YQ=='),
        (() => { 'use strict'; try { undeclared = 1; } catch (error) { return error.name; } })()];`;
    const runner = await createTestRunner(inContext);
    const { outcome, logs } = await runToEnd(runner, { start: look });
    expect(outcome.output).toEqual([true, true, 36, 'later', 2, 'a', 'ReferenceError']);
    expect(textsOf(logs)).toEqual([Array.from({ length: 7 }, () => 'undefined').join(' ')]);
  });

  it('waits beside more others than there are contexts', async () => {
    const { status, store } = await outcomeOf({
      start: "for (let i = 0; i < 100; i++) await api.scheduleNextStep({ action: 'wait', payload: i });",
      wait: "await new Promise((resolve) => setTimeout(resolve, 20)); await api.runStore.increment('n'); await api.runStore.push('items', data);",
    });
    expect({ status, n: store['n'], items: new Set(store['items'] as number[]).size }).toEqual({
      status: 'completed',
      n: 100,
      items: 100,
    });
  });

  it('comes and goes a thousand times, and its context goes with it', async () => {
    const { status, store, usage } = await outcomeOf({
      start: "for (let i = 0; i < 1000; i++) await api.scheduleNextStep({ action: 'work' });",
      work: "globalThis.kept = new Array(20_000).fill(Math.random()); await api.runStore.increment('n');",
    });
    expect({ status, n: store['n'] }).toEqual({ status: 'completed', n: 1000 });
    expect(usage.heapBytes).toBeLessThan(48 * 2 ** 20); // All that was kept would be 160 MB.
  });

  it.each([
    ['takes all memory', 'STEP_MEMORY_EXCEEDED', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));'],
    ['never ends', 'STEP_CPU_EXCEEDED', 'for (;;) ;'],
    ['throws what is hard to look at', 'STEP_THREW', "throw new Proxy({}, { get() { throw new Error('no'); } });"],
  ])('harms itself alone when it %s', async (_, code, body) => {
    // To take it all takes some time, and more on a machine that is busy.
    const stepCpuMs = code === 'STEP_MEMORY_EXCEEDED' ? 20_000 : 300;
    const limits = { stepCpuMs, stepWallMs: Math.max(2_000, stepCpuMs) };
    const runner = await createTestRunner({ ...inContext, limits });
    const [hostile, innocent] = await Promise.all([
      runToEnd(runner, { start: body }, { tenant: 'hostile' }),
      runToEnd(
        runner,
        {
          start: `${spoils} for (let i = 0; i < 20; i++) await api.scheduleNextStep({ action: 'spoil' });`,
          spoil: spoils,
        },
        { tenant: 'innocent' },
      ),
    ]);
    expect(hostile.outcome.error?.code).toBe(code);
    expect(innocent.outcome).toMatchObject({ status: 'completed', steps: { completed: 21 } });
  });

  it('does the same again when it is run again', async () => {
    const workflow = `class Workflow {
      async start(data, headers, api) { for (let i = 0; i < 6; i++) await api.scheduleNextStep({ action: 'work', payload: i }); }
      async work(i, headers, api) { Array.prototype.mine = 1; await api.runStore.increment('n'); await api.runStore.push('chance', Math.random()); }
    }`;
    const found = await explore({
      workflow,
      seeds: 10,
      isolation: 'context',
      invariants: {
        'n is 6': ({ outcome }) => outcome.store['n'] === 6,
        'nothing is done twice': ({ outcome }) => new Set(outcome.store['chance'] as number[]).size === 6,
      },
    });
    expect(found.moved + found.retried).toBeGreaterThan(5);
  });
});

describe('whether steps have contexts of their own', () => {
  const tells = { start: "try { Array.prototype.mine = 1; return 'context'; } catch { return 'realm'; }" };

  it('is up to the runner, a tenant’s policy, and a start, in this order', async () => {
    const runner = await createTestRunner({ tenants: (tenant) => (tenant === 'open' ? { isolation: 'context' } : {}) });
    const isolationOf = async (tenant: string, isolation?: 'realm' | 'context') => {
      const start = { tenant, ...(isolation === undefined ? {} : { isolation }) };
      return (await runToEnd(runner, tells, start)).outcome.output;
    };
    expect(await isolationOf('acme')).toBe('realm');
    expect(await isolationOf('open')).toBe('context');
    expect(await isolationOf('acme', 'context')).toBe('context');
    expect(await isolationOf('open', 'realm')).toBe('realm');
    expect(await isolationOf('acme')).toBe('realm');
    // @ts-expect-error There is no such isolation.
    await expect(isolationOf('acme', 'none')).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
    // @ts-expect-error There is no such isolation.
    await expect(createTestRunner({ isolation: 'isolate' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('is kept with the run, and replayed so', async () => {
    const file = join(folder, 'runs.db');
    const workflow = {
      start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });",
      next: "try { Array.prototype.mine = 1; await api.runStore.set('was', 'context'); } catch { await api.runStore.set('was', 'realm'); }",
    };
    const first = await createTestRunner({
      store: sqliteStore({ file }),
      clock: { ...skippingClock(), idleUntil() {} },
    });
    const events = first.start({
      tenant: 'acme',
      workflow: `class Workflow { async start(data, headers, api) { ${workflow.start} } async next(data, headers, api) { ${workflow.next} } }`,
      runId: 'kept',
      isolation: 'context',
    });
    for await (const event of (await events).events()) if (event.type === 'step_completed') break;
    await first.close();
    const second = await createTestRunner({ store: sqliteStore({ file }) });
    const outcome = await (await second.get('kept'))?.result();
    expect(outcome?.store).toEqual({ was: 'context' });
    await second.close();
    expect((await runMain(['replay', file, 'kept', 'step_2'])).out).toContain('identical: completed');
  });
});

it('a run in a realm moves nothing when runs in contexts are lost', async () => {
  const runner = await createTestRunner({ retry: { maxAttempts: 1 } });
  const bomb = runToEnd(
    runner,
    { start: 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));' },
    { tenant: 'a', isolation: 'context' },
  );
  const { outcome, events } = await runToEnd(
    runner,
    { start: "for (let i = 0; i < 50; i++) await api.runStore.increment('n');" },
    { tenant: 'b' },
  );
  expect(outcome).toMatchObject({ status: 'completed', store: { n: 50 } });
  expect(eventsOf(events, 'step_failed')).toEqual([]);
  expect((await bomb).outcome.error?.code).toBe('STEP_MEMORY_EXCEEDED');
});
