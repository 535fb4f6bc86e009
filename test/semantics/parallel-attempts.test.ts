// Steps that do several things at once are run again as exactly as those that do one.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ limits: { stepCpuMs: 400, stepsPerTurn: 7 } });

describe('a step with parallel timers', () => {
  it('does nothing twice when it loses its cell to a neighbour', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `await api.scheduleNextStep({ action: 'parallel' });
        await api.scheduleNextStep({ action: 'greedy' });`,
      parallel: `await Promise.all([90, 60, 30].map(async (ms) => {
          await new Promise((resolve) => setTimeout(resolve, ms));
          await api.runStore.push('list', ms);
          await api.runStore.increment('count');
        }));
        while ((await api.runStore.get('greedy')) === null) await new Promise((resolve) => setTimeout(resolve, 20));
        await new Promise((resolve) => setTimeout(resolve, 150));
        await api.runStore.push('list', 'end');`,
      greedy: `await new Promise((resolve) => setTimeout(resolve, 150));
        try { await api.runStore.set('greedy', true); } finally { for (;;); }`,
    });
    expect(eventsOf(events, 'step_moved').map(({ action }) => action)).toContain('parallel');
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
    expect(outcome.store).toMatchObject({ list: [30, 60, 90, 'end'], count: 3 });
  });
});

describe('steps with parallel ops whose replies come in several turns', () => {
  it('do nothing twice when they are tried again', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: 'for (let i = 0; i < 200; i++) await api.scheduleNextStep({ action: "work", payload: i });',
      work: `const flow = async (name, hops) => {
          await api.runStore.get(name);
          for (let i = 0; i < hops; i++) await null;
          await api.runStore.push('list ' + data, name);
        };
        await Promise.all([flow('a', 5), flow('b', 1), flow('c', 3)]);
        if (api.attempt < 3) throw new Error('again');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 400 } });
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
    const lists = Array.from({ length: 200 }, (_, i) => outcome.store[`list ${i}`] as string[]);
    expect(lists.map((list) => list.toSorted().join(''))).toEqual(Array(200).fill('abc'));
  });
});

describe('a step that goes another way in its next attempt', () => {
  it.each([
    ['by what it reads', "if ((await api.runStore.get('seen')) === null) await api.runStore.set('seen', 1);"],
    ['by its attempt', "if (api.attempt === 1) await api.runStore.increment('tries');"],
  ])('does not wait for itself: %s', async (_, first) => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `const pause = new Promise((resolve) => setTimeout(resolve, 10));
        ${first}
        await pause;
        await api.runStore.set('end', api.attempt);
        if (api.attempt === 1) throw new Error('flaky');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 1 }, store: { end: 2 } });
    expect(eventsOf(events, 'step_diverged')).toHaveLength(1);
  });
});

describe('steps with parallel timers that fail', () => {
  it('do nothing twice when they are tried again: what came in one turn comes in one turn', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: 'for (let i = 0; i < 100; i++) await api.scheduleNextStep({ action: "work", payload: i });',
      work: `await Promise.all([0, 1, 2, 3, 4, 5].map(async (k) => {
          await new Promise((resolve) => setTimeout(resolve, 5 + (((data + k) * 7) % 11)));
          for (let hops = 0; hops < 5 - k; hops++) await null;
          await api.runStore.push('list ' + data, k);
          await api.runStore.increment('n');
        }));
        if (api.attempt === 1) throw new Error('once');`,
    });
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 100 }, store: { n: 600 } });
    const lists = Array.from({ length: 100 }, (_, i) => outcome.store[`list ${i}`] as number[]);
    expect(lists.map((list) => list.toSorted().join(''))).toEqual(Array(100).fill('012345'));
  });
});
