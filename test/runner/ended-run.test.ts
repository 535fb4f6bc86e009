// What is left of a run that has ended: what is remembered of it, and nothing where it may be held by timers.
import { expect, it } from 'vitest';
import { undividedly } from '../../src/background-work.ts';
import { RunHandle } from '../../src/runner/run.ts';
import { cancelRun } from '../../src/state/cancelling.ts';
import { effectsTo, runOf } from '../state/fixtures.ts';

it('a run that has ended is remembered by its handle, and no more by its state', async () => {
  const run = runOf();
  const handle = new RunHandle(run, {
    cancel() {},
    pause() {},
    whenSafe: () => Promise.resolve(),
    divide: async (work) => undividedly(work),
  });
  run.store.set('"k"', JSON.stringify('x'.repeat(100_000)));
  run.output = '1';
  run.logs.push({ step: 'step_1', action: 'start', level: 'info', text: 'said', at: 0 });
  cancelRun(run, 'no longer', 0, effectsTo({}));
  handle.ended();
  expect(await handle.result()).toMatchObject({
    status: 'cancelled',
    output: 1,
    store: { k: 'x'.repeat(100_000) },
    cancellation: { reason: 'no longer' },
  });
  expect(handle.logs()).toHaveLength(1);
  expect(handle.keptBytes).toBeGreaterThan(100_000);
  expect(run).toMatchObject({ status: { store: [] }, logs: [], output: null, cancellation: null });
});
