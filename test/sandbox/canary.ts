// An innocent run that uses much of what an attack could have changed. Whatever happens beside it, it comes out the same.
import { expect } from 'vitest';
import type { Runner } from '../../src/index.ts';
import { type EndedRun, runToEnd, type Source, type TestStart } from '../harness.ts';

/** Uses built-ins by syntax and by name; gives text that is the same in every untouched realm. */
export const canaryCode = `JSON.stringify([
  [3, 1, 2].toSorted().map((n) => n * 2), [...new Map([['a', 1]]).entries()], new Set([1, 1]).size, 'a-b'.split('-'),
  Object.keys({ b: 1, a: 2 }), { ...{ x: 1 } }, [...'ab'], Math.max(1, 2), new Date(0).toISOString(), JSON.parse('{"k":[1]}'),
  (() => { try { null.x; } catch (e) { return [e.name, e instanceof TypeError]; } })(), 'x'.replace(/x/, 'y'), typeof leak,
  ({}).leak, [].leak, (() => {}).leak, Object.prototype.toString.call([]), Function.prototype.call.call(() => 1),
  globalThis.leak, typeof globalThis.process, Number('12') + parseInt('3', 10), Array.isArray([]), 'z'.codePointAt(0),
  await Promise.all([1, Promise.resolve(2)]), await (async () => 3)(), await new Promise((resolve) => resolve(4)),
])`;

const canary = {
  start: `for (let n = 0; n < 5; n++) await api.scheduleNextStep({ action: 'work', payload: { n } });
    return ${canaryCode};`,
  work: `await api.runStore.push('items', data); await api.runStore.increment('count'); console.info('work', data);
    await api.runStore.set('canary ' + data.n, ${canaryCode});`,
  onWorkflowComplete: "api.log('complete', await api.runStore.get('count'));",
};

/** All of it that is not its own identity or time. */
function shownOf({ outcome, logs, events }: EndedRun): unknown {
  const { usage, ...rest } = outcome;
  const lines = logs.map(({ step, action, level, text }) => [step, action, level, text]);
  const types = events.map(({ type }) => type).filter((type) => type !== 'step_moved' && type !== 'step_started');
  return { ...rest, ops: usage.ops, lines, types: types.toSorted() };
}

/** Runs an attack to its end beside the canary, and another canary after it. Both have to be as they are alone. */
export async function attack(runner: Runner, source: Source, start: TestStart = {}): Promise<EndedRun> {
  const alone = shownOf(await runToEnd(runner, canary, { tenant: 'canary' }));
  const [attacked, beside] = await Promise.all([
    runToEnd(runner, source, { tenant: 'hostile', ...start }),
    runToEnd(runner, canary, { tenant: 'canary' }),
  ]);
  expect(shownOf(beside)).toEqual(alone);
  expect(shownOf(await runToEnd(runner, canary, { tenant: 'canary' }))).toEqual(alone);
  expectNothingOfTheHost(attacked);
  return attacked;
}

/** Neither paths of the machine nor names of the host's own files are in anything that a tenant or its outcome sees. */
function expectNothingOfTheHost({ outcome, logs }: EndedRun): void {
  const text = JSON.stringify([outcome, logs]);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/node_modules|file:\/\/|node:internal|\/src\/|\.ts:\d/);
}
