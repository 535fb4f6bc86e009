// What is kept in memory is counted for the run, its tenant and all tenants, and given back to the last byte.
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import type { Op } from '../../src/protocol/ops.ts';
import { Account, kinds } from '../../src/state/account.ts';
import { memoryStore } from '../../src/state/backend.ts';
import { lackOfMemory } from '../../src/state/memory-bounds.ts';
import type { Attempt } from '../../src/state/mutation.ts';
import { MutationQueue } from '../../src/state/mutation-queue.ts';
import { letGo } from '../../src/state/run-end.ts';
import type { Step } from '../../src/state/run-state.ts';
import { newTenant } from '../../src/state/tenant-state.ts';
import { effectsTo, runOf } from './fixtures.ts';

const nothing = {
  starts: 0,
  runs: 0,
  programs: 0,
  steps: 0,
  store: 0,
  journals: 0,
  logs: 0,
  ledgers: 0,
  events: 0,
  outcomes: 0,
};

describe('an account', () => {
  it('counts for those above it, by what it is for', () => {
    const all = new Account(null, 1_000);
    const [acme, other] = [new Account(all), new Account(all)];
    const run = new Account(acme);
    run.take(kinds.store, 100);
    run.take(kinds.logs, 30);
    other.take(kinds.outcomes, 7);
    expect([run.bytes, acme.bytes, other.bytes, all.bytes, all.free]).toEqual([130, 130, 7, 137, 863]);
    expect(acme.byName()).toEqual({ ...nothing, store: 100, logs: 30 });
    expect([acme.liveBytes, other.liveBytes]).toEqual([130, 0]);
  });

  it('gives all back when it is closed, and counts for nobody from then on', () => {
    const all = new Account();
    const run = new Account(all);
    run.take(kinds.steps, 50);
    run.close();
    run.take(kinds.steps, -50);
    expect(all.byName()).toEqual(nothing);
  });
});

describe('what a tenant may take', () => {
  const limits = { ...defaultLimits, memoryBytesPerTenant: 600 };

  it('is what it is granted', () => {
    const tenant = newTenant('acme', limits, 1);
    tenant.memory.take(kinds.store, 500);
    expect(lackOfMemory(tenant, 100)).toBeNull();
    expect(lackOfMemory(tenant, 101)).toMatchObject({ code: 'TENANT_MEMORY_EXCEEDED' });
  });

  it('is as much as is left, so that of ten who take all they can each has an eleventh, and so has who comes then', () => {
    const all = new Account(null, 1_100);
    const tenants = Array.from({ length: 10 }, (_, i) => newTenant(`tenant ${i}`, limits, 1, all));
    for (let isTaken = true; isTaken; ) {
      isTaken = false;
      for (const tenant of tenants) {
        if (lackOfMemory(tenant, 1) !== null) continue;
        tenant.memory.take(kinds.store, 1);
        isTaken = true;
      }
    }
    expect(tenants.map(({ memory }) => memory.bytes)).toEqual(Array(10).fill(100));
    expect(lackOfMemory(tenants[0] as (typeof tenants)[0], 1)).toMatchObject({ code: 'RUNNER_MEMORY_EXCEEDED' });
    expect(lackOfMemory(newTenant('innocent', limits, 1, all), 100)).toBeNull();
  });

  it('is not less for events that wait and runs that have ended: those are bounded apart', () => {
    const tenant = newTenant('acme', limits, 1);
    tenant.memory.take(kinds.outcomes, 10_000);
    tenant.memory.take(kinds.events, 10_000);
    expect(lackOfMemory(tenant, 600)).toBeNull();
  });
});

describe('a run', () => {
  it('has given back, of each kind, what its steps have taken when they have ended; and all when it is let go of', () => {
    const run = runOf({ methods: ['start', 'next'] });
    const { memory } = run.tenant;
    const before = memory.byName();
    const { queue, armed, begin, say } = coreOf(run);
    queue.push({ kind: 'run_opened', run, data: '{}' });
    queue.drain(0);
    const start = begin();
    const texts = ['"Latin"', '"漢字"', `"${'x'.repeat(1_000)}"`];
    for (const [i, value] of texts.entries()) {
      say(start, { kind: 'set', key: `"${i}"`, value }, { kind: 'push', key: '"list"', value });
      say(start, { kind: 'get', key: `"${i}"` }, { kind: 'get', key: '"list"' }, { kind: 'log', key: 'info', value });
      say(start, { kind: 'schedule', value, method: 1, amount: i }, { kind: 'increment', key: '"n"', amount: 1 });
      if (i === 1) say(start, { kind: 'failed', value: '{}' });
      if (i === 1) begin(start);
    }
    say(start, { kind: 'set', key: '"0"', value: '1' }, { kind: 'delete', key: '"1"' });
    say(start, { kind: 'completed' });
    while (armed.length > 0) say(begin(), { kind: 'set', key: '"more"', value: '[{},{}]' }, { kind: 'completed' });
    const ended = memory.byName();
    expect(ended).toMatchObject({ steps: 0, journals: 0, ledgers: 0 });
    expect(Math.min(ended.store, ended.logs, ended.runs)).toBeGreaterThan(0);
    letGo(run);
    expect(before).not.toEqual(nothing);
    expect(memory.byName()).toEqual(nothing);
    expect(run.tenant.programs.size).toBe(0);
  });

  it('has given back all when it was cancelled', () => {
    const run = runOf({ methods: ['start', 'next'] });
    const { queue, begin, say } = coreOf(run);
    queue.push({ kind: 'run_opened', run, data: '{}' });
    queue.drain(0);
    say(begin(), { kind: 'set', key: '"k"', value: '"v"' }, { kind: 'schedule', value: '{}', method: 1, amount: 5 });
    queue.push({ kind: 'run_cancelled', run, reason: '' });
    queue.drain(0);
    expect(run.tenant.memory.byName()).toMatchObject({ steps: 0, journals: 0 });
    letGo(run);
    expect(run.tenant.memory.byName()).toEqual(nothing);
  });
});

type Said = Partial<Op> & Pick<Op, 'kind'>;

function coreOf(run: ReturnType<typeof runOf>) {
  const armed: Step[] = [];
  const attempts = new Map<Step, Attempt>();
  const queue = new MutationQueue(memoryStore(), () => 1_000, effectsTo({ arm: (step) => armed.push(step) }));
  const begin = (step = armed[0] as Step): Step => {
    armed.splice(armed.indexOf(step), 1);
    const attempt: Attempt = { step, lane: 'shared', isOver: false, undelivered: 0 };
    attempts.set(step, attempt);
    queue.push({ kind: 'attempt_begun', attempt });
    queue.drain(1_000);
    return step;
  };
  const say = (step: Step, ...ops: Said[]): void => {
    for (const op of ops) {
      const attempt = attempts.get(step) as Attempt;
      queue.push({ kind: 'op', attempt, op: { key: '', value: '', amount: 0, method: -1, ...op } });
      queue.drain(1_000);
    }
  };
  expect(run.status.kind).toBe('open');
  return { queue, armed, begin, say };
}
