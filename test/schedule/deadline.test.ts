// When a step is out of time: when it has had its wall time, without what it has waited while its thread was at others.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lanes } from '../../src/schedule/lanes.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { type ManualClock, manualClock } from '../manual-clock.ts';
import { runOf, stepOf } from '../state/fixtures.ts';
import { type StillLanes, stillLanes } from './links.ts';

let clock: ManualClock;
let lanes: Lanes;
let scheduler: Scheduler;
/** Whose time is over, by tenant, and when. */
let late: string[];
let say: StillLanes['say'];
const began = 1_000_000;

function threads(isKillable: boolean): void {
  clock = manualClock(began);
  late = [];
  ({ lanes, say } = stillLanes(1, clock, { isKillable }));
  const nothing = (): void => {};
  scheduler = new Scheduler(clock, lanes, {
    begun: nothing,
    slept: nothing,
    suspended: nothing,
    settled: nothing,
    outOfTime: ({ step }) => void late.push(`${step.run.program.tenant} ${clock.now() - began}`),
  });
}

/** Steps of these tenants start together, and their thread is at the first of them. */
function begin(...tenants: readonly string[]): void {
  for (const tenant of tenants) {
    const run = runOf({ tenant, limits: { stepWallMs: 1_000, stepCpuMs: 1_000 } });
    scheduler.arm({ ...stepOf(run, 1), dueAt: began }, began);
  }
  scheduler.dispatch();
  lanes.flush();
}

afterEach(async () => {
  scheduler.close();
  await lanes.close();
});

describe('in a host', () => {
  beforeEach(() => threads(true));

  it('a step that has waited for others has as much more', () => {
    begin('a', 'b');
    clock.advance(700);
    say(0, ['turn', 1, 0, '', 10, 5]); // The turn of `a` is over: it waits for something of its own.
    clock.advance(299);
    expect(late).toEqual([]);
    clock.advance(1);
    expect(late).toEqual(['a 1000']);
    clock.advance(699);
    expect(late).toEqual(['a 1000']);
    clock.advance(1);
    expect(late).toEqual(['a 1000', 'b 1700']);
  });

  it('however long it waits', () => {
    begin('a', 'b');
    clock.advance(10_000);
    expect(late).toEqual(['a 1000']);
    say(0, ['turn', 1, 0, '', 10, 5]);
    clock.advance(10_000);
    expect(late).toEqual(['a 1000', 'b 11000']);
  });
});

describe('in a thread of this process', () => {
  beforeEach(() => threads(false));

  it('the wait has an end, for one that hangs is not replaced', () => {
    begin('a', 'b');
    clock.advance(10_000);
    expect(late).toEqual(['a 1000', 'b 2000']);
  });
});
