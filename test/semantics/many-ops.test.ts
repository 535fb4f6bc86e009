// A step that makes more calls at once than may be under way: they wait in its cell, in order, and nothing is refused or lost.
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/index.ts';
import { opBytesWaitingIn } from '../../src/limits.ts';
import { waitingOpBytes } from '../../src/realm/pending-ops.ts';
import { createTestRunner } from '../../src/testing.ts';
import { runToEnd, textsOf, useRunner, workflowOf } from '../harness.ts';

const limitsOf: Readonly<Record<string, Partial<Limits>>> = {
  large: { fanOutPerStep: 100_000, opsPerStep: 200_000 },
  narrow: { opsInFlightPerStep: 7 },
  noFans: { fanOutPerStep: 1_500 },
  noOps: { opsPerStep: 1_500 },
  short: { opBytesInFlightPerStep: 1_000, valueBytes: 1_000, payloadBytes: 1_000 },
  small: { opsInFlightPerStep: 2, cellMemoryMb: 32 },
};
const runner = useRunner({ tenants: (tenant) => ({ limits: limitsOf[tenant] ?? {} }) });

const all = (count: number, call: string): string =>
  `return (await Promise.all(Array.from({ length: ${count} }, (_, n) => ${call}))).at(-1) ?? null;`;

describe('a fan-out in one Promise.all', () => {
  it.each([1_000, 1_001, 5_000, 100_000])('of %d items has as many branches', async (count) => {
    const steps = {
      start: all(count, "api.scheduleNextStep({ action: 'item', payload: { n } })"),
      item: "await api.runStore.increment('sum', data.n);",
    };
    const { outcome } = await runToEnd(runner(), steps, { tenant: 'large' });
    expect(outcome).toMatchObject({ status: 'completed', store: { sum: (count * (count - 1)) / 2 } });
    expect(outcome.steps).toEqual({ armed: count + 1, completed: count + 1, failed: 0, retried: 0 });
  });

  it('that nobody awaits counts at the end of the step', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "for (let n = 0; n < 3_000; n++) api.scheduleNextStep({ action: 'item' });",
      item: '',
    });
    expect(outcome.steps).toMatchObject({ armed: 3_001, completed: 3_001 });
  });

  it('stands when the step throws behind it', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "for (let n = 0; n < 3_000; n++) api.scheduleNextStep({ action: 'item' }); throw new Error('after all');",
      item: "await api.runStore.increment('n');",
    });
    expect(outcome).toMatchObject({ status: 'completed', store: { n: 3_000 } });
    expect(outcome.steps).toEqual({ armed: 3_001, completed: 3_000, failed: 1, retried: 2 });
  });

  it.each([
    ['fanOutPerStep', 'noFans', 'FAN_OUT_EXCEEDED'],
    ['opsPerStep', 'noOps', 'OPS_EXCEEDED'],
  ])('is held to %s', async (_, tenant, code) => {
    const start = all(2_000, "api.scheduleNextStep({ action: 'item' })");
    const { outcome, events } = await runToEnd(runner(), { start, item: '' }, { tenant });
    expect(outcome.steps).toMatchObject({ armed: 1_501, failed: 1 });
    const failed = events.find((event) => event.type === 'step_failed');
    expect(failed).toMatchObject({ action: 'start', error: { code } });
  });
});

describe('calls beyond those that may be under way', () => {
  it.each([
    ['push', 'api.runStore.push("k", n)', { k: Array.from({ length: 2_500 }, (_, n) => n) }, 2_500],
    ['increment', 'api.runStore.increment("k")', { k: 2_500 }, 2_500],
    ['set', 'api.runStore.set("k", n)', { k: 2_499 }, null],
    ['get', 'api.runStore.get("k")', {}, null],
    ['delete', 'api.runStore.delete("k")', {}, false],
    ['setTimeout', 'new Promise((resolve) => setTimeout(resolve, n % 5, n))', {}, 2_499],
  ])('%s wait for their turn', async (_, call, store, last) => {
    for (const tenant of ['large', 'narrow']) {
      const { outcome } = await runToEnd(runner(), { start: all(2_500, call) }, { tenant });
      expect(outcome).toMatchObject({ status: 'completed', output: last });
      expect(outcome.store).toEqual(store);
    }
  });

  it('keep the order of the program, whatever they are, and so do lines of the log among them', async () => {
    const start = `for (let n = 0; n < 40; n++) {
        api.runStore.push('list', n);
        api.log(String(n));
        if (n % 3 === 0) api.runStore.set('last', n);
        if (n % 5 === 0) api.runStore.get('list').then((list) => seen.push(list.length, list.at(-1)));
      }
      const seen = [];
      await api.runStore.get('last');
      return seen;`;
    const { outcome, logs } = await runToEnd(runner(), { start }, { tenant: 'narrow' });
    expect(outcome.store).toEqual({ list: Array.from({ length: 40 }, (_, n) => n), last: 39 });
    expect(outcome.output).toEqual([0, 5, 10, 15, 20, 25, 30, 35].flatMap((n) => [n + 1, n]));
    expect(textsOf(logs)).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
  });

  it.each([
    ['go past timers that run', 'for (let n = 0; n < 20; n++) setTimeout(() => {}, 50_000);', 0],
    [
      'are timers, and up when they were to be',
      'await Promise.all(Array.from({ length: 50 }, () => new Promise((resolve) => setTimeout(resolve, 10_000))));',
      10_000,
    ],
  ])('%s', async (_, body, ms) => {
    const test = await createTestRunner({ limits: limitsOf['narrow'] ?? {} });
    try {
      const workflow = workflowOf({
        start: `const before = Date.now();
          ${body}
          for (let n = 0; n < 20; n++) await api.runStore.increment('n');
          return Date.now() - before;`,
      });
      const { outcome } = await test.runToEnd(await test.start({ workflow }));
      expect(outcome).toMatchObject({ output: ms, store: { n: 20 } });
    } finally {
      await test.close();
    }
  });

  it('are done once, in order, however many attempts the step needs', async () => {
    const start = `const list = await Promise.all(Array.from({ length: 60 }, (_, n) => {
          if (n % 7 === 0) api.log('line ' + n);
          return n % 3 === 0 ? api.scheduleNextStep({ action: 'item', payload: n }) : api.runStore.push('list', n);
        }));
      await api.runStore.increment('all');
      if (api.attempt < 3) throw new Error('once more');
      return list.at(-1);`;
    const item = "await api.runStore.increment('items');";
    const { outcome, logs } = await runToEnd(runner(), { start, item }, { tenant: 'narrow' });
    const list = Array.from({ length: 60 }, (_, n) => n).filter((n) => n % 3 !== 0);
    expect(outcome).toMatchObject({ status: 'completed', output: 40, store: { list, all: 1, items: 20 } });
    expect(outcome.steps).toEqual({ armed: 21, completed: 21, failed: 0, retried: 2 });
    expect(textsOf(logs)).toEqual([0, 7, 14, 21, 28, 35, 42, 49, 56].map((n) => `line ${n}`));
  });

  it('one that is longer than all that may be under way goes alone', async () => {
    const key = 'k'.repeat(100);
    const start = `await Promise.all([1, 2, 3].map((n) => api.runStore.set('${key}' + n, 'x'.repeat(990))));`;
    const { outcome } = await runToEnd(runner(), { start }, { tenant: 'short' });
    expect(outcome.status).toBe('completed');
    expect(Object.keys(outcome.store)).toEqual([`${key}1`, `${key}2`, `${key}3`]);
  });

  it('are refused when what waits holds too much, and none of the others is lost', async () => {
    const most = 2 + Math.floor(opBytesWaitingIn(32) / (waitingOpBytes + '"n"\t1'.length));
    const start = `for (let n = 0; n < ${most}; n++) api.runStore.increment('n');
      await api.runStore.increment('n').catch((error) => api.log(error.code, error instanceof RangeError));`;
    const { outcome, logs } = await runToEnd(runner(), { start }, { tenant: 'small' });
    expect(textsOf(logs)).toEqual(['OP_BYTES_WAITING_EXCEEDED true']);
    expect(outcome).toMatchObject({ status: 'completed', store: { n: most } });
  });
});
