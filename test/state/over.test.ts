// An attempt has one end: what else was on its way for it is void.
import { describe, expect, it } from 'vitest';
import type { Op } from '../../src/protocol/ops.ts';
import { apply } from '../../src/state/apply.ts';
import type { Attempt, Effects } from '../../src/state/mutation.ts';
import type { RunState, Step } from '../../src/state/run-state.ts';
import { effectsTo, runOf } from './fixtures.ts';

const completed: Op = { kind: 'completed', key: '', value: '1', amount: 0, method: -1 };

function begun(): { run: RunState; attempt: Attempt; ended: string[]; effects: Effects } {
  const armed: Step[] = [];
  const ended: string[] = [];
  const effects = effectsTo({
    arm: (step) => armed.push(step),
    attemptEnded: () => ended.push('attempt'),
    runEnded: () => ended.push('run'),
  });
  const run = runOf();
  apply({ kind: 'run_opened', run, data: '{}' }, 1, effects);
  const [step] = armed;
  if (step === undefined) throw new Error('Nothing was armed.');
  const attempt = { step, isOver: false, undelivered: 0, lane: 'shared' as const };
  apply({ kind: 'attempt_begun', attempt }, 1, effects);
  return { run, attempt, ended, effects };
}

describe('an attempt that has completed', () => {
  it.each(['wall', 'worker', 'cpu', 'neighbour', 'stalled'] as const)('is not stopped any more (%s)', (reason) => {
    const { run, attempt, ended, effects } = begun();
    apply({ kind: 'op', attempt, op: completed }, 2, effects);
    apply({ kind: 'attempt_stopped', attempt, reason, detail: '' }, 2, effects);
    expect(ended).toEqual(['attempt', 'run']);
    expect(run).toMatchObject({ open: 0, counts: { completed: 1, failed: 0 }, status: { status: 'completed' } });
  });

  it('hears no timer, makes no op and does not complete again', () => {
    const { run, attempt, ended, effects } = begun();
    apply({ kind: 'op', attempt, op: completed }, 2, effects);
    apply({ kind: 'slept', attempt, position: 0 }, 2, effects);
    apply({ kind: 'op', attempt, op: { ...completed, kind: 'increment', key: '"k"', amount: 1 } }, 2, effects);
    apply({ kind: 'op', attempt, op: completed }, 2, effects);
    expect(ended).toEqual(['attempt', 'run']);
    expect(run.counts).toMatchObject({ armed: 1, completed: 1 });
  });
});

describe('an attempt that has been stopped', () => {
  it('does not complete any more', () => {
    const { run, attempt, ended, effects } = begun();
    apply({ kind: 'attempt_stopped', attempt, reason: 'wall', detail: '' }, 2, effects);
    apply({ kind: 'op', attempt, op: completed }, 2, effects);
    expect(ended).toEqual(['attempt', 'run']);
    expect(run).toMatchObject({ counts: { completed: 0, failed: 1 }, failure: { code: 'STEP_WALL_EXCEEDED' } });
  });
});
