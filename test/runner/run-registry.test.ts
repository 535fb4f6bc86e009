// A page of runs is found among all of them a part at a time, and is what a look at all of them would give.
import { expect, it } from 'vitest';
import { undividedly } from '../../src/background-work.ts';
import { defaultLimits } from '../../src/limits.ts';
import { RunHandle } from '../../src/runner/run.ts';
import { RunRegistry } from '../../src/runner/run-registry.ts';
import type { RunQuery } from '../../src/state/backend.ts';
import { cancelRun } from '../../src/state/cancelling.ts';
import { manualClock } from '../manual-clock.ts';
import { effectsTo, runOf } from '../state/fixtures.ts';

const control = {
  cancel() {},
  pause() {},
  whenSafe: () => Promise.resolve(),
  divide: async <T>(work: Generator<void, T>): Promise<T> => undividedly(work),
};

/** Runs of two tenants in turn; each third one has ended. */
function registryWith(count: number): { registry: RunRegistry; runs: RunHandle[] } {
  const registry = new RunRegistry(defaultLimits, manualClock());
  const runs = Array.from({ length: count }, (_, i) => {
    const state = runOf({ tenant: i % 2 === 0 ? 'a' : 'b' });
    Object.assign(state, { id: `run_${i}` });
    const run = new RunHandle(state, control);
    registry.add(run, state.tenant.memory);
    if (i % 3 > 0) return run;
    cancelRun(state, '', manualClock().now(), effectsTo({}));
    registry.ended(run.id);
    return run;
  });
  return { registry, runs };
}

const all: RunQuery = { tenant: null, status: null, before: Number.MAX_SAFE_INTEGER, count: 10 };

it('is looked for among a thousand at a time', () => {
  const { registry } = registryWith(4_500);
  const looking = registry.list({ ...all, tenant: 'a' });
  let stops = 0;
  while (looking.next().done !== true) stops++;
  expect(stops).toBe(4);
});

it.each([
  all,
  { ...all, tenant: 'a' },
  { ...all, status: 'cancelled' as const, count: 100 },
  { ...all, tenant: 'b', status: 'open' as const, before: 77, count: 7 },
  { ...all, before: 5 },
  { ...all, before: 0 },
  { ...all, tenant: 'c' },
])('is the newest of those that are asked for: %j', (query) => {
  const { registry, runs } = registryWith(300);
  const expected = runs
    .map((run, number) => ({ run, number }))
    .filter(({ number }) => number < query.before)
    .filter(({ run }) => (query.tenant ?? run.tenant) === run.tenant && (query.status ?? run.status) === run.status)
    .slice(-query.count)
    .toReversed();
  expect(undividedly(registry.list(query)).map(({ number }) => number)).toEqual(expected.map(({ number }) => number));
});
