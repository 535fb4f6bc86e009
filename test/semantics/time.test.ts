// What a step's clock shows in further attempts: what it showed before, as far as anything came of it.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ retry: { firstDelayMs: 5_000 } });

describe('the time that a step makes something of', () => {
  it('is the same in each attempt, so that nothing is done twice', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `await api.runStore.push('times', Date.now());
        await new Promise((resolve) => setTimeout(resolve, 5));
        await api.runStore.get('times');
        await api.runStore.push('times', Date.now() + Math.random());
        if (api.attempt < 3) throw new Error('not yet');
        await api.runStore.push('times', Date.now());`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 2 } });
    expect(outcome.store['times']).toHaveLength(3);
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('is the same right behind a sleep, and when a timer that nobody awaits has moved it', async () => {
    const { outcome, events } = await runToEnd(runner(), {
      start: `setTimeout(() => {}, 3);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await api.runStore.push('times', Date.now());
        if (api.attempt < 3) throw new Error('not yet');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', steps: { retried: 2 } });
    expect(outcome.store['times']).toHaveLength(1);
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('goes on for an attempt before which nothing was done', async () => {
    const { outcome: now } = await runToEnd(runner(), { start: 'return Date.now();' });
    const { outcome, events } = await runToEnd(
      runner(),
      {
        start: `const seen = await api.runStore.get('k');
        if (Date.now() < data.until) throw new Error('too early');
        return seen;`,
      },
      { data: { until: Number(now.output) + 2_000 } },
    );
    expect(outcome).toMatchObject({ status: 'completed', output: null });
    expect(eventsOf(events, 'step_retried')).toHaveLength(1);
  });
});
