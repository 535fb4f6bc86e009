// The counts that the views draw.
import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/cli/tally.ts';
import type { RunEvent } from '../../src/index.ts';
import { failure, runStarted, stepEvent } from './events.ts';

function tallyOf(...events: RunEvent[]): Tally {
  const tally = new Tally();
  for (const event of events) tally.add(event);
  return tally;
}

describe('the tally of a run', () => {
  it('counts by action and for the run', () => {
    const tally = tallyOf(
      runStarted(),
      stepEvent('step_armed', 'start', 1),
      stepEvent('step_started', 'start', 1),
      stepEvent('step_armed', 'pick', 2),
      stepEvent('step_armed', 'pick', 3),
      stepEvent('step_completed', 'start', 1),
      stepEvent('step_started', 'pick', 2),
      stepEvent('step_started', 'pick', 3),
      stepEvent('step_failed', 'pick', 3, { error: failure }),
    );
    expect(tally.actions()).toEqual([
      { action: 'start', isHook: false, armed: 1, active: 0, completed: 1, failed: 0, retried: 0 },
      { action: 'pick', isHook: false, armed: 2, active: 1, completed: 0, failed: 1, retried: 0 },
    ]);
    expect(tally.run).toEqual({ armed: 3, active: 1, completed: 1, failed: 1, retried: 0 });
  });

  it('does not count an attempt as a step', () => {
    const tally = tallyOf(
      stepEvent('step_armed', 'start', 1),
      stepEvent('step_started', 'start', 1),
      stepEvent('step_moved', 'start', 1, { reason: 'cpu' }),
      stepEvent('step_started', 'start', 1),
      stepEvent('step_retried', 'start', 1, { error: failure, retryAt: 1_000_500 }),
      stepEvent('step_started', 'start', 1, { attempt: 2 }),
      stepEvent('step_completed', 'start', 1, { attempt: 2 }),
    );
    expect(tally.run).toEqual({ armed: 1, active: 0, completed: 1, failed: 0, retried: 1 });
  });

  it('does not count hooks among the steps', () => {
    const tally = tallyOf(
      stepEvent('step_started', 'onWorkflowComplete', 2),
      stepEvent('step_completed', 'onWorkflowComplete', 2),
    );
    expect(tally.run).toMatchObject({ armed: 0, completed: 0 });
    expect(tally.actions()).toMatchObject([{ isHook: true, armed: 1, active: 0, completed: 1 }]);
  });

  it('knows when the next step is due', () => {
    const tally = tallyOf(
      stepEvent('step_armed', 'a', 1, { dueAt: 1_060_000 }),
      stepEvent('step_armed', 'b', 2, { dueAt: 1_010_000 }),
      stepEvent('step_armed', 'c', 3),
    );
    expect(tally.nextDueAt()).toBe(1_010_000);
    tally.add(stepEvent('step_started', 'b', 2));
    expect(tally.nextDueAt()).toBe(1_060_000);
    tally.add(stepEvent('step_started', 'a', 1));
    expect(tally.nextDueAt()).toBeNull();
  });

  it('says what it has missed, and is right at the end all the same', () => {
    const [{ runId, at }] = [runStarted()];
    const steps = { armed: 9, completed: 8, failed: 1, retried: 2 };
    const tally = tallyOf(
      { type: 'events_dropped', runId, at, count: 40 },
      { type: 'run_ended', runId, at, status: 'failed', steps },
    );
    expect(tally.missed).toBe(40);
    expect(tally.run).toEqual({ ...steps, active: 0 });
  });
});
