// Keys: any non-empty string, of this run alone, for as long as it is open.
import { describe, expect, it } from 'vitest';
import { eventOf, runToEnd, startRun, textsOf, useRunner } from '../harness.ts';

const runner = useRunner();

const strange = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u0000',
  '\t\n',
  ' ',
  '"',
  '\\',
  '0',
  'é',
  '😀',
  '\u2028',
];

describe('a key', () => {
  it.each(strange)('may be %j', async (key) => {
    const start = `const { runStore } = api;
      const before = await runStore.get(data);
      await runStore.set(data, [1]);
      await runStore.push(data, 2);
      await runStore.increment(data + data, 3);
      return [before, await runStore.get(data), await runStore.delete(data), await runStore.get(data)];`;
    const { outcome } = await runToEnd(runner(), { start }, { data: key });
    expect(outcome.output).toEqual([null, [1, 2], true, null]);
    expect(Object.entries(outcome.store)).toEqual([[key + key, 3]]);
  });

  it('is an ordinary key, all of them together', async () => {
    const start = 'for (const key of data) await api.runStore.set(key, key);';
    const { outcome } = await runToEnd(runner(), { start }, { data: strange });
    expect(Object.entries(outcome.store).toSorted()).toEqual(strange.map((key) => [key, key]).toSorted());
    expect(Object.getPrototypeOf(outcome.store)).toBe(Object.prototype);
    expect(outcome.store).toEqual(Object.fromEntries(strange.map((key) => [key, key])));
    expect(outcome.store).toStrictEqual(JSON.parse(JSON.stringify(outcome.store)));
  });

  it.each(['get', 'set', 'push', 'increment', 'delete'])(
    'that is no string, or empty, throws in %s',
    async (method) => {
      const start = `const codes = [];
      for (const key of ['', undefined, null, 1, {}, ['k'], Symbol(), { toString: () => 'k' }]) {
        await api.runStore.${method}(key, 1).catch((e) => codes.push([e.code, e instanceof TypeError]));
      }
      return codes;`;
      const { outcome } = await runToEnd(runner(), { start });
      expect(outcome.output).toEqual(Array.from({ length: 8 }, () => ['KEY_INVALID', true]));
      expect(outcome.store).toEqual({});
    },
  );
});

describe('the keys of a run', () => {
  it('are its own: another run of the same workflow, in the same cell, sees none of them', async () => {
    const start = `await api.runStore.increment('count');
      await api.runStore.push('list', data);
      await api.scheduleNextStep({ action: 'next', payload: data });`;
    const next = "await api.runStore.increment('count'); await api.runStore.push('list', data);";
    const datas = Array.from({ length: 20 }, (_, n) => n);
    const runs = await Promise.all(datas.map((data) => startRun(runner(), { start, next }, { data })));
    const outcomes = await Promise.all(runs.map((run) => run.result()));
    expect(outcomes.map(({ store }) => store)).toEqual(datas.map((n) => ({ count: 2, list: [n, n] })));
  });

  it('are seen by the hooks', async () => {
    const hook = "api.log(await api.runStore.get('k')); await api.runStore.set('hook', true);";
    const { outcome, logs } = await runToEnd(runner(), {
      start: "await api.runStore.set('k', 7);",
      onWorkflowComplete: hook,
    });
    expect(textsOf(logs)).toEqual(['7']);
    expect(outcome.store).toEqual({ k: 7, hook: true });
  });

  it('are gone when it has ended, except from its outcome', async () => {
    const { run, outcome } = await runToEnd(runner(), { start: "await api.runStore.set('k', 7);" });
    await expect(run.store.get('k')).rejects.toMatchObject({ code: 'RUN_ENDED' });
    expect(outcome.store).toEqual({ k: 7 });
  });

  it('can be read from outside while it is open', async () => {
    const start = `await api.runStore.set('k', { n: 1 });
      await api.runStore.push('list', 'a');
      await api.runStore.increment('__proto__', 3);
      api.log('set');
      while (!(await api.runStore.get('never'))) await new Promise((resolve) => setTimeout(resolve, 1));`;
    const run = await startRun(runner(), { start }, { tenant: 'watched' });
    await eventOf(run, ({ type }) => type === 'step_log');
    expect(await Promise.all(['k', 'list', '__proto__', 'none'].map((key) => run.store.get(key)))).toEqual([
      { n: 1 },
      ['a'],
      3,
      null,
    ]);
    await expect(run.store.get('')).rejects.toMatchObject({ code: 'KEY_INVALID' });
    expect(run.status).toBe('open');
  });
});
