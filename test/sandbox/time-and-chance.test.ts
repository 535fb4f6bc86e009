// Time and chance come to a step from outside: time stands still while it computes, chance repeats when it is run again.
import { describe, expect, it } from 'vitest';
import { createTestRunner, eventsOf, logged, runToEnd, startRun, useRunner } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const runner = useRunner();

describe('Date', () => {
  it('does not move while the step computes, whatever it asks', async () => {
    const start = `const times = () => [Date.now(), new Date().getTime(), +new Date(), performance.now() + performance.timeOrigin];
      const before = times();
      for (let n = 0, sum = 0; n < 5e7; n++) sum += n;
      await 0;
      await Promise.resolve();
      return [...before, ...times()];`;
    const { outcome } = await runToEnd(runner(), { start });
    expect(outcome.output).toHaveLength(8);
    expect(new Set(outcome.output as number[]).size).toBe(1);
  });

  it('is the time of the runner, and moves between turns', async () => {
    const clock = manualClock(Date.UTC(2031, 0, 1));
    const held = await createTestRunner({ clock });
    const start = `const times = [Date.now()];
      const waited = new Promise((resolve) => setTimeout(resolve, 5_000));
      api.log('waits');
      await waited;
      return [...times, Date.now(), new Date().toISOString(), Date()];`;
    const run = await startRun(held, { start });
    await logged(run, 'waits');
    clock.advance(5_000);
    const { output } = await run.result();
    const [before, after, text, called] = output as [number, number, string, string];
    expect([before, after - before, text]).toEqual([Date.UTC(2031, 0, 1), 5_000, '2031-01-01T00:00:05.000Z']);
    expect(called).toMatch(/2031/);
  });

  it('has moved on by the delay when the next step begins', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "await api.scheduleNextStep({ action: 'next', delay: '400 days', payload: Date.now() });",
      next: "await api.runStore.set('passed', Date.now() - data >= 400 * 86_400_000);",
    });
    expect(outcome.store).toEqual({ passed: true });
  });
});

describe('setTimeout', () => {
  it('calls back in order, with its arguments, once, and time has moved on by then', async () => {
    const start = `const order = [], begun = Date.now();
      await new Promise((resolve) => {
        setTimeout((...args) => { order.push(args, Date.now() - begun >= 6); resolve(); }, 6, 'six', 6);
        setTimeout(() => order.push('three'), 3);
        const never = setTimeout(() => order.push('never'), 1);
        clearTimeout(never);
      });
      return order;`;
    expect((await runToEnd(runner(), { start })).outcome.output).toEqual(['three', ['six', 6], true]);
  });

  it('does not hold a step that has ended, and then calls nobody', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start:
        "setTimeout(() => api.log('late'), 2); await api.scheduleNextStep({ action: 'next', delay: 1 }); return 'ended';",
      next: '',
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 'ended' });
    expect(logs).toEqual([]);
  });
});

describe('Math.random and crypto', () => {
  const draw = `[Math.random(), Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(8))]]`;

  it('give the same again when a step is tried again', async () => {
    const start = `await api.runStore.push('drawn', ${draw}); if (api.attempt < 3) throw new Error('again');`;
    const { outcome, events } = await runToEnd(runner(), { start });
    expect(outcome.steps.retried).toBe(2);
    expect(outcome.store['drawn']).toHaveLength(1);
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('give other numbers to each step, run and draw', async () => {
    const source = {
      start: "for (let n = 0; n < 10; n++) await api.scheduleNextStep({ action: 'next' });",
      next: `await api.runStore.push('drawn', ${draw});`,
    };
    const ended = [await runToEnd(runner(), source), await runToEnd(runner(), source)];
    const drawn = ended.flatMap(({ outcome }) => outcome.store['drawn'] as [number, number, string, number[]][]);
    expect(drawn).toHaveLength(20);
    const values = drawn.flatMap(([first, second, uuid, bytes]) => [first, second, uuid, bytes.join()]);
    expect(new Set(values).size).toBe(80);
    for (const [first, , uuid] of drawn) {
      expect(first >= 0 && first < 1).toBe(true);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
