// `stepwell replay`: a recorded step does the same again, offline; and when it does something else, that is told where it begins.
import { copyFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRunner, skippingClock, sqliteStore } from '../../src/index.ts';
import { defaultRegion } from '../../src/protocol/region.ts';
import { recordingOf } from '../../src/replay/recording.ts';
import { replay } from '../../src/replay/replay.ts';
import type { KeptRun } from '../durable/kept/kept-run.ts';
import { workflowOf } from '../harness.ts';
import { fileOf, notPlain, runMain } from './command-line.ts';

const folder = dirname(fileOf('any', ''));
const store = join(folder, 'replay.db');

const workflow = workflowOf({
  start: `for (const name of ['draws', 'retried', 'refused', 'looping', 'fails']) await api.scheduleNextStep({ action: name });
    await api.runStore.set('big', 'x'.repeat(1000));
    const [n] = await Promise.all([api.runStore.increment('n'), api.runStore.get('big'), new Promise((done) => setTimeout(done, 20))]);
    return { n, time: Date.now(), chance: Math.random() };`,
  draws:
    "for (let i = 0; i < 20; i++) await api.runStore.push('drawn', Math.floor(Math.random() * 1e6)); api.log(Date.now());",
  retried:
    "await api.runStore.increment('n'); await api.runStore.get('n'); if (api.attempt < 3) throw new Error('once more');",
  refused:
    "await api.runStore.push('n', 1).catch(({ code }) => api.runStore.set('code', code)); await api.scheduleNextStep({ action: 'waits', delay: '400 days' });",
  looping: "await api.runStore.increment('looped'); for (;;) ;",
  fails:
    "api.log('\\u001b[2J'); throw Object.assign(new TypeError('\\u001b[2J\\u202e'), { code: 'MINE', retryable: false });",
  waits: '',
  onWorkflowError: "await api.runStore.increment('hooks'); throw new Error('hooks may');",
});

beforeAll(async () => {
  const runner = await createRunner({
    workers: 1,
    clock: skippingClock(),
    limits: { stepCpuMs: 200 },
    retry: { firstDelayMs: 1 },
    store: sqliteStore({ file: store }),
  });
  await (await runner.start({ tenant: 'acme', workflow, runId: 'all' })).result();
  await runner.start({
    tenant: 'acme',
    workflow: workflowOf({ start: "await api.scheduleNextStep({ action: 'next', delay: '1 day' });", next: '' }),
    runId: 'open',
  });
  await runner.close();
}, 60_000);

/** By action, the id of its step. */
async function stepsOf(): Promise<Record<string, string>> {
  const { events } = JSON.parse((await runMain(['show', store, 'all', '--json'])).out);
  return Object.fromEntries(
    events
      .filter(({ type }: { type: string }) => type === 'step_started')
      .map(({ action, step }: { action: string; step: string }) => [action, step]),
  );
}

describe('a step that is replayed', () => {
  it.each([
    ['start', 'completed with {"n":'],
    ['draws', 'completed'],
    ['retried', 'completed'],
    ['refused', 'completed'],
    ['looping', 'failed with STEP_CPU_EXCEEDED'],
    ['fails', 'failed with STEP_THREW: TypeError: '],
    ['waits', 'completed'],
    ['onWorkflowError', 'failed'],
  ])('does the same: %s', async (action, end) => {
    const step = (await stepsOf())[action] ?? '';
    const { status, out, err } = await runMain(['replay', store, 'all', step]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain(`${step} (${action}) of run all, attempt ${action === 'retried' ? 3 : 1}: `);
    expect(out).toContain(`identical: ${end}`);
    expect(out).not.toMatch(notPlain);
  });

  it.each([
    [
      'one more op',
      'draws',
      'for (let i',
      "await api.runStore.get('k'); for (let i",
      'differs at op 1',
      'push "drawn"',
      'get "k"',
    ],
    ['one op less', 'draws', 'i < 20', 'i < 19', 'differs at op 20', 'push "drawn"', 'log log'],
    ['no further op', 'draws', 'api.log(Date.now());', '', 'differs at op 21', 'log log', 'completed'],
    [
      'another end',
      'draws',
      'api.log(Date.now());',
      "api.log(Date.now()); throw new Error('now');",
      'differs at its end',
      'completed',
      'failed with STEP_THREW: Error: now',
    ],
    [
      'another result',
      'start',
      'return { n,',
      'return { m: n,',
      'differs at its end',
      'completed with {"n"',
      'completed with {"m"',
    ],
  ])('tells %s', async (_, action, from, to, where, recorded, replayed) => {
    const step = (await stepsOf())[action] ?? '';
    const changed = join(folder, 'changed.db');
    copyFileSync(store, changed);
    const database = new DatabaseSync(changed);
    database.prepare('UPDATE programs SET code = replace(code, ?, ?)').run(from, to);
    database.close();
    const { status, out } = await runMain(['replay', changed, 'all', step]);
    expect(status).toBe(1);
    const [, verdict = '', before = '', now = ''] = out.split('\n');
    expect(verdict).toBe(where);
    expect(before).toContain(`recorded: ${recorded}`);
    expect(now).toContain(`replayed: ${replayed}`);
    const { divergence, identical } = JSON.parse((await runMain(['replay', changed, 'all', step, '--json'])).out);
    expect(identical).toBe(false);
    expect(where.endsWith('its end') || divergence.position === Number(where.split(' ').at(-1)) - 1).toBe(true);
  });

  it('leaves the file as it is', async () => {
    const before = readFileSync(store);
    await runMain(['replay', store, 'all', '2']);
    expect(readFileSync(store).equals(before)).toBe(true);
  });

  it('of whose attempts none has ended, or that is not there, is refused', async () => {
    const refusal = async (...args: string[]) => {
      const { status, err } = await runMain(['replay', ...args]);
      return `${status} ${err}`;
    };
    expect(await refusal(store, 'open', 'step_2')).toMatch(/^1 .*STEP_NOT_RECORDED/);
    expect(await refusal(store, 'all', '999')).toMatch(/^1 .*STEP_NOT_RECORDED/);
    expect(await refusal(store, 'none', '1')).toMatch(/^1 .*has no run none/);
    expect(await refusal(store, 'all', 'step_0')).toMatch(/^2 .*Expected the id of a step/);
    expect(await refusal(store, 'all', 'start')).toMatch(/^2 /);
  });
});

it('steps that earlier versions have kept do the same', async () => {
  const kept: KeptRun[] = JSON.parse(readFileSync(join(import.meta.dirname, '../durable/kept/version-2.json'), 'utf8'));
  const run = kept.find(({ name }) => name === 'failed');
  if (run === undefined) throw new Error(`Of ${kept.map(({ name }) => name)} none has failed.`);
  // As whoever reads an older file adds it.
  const stored = { ...run.stored, program: { ...run.stored.program, sharedFunctions: null, region: defaultRegion } };
  for (const [ordinal, kind] of [
    [1, 'completed'],
    [2, 'completed'],
    [4, 'completed'],
    [5, 'failed'],
  ] as const) {
    const recording = await recordingOf(async () => structuredClone(stored), ordinal);
    expect(await replay(recording)).toMatchObject({ divergence: null, replayed: { kind } });
  }
}, 60_000);
