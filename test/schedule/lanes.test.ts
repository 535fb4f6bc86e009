// Where steps are put as more is known of their workflows.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lanes } from '../../src/schedule/lanes.ts';
import { Payer, PayingTenant } from '../../src/schedule/payers.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { RunState } from '../../src/state/run-state.ts';
import { createVirtualClock } from '../../src/virtual-clock.ts';
import { runOf, stepOf } from '../state/fixtures.ts';
import { type StillLanes, stillLanes } from './links.ts';

let lanes: Lanes;
let say: StillLanes['say'];

beforeEach(() => {
  ({ lanes, say } = stillLanes(2, createVirtualClock(0)));
});

afterEach(() => lanes.close());

function place(run: RunState, micros = 0): PlacedAttempt {
  const payer = new Payer(run, new PayingTenant(run.tenant, 0));
  payer.tenant.stepMicros = micros;
  const attempt = lanes.place(stepOf(run, 1), 'shared', payer, 0);
  if (attempt === null) throw new Error('There is no room.');
  lanes.start(attempt);
  lanes.flush();
  return attempt;
}

/** A step of this workflow runs to its end on the second thread, in the turn and the cell of this number there. */
function vouchFor(run: RunState, turn: number, cell: number): void {
  const vouching = place(run);
  say(1, ['turn', turn, cell, `c\t${vouching.ref}\t\n`, 10, 5]);
  lanes.release(vouching);
}

function threadOf({ cell }: PlacedAttempt): number {
  return [...lanes.links].indexOf(cell.worker);
}

describe('a workflow of which nothing is known', () => {
  const newcomer = runOf({ tenant: 'new' });

  it('has the threads that are for such, until it has had a turn there and all is well', () => {
    const first = place(newcomer, 50_000);
    expect([threadOf(first), threadOf(place(newcomer))]).toEqual([1, 1]);
    say(1, ['turn', 1, 0, '', 10, 5]);
    expect(threadOf(place(newcomer))).toBe(0);
  });

  it('has others keep away from it, until it has had a turn', () => {
    const known = runOf({ tenant: 'known' });
    vouchFor(known, 1, 0);
    const next = (): number => {
      const attempt = place(known);
      lanes.release(attempt);
      return threadOf(attempt);
    };
    expect(next()).toBe(1); // Where its cell is.
    place(newcomer);
    expect(next()).toBe(0);
  });

  it('is not reckoned with twice when it was stopped before its first turn was answered', () => {
    const stopped = place(newcomer);
    lanes.release(stopped);
    const known = runOf({ tenant: 'known' });
    const vouching = place(known);
    say(1, ['turn', 1, 0, '', 10, 5]);
    say(1, ['turn', 2, 1, `c\t${vouching.ref}\t\n`, 10, 5]);
    lanes.release(vouching);
    place(runOf({ tenant: 'newer' }));
    expect(threadOf(place(known))).toBe(0);
  });

  it('is as anybody else where it has had a turn, though its step be not over', () => {
    const known = runOf({ tenant: 'known' });
    vouchFor(known, 1, 0);
    place(newcomer);
    say(1, ['turn', 2, 1, '', 10, 5]);
    expect(threadOf(place(known))).toBe(1);
  });
});

describe('cells that have to be made', () => {
  const payer = (run: RunState): Payer => new Payer(run, new PayingTenant(run.tenant, 0));
  /** Whether a step of this run is placed. */
  function isPlaced(run: RunState): boolean {
    const attempt = lanes.place(stepOf(run, 1), 'shared', payer(run), 0);
    if (attempt !== null) lanes.start(attempt);
    lanes.flush();
    return attempt !== null;
  }
  const runs = Array.from({ length: 6 }, (_, n) => runOf({ tenant: 'flood', hash: String(n) }));
  const innocent = runOf({ tenant: 'innocent' });

  it('are asked for two at a time: who comes next with a new workflow waits for no more', () => {
    expect(runs.map(isPlaced)).toEqual([true, true, false, false, false, false]);
    say(1, ['opened', 0, 80_000]);
    expect([isPlaced(innocent), ...runs.slice(2).map(isPlaced)]).toEqual([true, false, false, false, false]);
  });

  it('are not waited for any more when the first turn there is answered, or when they are not wanted before they were asked for', () => {
    expect(runs.slice(0, 3).map(isPlaced)).toEqual([true, true, false]);
    say(1, ['turn', 1, 0, '', 10, 5]);
    expect(isPlaced(innocent)).toBe(true);
    say(1, ['turn', 2, 1, '', 10, 5]);
    const unsent = lanes.place(
      stepOf(runs[3] as RunState, 1),
      'shared',
      payer(runs[3] as RunState),
      0,
    ) as PlacedAttempt;
    lanes.release(unsent);
    unsent.cell.worker.dropIdleCells();
    expect(runs.slice(4).map(isPlaced)).toEqual([true, false]);
  });

  it('keep nobody from a cell that is there', () => {
    expect(runs.slice(0, 3).map(isPlaced)).toEqual([true, true, false]);
    expect(runs.slice(0, 2).map(isPlaced)).toEqual([true, true]);
  });
});
