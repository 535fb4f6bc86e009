// Which cell takes a step: one of its workflow that was opened for limits like those of its run.
import { beforeEach, describe, expect, it } from 'vitest';
import { type CellLimits, defaultLimits, type Limits } from '../../src/limits.ts';
import { CellLink } from '../../src/schedule/cell-link.ts';
import { OpenCells } from '../../src/schedule/open-cells.ts';
import type { Program, RunState } from '../../src/state/run-state.ts';
import { runOf, stepOf } from '../state/fixtures.ts';
import { linkTo, placeOn, stillThread } from './links.ts';

const { program } = runOf();
const { program: other } = runOf({ tenant: 'other' });
const link = linkTo(stillThread());
let open: OpenCells;

beforeEach(() => {
  open = new OpenCells();
});

function run(limits: Partial<Limits> = {}, of: Program = program): RunState {
  return { ...runOf({ limits }), program: of };
}

function cellOf(opener: RunState): CellLink {
  return new CellLink(0, link, stepOf(opener, 1));
}

/** One more that is open, for a run like this. */
function opened(opener: RunState): CellLink {
  const cell = cellOf(opener);
  open.add(cell);
  return cell;
}

describe('an open cell', () => {
  it('is found for runs of its workflow, and for those of no other', () => {
    const cell = opened(run());
    expect([open.find(run()), open.find(run({}, other))]).toEqual([cell, undefined]);
  });

  it('is found for the limits that it was opened for, beside one for others', () => {
    const before = opened(run({ stepCpuMs: 100 }));
    const after = opened(run({ stepCpuMs: 200 }));
    expect(open.find(run({ stepCpuMs: 100 }))).toBe(before);
    expect(open.find(run({ stepCpuMs: 200 }))).toBe(after);
    expect(open.find(run({ stepCpuMs: 300 }))).toBeUndefined();
  });

  it('is found for limits that differ only in what is no matter of cells', () => {
    const cell = opened(run());
    expect(open.find(run({ cpuPerTenantPerMinuteMs: 1_000, stepWallMs: 30_000, fanOutPerStep: 7 }))).toBe(cell);
  });

  it('is not found any more when it was taken out, while those for other limits are', () => {
    const cells = [100, 200, 300].map((stepCpuMs) => opened(run({ stepCpuMs })));
    open.delete(cells[1] as CellLink);
    const found = [100, 200, 300].map((stepCpuMs) => open.find(run({ stepCpuMs })));
    expect(found).toEqual([cells[0], undefined, cells[2]]);
    for (const cell of cells) open.delete(cell);
    expect(open.find(run({ stepCpuMs: 100 }))).toBeUndefined();
  });

  it('stays when another one for the same is taken out, which is not there', () => {
    const cell = opened(run());
    open.delete(cellOf(run()));
    expect(open.find(run())).toBe(cell);
  });
});

describe('the least recently used one', () => {
  it('is chosen among those for all limits that nobody uses', () => {
    const cells = [1, 2, 3].map((n) => opened(run({ keyBytes: 500 + n }))) as [CellLink, CellLink, CellLink];
    for (const n of [1, 2, 0] as const) open.emptied(cells[n]);
    expect(open.leastRecentlyUsed(null)).toBe(cells[1]);
    cells[1].attempts.set(0, placeOn(link, run()));
    expect(open.leastRecentlyUsed(null)).toBe(cells[2]);
    cells[1].attempts.clear();
    open.emptied(cells[1]);
    open.delete(cells[2]);
    expect(open.leastRecentlyUsed(null)).toBe(cells[0]);
    open.delete(cells[0]);
    expect(open.leastRecentlyUsed(null)).toBe(cells[1]);
  });

  it('is none that takes no more steps', () => {
    const cell = opened(run());
    open.delete(cell);
    open.emptied(cell);
    expect(open.leastRecentlyUsed(null)).toBeUndefined();
  });

  it('of a tenant is none of another', () => {
    const others = opened(run({}, other));
    const own = opened(run());
    expect(open.leastRecentlyUsed('acme')).toBe(own);
    expect(open.leastRecentlyUsed(null)).toBe(others);
    expect(open.leastRecentlyUsed('third')).toBeUndefined();
  });
});

describe('the limits that a cell uses', () => {
  /** All of them, as the compiler sees to. */
  const used: Readonly<Record<keyof CellLimits, true>> = {
    stepCpuMs: true,
    turnCpuMs: true,
    cellMemoryMb: true,
    opsInFlightPerStep: true,
    opBytesInFlightPerStep: true,
    payloadBytes: true,
    valueBytes: true,
    keyBytes: true,
    logBytesPerStep: true,
    delaySecondsMin: true,
  };

  it.each(Object.keys(defaultLimits) as (keyof Limits)[])('are compared, and no others: %s', (name) => {
    opened(run());
    const isOther = open.find(run({ [name]: defaultLimits[name] + 1 })) === undefined;
    expect(isOther).toBe(Object.hasOwn(used, name));
  });
});
