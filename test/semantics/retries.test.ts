// A step that fails is tried again, and what it had done is not done again.
import { describe, expect, it } from 'vitest';
import { createTestRunner, eventsOf, runToEnd, textsOf, useRunner } from '../harness.ts';

const runner = useRunner();

/** Throws on the first `times` attempts. */
const failing = (times: number): string => `if (api.attempt <= ${times}) throw new Error('attempt ' + api.attempt);`;
const hooks = { onWorkflowComplete: "api.log('complete');", onWorkflowError: "api.log('error', err.message);" };

describe('a step that throws', () => {
  it('is tried again, three times by default, and may succeed at the last', async () => {
    const { outcome, events, logs } = await runToEnd(runner(), {
      start: `${failing(2)} return api.attempt;`,
      ...hooks,
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 3 });
    expect(outcome.steps).toEqual({ armed: 1, completed: 1, failed: 0, retried: 2 });
    expect(outcome.usage.attempts).toBe(4);
    expect(eventsOf(events, 'step_retried').map(({ error, attempt }) => [error.message, attempt])).toEqual([
      ['attempt 1', 1],
      ['attempt 2', 2],
    ]);
    expect(textsOf(logs)).toEqual(['complete']);
  });

  it('has failed after the last attempt, with what it threw then', async () => {
    const { outcome, events, logs } = await runToEnd(runner(), { start: failing(9), ...hooks });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_THREW', message: 'attempt 3', attempt: 3 },
    });
    expect(outcome.steps).toEqual({ armed: 1, completed: 0, failed: 1, retried: 2 });
    expect(eventsOf(events, 'step_failed')).toMatchObject([{ attempt: 3, error: { message: 'attempt 3' } }]);
    expect(textsOf(logs)).toEqual(['error attempt 3']);
  });

  it('is tried as often as the policy says', async () => {
    const patient = await createTestRunner({ retry: { maxAttempts: 7, firstDelayMs: 0 } });
    expect((await runToEnd(patient, { start: failing(9) })).outcome.steps).toMatchObject({ failed: 1, retried: 6 });
    const strict = await createTestRunner({ retry: { maxAttempts: 1 } });
    expect((await runToEnd(strict, { start: failing(9) })).outcome.steps).toMatchObject({ failed: 1, retried: 0 });
  });

  it.each([
    ['an error with retryable === false', "Object.assign(new Error('no'), { retryable: false })", 0],
    ['any object with retryable === false', '{ retryable: false }', 0],
    ['an error with another falsy retryable', "Object.assign(new Error('no'), { retryable: 0 })", 2],
    ['an error with retryable === true', "Object.assign(new Error('no'), { retryable: true })", 2],
    ['a string', "'no'", 2],
  ])('%s is retried so often', async (_, thrown, retried) => {
    const { outcome } = await runToEnd(runner(), { start: `throw ${thrown};` });
    expect(outcome.steps).toMatchObject({ failed: 1, retried });
  });

  it('waits longer each time, within the bounds of the policy', async () => {
    const waiting = await createTestRunner({ retry: { maxAttempts: 5, firstDelayMs: 1_000, longestDelayMs: 4_000 } });
    const { events } = await runToEnd(waiting, { start: failing(9) });
    const waits = eventsOf(events, 'step_retried').map(({ at, retryAt }) => retryAt - at);
    for (const [index, full] of [1_000, 2_000, 4_000, 4_000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(full / 2);
      expect(waits[index]).toBeLessThanOrEqual(full);
    }
    const starts = eventsOf(events, 'step_started').map(({ at }) => at);
    for (const [index, wait] of waits.entries()) {
      expect((starts[index + 1] ?? 0) - (starts[index] ?? 0)).toBeGreaterThanOrEqual(wait);
    }
  });

  it('is tried again with the same data, headers and id', async () => {
    const note = 'api.runStore.push("seen", [data, headers, api.runId, api.stepId, api.idempotencyKey]);';
    const start = `await ${note} data.changed = true; headers.changed = true; ${failing(1)} await ${note}`;
    const { run, outcome } = await runToEnd(runner(), { start }, { data: { n: 1 }, headers: { h: 1 } });
    const own = [run.id, 'step_1', `${run.id}:step_1`];
    expect(outcome.store['seen']).toEqual([
      [{ n: 1 }, { h: 1 }, ...own],
      [{ n: 1, changed: true }, { h: 1, changed: true }, ...own],
    ]);
  });
});

describe('what a step did before it threw', () => {
  const effects = `const results = [
      await api.runStore.increment('count', 5),
      await api.runStore.push('list', 'item'),
      await api.runStore.set('value', 'set'),
      await api.runStore.delete('value'),
    ];
    await api.scheduleNextStep({ action: 'next', payload: 'once' });
    api.log('logged');`;

  it('is done once: increments, pushes, sets, deletes, schedules and logs', async () => {
    const { outcome, logs, events } = await runToEnd(runner(), {
      start: `${effects} ${failing(2)} return results;`,
      next: "await api.runStore.push('next', data);",
    });
    expect(outcome).toMatchObject({ status: 'completed', store: { count: 5, list: ['item'], next: ['once'] } });
    expect(outcome.steps).toEqual({ armed: 2, completed: 2, failed: 0, retried: 2 });
    expect(textsOf(logs)).toEqual(['logged']);
    expect(eventsOf(events, 'step_log')).toHaveLength(1);
    expect(eventsOf(events, 'step_diverged')).toEqual([]);
  });

  it('gives the next attempt the results of the first', async () => {
    const other = "await api.runStore.increment('count', 100); await api.runStore.push('list', 'other');";
    const { outcome } = await runToEnd(runner(), {
      start: "for (const n of [0, 1]) await api.scheduleNextStep({ action: n ? 'other' : 'work' });",
      work: `${effects} ${failing(2)} await api.runStore.set('results', results);`,
      other,
      next: '',
    });
    expect(outcome.store).toMatchObject({ count: 105, list: ['item', 'other'], results: [5, 1, null, true] });
  });

  it('is done once also where nothing was awaited', async () => {
    const start = `for (let n = 0; n < 20; n++) { api.runStore.increment('count'); api.runStore.push('list', n); }
      ${failing(2)}`;
    const { outcome } = await runToEnd(runner(), { start });
    expect(outcome.store).toEqual({ count: 20, list: Array.from({ length: 20 }, (_, n) => n) });
  });

  it('is not undone when the step fails for good', async () => {
    const { outcome } = await runToEnd(runner(), { start: `await api.runStore.increment('count'); ${failing(9)}` });
    expect(outcome).toMatchObject({ status: 'failed', store: { count: 1 } });
  });

  it('is done once for each of many branches that fail', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "for (let n = 0; n < 60; n++) await api.scheduleNextStep({ action: 'work', payload: n });",
      work: `await api.runStore.increment('count'); if (api.attempt <= data % 3) throw new Error('again');
        await api.runStore.increment('ended');`,
    });
    expect(outcome.store).toEqual({ count: 60, ended: 60 });
    expect(outcome.steps).toEqual({ armed: 61, completed: 61, failed: 0, retried: 60 });
  });

  it('if it was refused, is tried anew', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `await api.runStore.set('k', 'text');
        const code = await api.runStore.increment('k').then(() => null, (e) => e.code);
        if (code === null) return;
        await api.runStore.set('k', 1);
        throw new Error(code);`,
    });
    // The first set is done once, so the second attempt counts on from what the first left.
    expect(outcome).toMatchObject({ status: 'completed', store: { k: 2 }, steps: { retried: 1 } });
  });
});

describe('the next attempt', () => {
  it('reads anew', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `const seen = await api.runStore.get('k');
        if (seen !== null) return seen;
        await api.runStore.set('k', 'new');
        throw new Error('not yet');`,
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 'new', steps: { retried: 1 } });
  });

  it('that does something else goes on from there as new code, and the events say so', async () => {
    const start = `await api.runStore.increment('same');
      await api.runStore.increment('attempt ' + api.attempt);
      await api.runStore.increment('after');
      ${failing(2)}`;
    const { outcome, events } = await runToEnd(runner(), { start });
    expect(outcome.store).toEqual({ same: 1, 'attempt 1': 1, 'attempt 2': 1, 'attempt 3': 1, after: 3 });
    expect(eventsOf(events, 'step_diverged')).toMatchObject([
      { step: 'step_1', attempt: 2, position: 1 },
      { step: 'step_1', attempt: 3, position: 1 },
    ]);
  });

  it('that does less and then the same again finds what was left', async () => {
    const start = `await api.runStore.increment('a');
      if (api.attempt === 2) throw new Error('early');
      await api.runStore.increment('b');
      ${failing(1)}`;
    const { outcome } = await runToEnd(runner(), { start });
    expect(outcome.store).toEqual({ a: 1, b: 1 });
  });
});

it('logs that are made again are answered no more than at first, and take no turns of their own', async () => {
  const counted = await createTestRunner({ workers: 1, retry: { maxAttempts: 2, firstDelayMs: 0 } });
  const { outcome, logs } = await runToEnd(counted, {
    start: `for (let i = 0; i < 400; i++) api.log(i);
      await api.runStore.increment('n'); await api.runStore.increment('n');
      ${failing(1)}
      await api.runStore.increment('m');`,
  });
  expect([outcome.status, outcome.store.n, logs.length]).toEqual(['completed', 2, 400]);
  expect(counted.stats().hosts.reduce((sum, { turns }) => sum + turns, 0)).toBeLessThan(20);
});

it('a step that reads anew what has become too much for its cell fails, and nothing else does', async () => {
  const reading = await createTestRunner({ retry: { maxAttempts: 2, firstDelayMs: 300, longestDelayMs: 300 } });
  // In one turn, as at first, all that it reads would be longer than any text of V8's.
  const { outcome } = await runToEnd(reading, {
    start: `await api.runStore.push('k', 0);
      await api.scheduleNextStep({ action: 'reader' });
      await api.scheduleNextStep({ action: 'filler', payload: 0 });`,
    reader: `await Promise.all(Array.from({ length: 80 }, () => api.runStore.get('k')));
      await api.runStore.increment('n');
      if (api.attempt === 1) throw new Error('again');`,
    filler: `await api.runStore.push('k', 'x'.repeat(1_000_000));
      if (data < 6) await api.scheduleNextStep({ action: 'filler', payload: data + 1 });`,
  });
  expect(outcome).toMatchObject({
    status: 'failed',
    error: { code: 'STEP_MEMORY_EXCEEDED', action: 'reader', attempt: 2 },
    steps: { armed: 9, completed: 8, failed: 1 },
    store: { n: 1 },
  });
});
