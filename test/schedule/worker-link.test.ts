import { beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import type { Channel } from '../../src/protocol/channel.ts';
import type { CellLink } from '../../src/schedule/cell-link.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import type { RunState } from '../../src/state/run-state.ts';
import type { TenantState } from '../../src/state/tenant-state.ts';
import { stillLoop } from '../loop.ts';
import { runOf } from '../state/fixtures.ts';
import { empty, linkTo, placeOn, start, stillThread } from './links.ts';

let frames: number;
let link: WorkerLink;

const channel: Channel = {
  send() {
    frames++;
  },
  receive() {},
  close() {},
};

beforeEach(() => {
  link = linkTo({ ...stillThread(), channel }, 'shared', { cellsPerWorker: 2, bytesInFlightPerWorker: 1_000 });
  link.over(); // It has answered the question whether it is there.
  frames = 0;
});

function place(tenant: string): { cell: CellLink; attempt: PlacedAttempt } {
  const attempt = placeOn(link, runOf({ tenant }));
  return { cell: attempt.cell, attempt };
}

const reply = { position: 0, reply: 'x'.repeat(900), at: 1, turn: 'any' as const };

describe('a worker link', () => {
  it('has room for a workflow with a warm cell, a free place, or a cell that nobody uses', () => {
    const { attempt } = place('a');
    const b = place('b');
    const { run } = attempt.step;
    expect([link.room.hasPlaceFor(run), link.room.hasPlaceFor(runOf({ tenant: 'c' }))]).toEqual([true, false]);
    empty(link, b.cell);
    expect(link.room.hasPlaceFor(runOf({ tenant: 'c' }))).toBe(true);
    place('c');
    expect([run, b.attempt.step.run].map((of) => link.cellFor(of) !== undefined)).toEqual([true, false]);
  });

  it('lets go of a cell that was not used for a while, and of none that is in use', () => {
    const a = place('a');
    const b = place('b');
    empty(link, a.cell);
    const { cellIdleMs, cellAgeMs } = defaultLimits;
    link.dropStaleCells(a.cell.usedAt + cellIdleMs);
    expect(link.cells.size).toBe(2);
    link.dropStaleCells(a.cell.usedAt + cellIdleMs + 1);
    expect([...link.cells.values()]).toEqual([b.cell]);
    expect(cellAgeMs).toBeGreaterThan(cellIdleMs);
  });

  it.each([
    ['old', (_: CellLink) => {}, defaultLimits.cellAgeMs + 1],
    ['large', (cell: CellLink) => cell.measured(50 * 2 ** 20, []), 1],
  ])('gives a cell that is %s no more steps, and lets go of it when it is empty', (_, spend, afterMs) => {
    link = linkTo(stillThread(), 'shared', { cellsPerWorker: 4 });
    const { cell, attempt } = place('a');
    const { run } = attempt.step;
    const at = cell.openedAt + afterMs;
    link.dropStaleCells(cell.openedAt + 1);
    expect(link.acquireCell(attempt.step)).toBe(cell);
    spend(cell);
    link.dropStaleCells(at);
    expect(link.cellFor(run)).toBeUndefined();
    const next = link.acquireCell(attempt.step);
    expect(next).not.toBe(cell);
    expect([...link.cells.values()]).toEqual([cell, next]);
    empty(link, cell);
    link.dropStaleCells(cell.openedAt + 1);
    link.dropStaleCells(at);
    expect([...link.cells.values()].includes(cell)).toBe(false);
  });

  it('keeps a cell that is old where its tenant could have no other beside it', () => {
    const { cell, attempt } = place('a');
    link.dropStaleCells(cell.openedAt + defaultLimits.cellAgeMs + 1);
    expect(link.acquireCell(attempt.step)).toBe(cell);
  });

  it('holds text back while too much is on its way, and sends it when there is room again', () => {
    const { cell, attempt } = place('a');
    cell.reply(attempt, { ...reply, reply: 'x'.repeat(1_100) });
    link.touch(cell);
    link.flush();
    cell.reply(attempt, reply);
    link.touch(cell);
    link.flush();
    expect([frames, cell.hasOutgoing]).toEqual([1, true]);
    link.over();
    link.flush();
    expect([frames, cell.hasOutgoing]).toEqual([2, false]);
  });

  it('takes nothing on its way to a cell that is gone for text in flight', () => {
    const gone = place('a');
    link.dropCell(gone.cell);
    for (let i = 0; i < 5; i++) {
      gone.cell.reply(gone.attempt, reply);
      link.touch(gone.cell);
      link.flush();
    }
    const { cell, attempt } = place('b');
    cell.reply(attempt, reply);
    link.touch(cell);
    link.flush();
    expect(cell.hasOutgoing).toBe(false);
  });
});

describe('runs of one workflow that were started under different limits', () => {
  const { program } = runOf();
  const run = (limits: Partial<Limits>): RunState => ({ ...runOf({ limits }), program });
  const before = run({ stepCpuMs: 100 });
  const after = run({ stepCpuMs: 200 });

  beforeEach(() => {
    link = linkTo(stillThread(), 'shared', { cellsPerWorker: 6 }); // A tenant has up to three.
  });

  const cellOf = (of: RunState): CellLink => placeOn(link, of).cell;
  const leave = (cell: CellLink, usedAt: number): void => {
    empty(link, cell);
    cell.usedAt = usedAt;
  };

  it('have a warm cell each, however often they take turns', () => {
    const [old, fresh] = [cellOf(before), cellOf(after)];
    expect(old.limits.stepCpuMs).toBe(100);
    expect(fresh.limits.stepCpuMs).toBe(200);
    for (let i = 0; i < 3; i++) expect([cellOf(before), cellOf(after)]).toEqual([old, fresh]);
    expect([link.cellFor(before), link.cellFor(after), link.cells.size]).toEqual([old, fresh, 2]);
  });

  it('share one if what differs is no matter of cells', () => {
    const cell = cellOf(before);
    expect(cellOf(run({ stepCpuMs: 100, cpuPerTenantPerMinuteMs: 1_000 }))).toBe(cell);
    expect(cellOf(run({ stepCpuMs: 100 }))).toBe(cell);
    expect(link.cells.size).toBe(1);
  });

  it("have their tenant's share of the cells together, of which the least recently used goes", () => {
    const third = run({ stepCpuMs: 300 });
    const [a, b, c] = [cellOf(before), cellOf(after), cellOf(third)];
    const fourth = run({ stepCpuMs: 400 });
    expect([link.room.hasPlaceFor(after), link.room.hasPlaceFor(fourth)]).toEqual([true, false]);
    leave(b, 1);
    leave(a, 2);
    expect(link.room.hasPlaceFor(fourth)).toBe(true);
    const d = cellOf(fourth);
    expect([...link.cells.values()]).toEqual([a, c, d]);
    expect([before, after, third, fourth].map((of) => link.cellFor(of))).toEqual([a, undefined, c, d]);
  });

  it('have their cells dropped each when it is stale', () => {
    const [old, fresh] = [cellOf(before), cellOf(after)];
    leave(old, old.openedAt);
    leave(fresh, fresh.openedAt + 1_000);
    link.dropStaleCells(old.openedAt + defaultLimits.cellIdleMs + 500);
    expect([...link.cells.values()]).toEqual([fresh]);
    const again = cellOf(before);
    cellOf(after);
    fresh.measured(50 * 2 ** 20, []);
    link.dropStaleCells(fresh.openedAt + 1);
    expect([link.cellFor(before), link.cellFor(after), link.cells.size]).toEqual([again, undefined, 2]);
  });

  it('lose only the cell that was lost', () => {
    const [old, fresh] = [cellOf(before), cellOf(after)];
    link.lostCell(old);
    expect([link.cellFor(before), link.cellFor(after)]).toEqual([undefined, fresh]);
  });

  it('have a cell each in the exclusive lane too, and one that is left replaces only one for the same limits', () => {
    link = linkTo(stillThread(), 'exclusive', { cellsPerWorker: 10 });
    const [one, two, fresh] = [cellOf(before), cellOf(before), cellOf(after)];
    expect(new Set([one, two, fresh]).size).toBe(3);
    expect([link.cellFor(before), link.cellFor(after)]).toEqual([undefined, undefined]);
    leave(one, 1);
    leave(fresh, 2);
    expect([link.cellFor(before), link.cellFor(after)]).toEqual([one, fresh]);
    leave(two, 3);
    expect([link.cellFor(before), link.cellFor(after)]).toEqual([two, fresh]);
    expect([...link.cells.values()]).toEqual([two, fresh]);
    expect([cellOf(before), cellOf(after)]).toEqual([two, fresh]);
    expect([link.cellFor(before), link.cellFor(after)]).toEqual([undefined, undefined]); // They are not empty.
    link.keepOnly('other');
    expect(link.cells.size).toBe(0);
  });
});

it('long deliveries are written as far as the slice of this turn of the loop goes, and each is charged to its tenant', () => {
  const loop = stillLoop();
  const charged: string[] = [];
  const charge = ({ name }: TenantState, micros: number): number => charged.push(`${name} ${micros}`);
  const slow: Channel = { ...channel, send: () => loop.takes(2) };
  const limits = { cellsPerWorker: 9, bytesInFlightPerWorker: 1e9 };
  const busy = linkTo({ ...stillThread(), channel: slow }, 'shared', limits, true, { slices: loop.slices, charge });
  busy.over();
  loop.turnAll();
  for (const tenant of ['a', 'b', 'c', 'd', 'e']) {
    const attempt = placeOn(busy, runOf({ tenant }));
    attempt.cell.reply(attempt, { ...reply, reply: 'x'.repeat(70_000) });
    busy.touch(attempt.cell);
  }
  loop.slices.spend(() => busy.flush());
  expect(charged).toEqual(['a 2000', 'b 2000', 'c 2000']);
  expect(busy.isQuiet).toBe(false);
  loop.turn();
  expect(charged.slice(3)).toEqual(['d 2000', 'e 2000']);
});

describe('a thread of the exclusive lane', () => {
  it('is sent one turn at a time, of each tenant in turn', () => {
    const thread = stillThread();
    link = linkTo(thread, 'exclusive');
    link.over();
    const steps = ['a', 'a', 'a', 'a', 'b', 'b'].map((tenant, n) => placeOn(link, runOf({ tenant, hash: `${n}` })));
    start(link, ...steps);
    const tenants: string[] = [];
    while (link.underWay !== undefined) {
      expect(thread.heard.filter(([kind]) => kind === 'deliver')).toHaveLength(tenants.length + 1);
      tenants.push(link.underWay.cell?.program.tenant ?? '');
      link.over();
      link.flush();
    }
    expect(tenants).toEqual(['a', 'b', 'a', 'b', 'a', 'a']);
  });
});
