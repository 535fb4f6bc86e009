// A step that loses its cell through no fault of its own runs again as if it had not been interrupted.
import { describe, expect, it } from 'vitest';
import { createTestRunner, eventsOf, runToEnd, textsOf } from '../harness.ts';

// A runner for each test: a workflow that has cost others their cell begins alone afterwards.
const limits = { stepCpuMs: 100, turnCpuMs: 20 };

const pause = 'await new Promise((resolve) => setTimeout(resolve, 2));';
const until = (key: string, value: string): string =>
  `while ((await api.runStore.get('${key}')) !== ${value}) ${pause}`;

/** Five steps that wait in the cell of a sixth, which changes what they have read and then never gives the cell back. */
const source = {
  start: `await api.runStore.set('k', 'old');
    for (let n = 0; n < 5; n++) api.scheduleNextStep({ action: 'innocent', payload: n });
    api.scheduleNextStep({ action: 'guilty' });`,
  innocent: `const seen = [await api.runStore.get('k'), Math.random()];
    await api.runStore.push('begun', [data, ...seen]);
    api.log('begun', data);
    await api.scheduleNextStep({ action: 'branch' });
    await api.runStore.increment('ready');
    ${until('go', 'true')}
    await api.runStore.push('ended', [data, ...seen]);`,
  guilty: `${until('ready', '5')} await api.runStore.set('k', 'new'); for (;;);`,
  branch: "await api.runStore.increment('branches');",
  onWorkflowError: "await api.runStore.set('go', true);",
};

describe('steps that share a cell with one that never gives it back', () => {
  it('finish; each effect is there once, and what they read and drew by chance is what they had', async () => {
    const { outcome, events, logs } = await runToEnd(await createTestRunner({ limits }), source);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_CPU_EXCEEDED', action: 'guilty' } });
    expect(outcome.steps).toEqual({ armed: 12, completed: 11, failed: 1, retried: 0 });
    const { begun, ended, branches, ready } = outcome.store as Record<
      string,
      [n: number, seen: string, random: number][]
    >;
    expect([branches, ready]).toEqual([5, 5]);
    expect(begun?.map(([n, seen]) => [n, seen]).toSorted()).toEqual([0, 1, 2, 3, 4].map((n) => [n, 'old']));
    expect(ended?.toSorted()).toEqual(begun?.toSorted());
    expect(textsOf(logs).toSorted()).toEqual([0, 1, 2, 3, 4].map((n) => `begun ${n}`));
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('are told of: each was moved, and that was not one of its attempts', async () => {
    const { events } = await runToEnd(await createTestRunner({ limits }), source);
    const moved = eventsOf(events, 'step_moved').filter(({ action }) => action === 'innocent');
    expect(new Set(moved.map(({ step }) => step)).size).toBe(5);
    expect(moved.every(({ attempt }) => attempt === 1)).toBe(true);
    const completed = eventsOf(events, 'step_completed').filter(({ action }) => action === 'innocent');
    expect(completed.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
  });
});
