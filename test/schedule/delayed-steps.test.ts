// Steps share a timer only if nothing is lost by it.
import { describe, expect, it } from 'vitest';
import { DelayedSteps } from '../../src/schedule/delayed-steps.ts';
import { Journal } from '../../src/state/journal.ts';
import type { Step } from '../../src/state/run-state.ts';
import { runOf, stepOf } from '../state/fixtures.ts';

const run = runOf();
const stepDue = (dueAt: number, ordinal = 1): Step => ({ ...stepOf(run, ordinal), dueAt });

describe('steps that are due together', () => {
  it('are added to the first one', () => {
    const delayed = new DelayedSteps(stepDue(5));
    expect([delayed.size, delayed.others]).toEqual([1, null]);
    for (let ordinal = 2; ordinal <= 300; ordinal++) expect(delayed.add(stepDue(5, ordinal))).toBe(true);
    expect([delayed.size, delayed.others?.size, delayed.others?.shift()[0]]).toEqual([300, 299, stepDue(5, 2)]);
  });

  it.each([
    ['due at another time', stepDue(5), stepDue(6)],
    ['of another run', stepDue(5), { ...stepOf(runOf(), 2), dueAt: 5 }],
    ['to be tried again', stepDue(5), { ...stepDue(5), attempt: 1, journal: new Journal() }],
    ['behind one that is to be tried again', { ...stepDue(5), attempt: 1, journal: new Journal() }, stepDue(5)],
    ['to run alone', stepDue(5), { ...stepDue(5), lane: 'exclusive' as const }],
  ])('are not added if one is %s', (_, first, next) => {
    const delayed = new DelayedSteps(first);
    expect([delayed.add(next), delayed.size]).toEqual([false, 1]);
  });
});
