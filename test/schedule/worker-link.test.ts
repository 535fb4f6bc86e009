import { beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import type { Channel } from '../../src/protocol/channel.ts';
import type { CellLink } from '../../src/schedule/cell-link.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, stillThread } from './links.ts';

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
    const { program } = attempt.step.run;
    expect([link.hasRoomFor(program), link.hasRoomFor(runOf({ tenant: 'c' }).program)]).toEqual([true, false]);
    b.cell.attempts.clear();
    expect(link.hasRoomFor(runOf({ tenant: 'c' }).program)).toBe(true);
    place('c');
    expect([program, b.attempt.step.run.program].map((of) => link.cellFor(of) !== undefined)).toEqual([true, false]);
  });

  it('lets go of a cell that was not used for a while, and of none that is in use', () => {
    const a = place('a');
    const b = place('b');
    a.cell.attempts.clear();
    link.releaseCell(a.cell);
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
    expect(link.cellFor(run.program)).toBeUndefined();
    const next = link.acquireCell(attempt.step);
    expect(next).not.toBe(cell);
    expect([...link.cells.values()]).toEqual([cell, next]);
    cell.attempts.clear();
    link.releaseCell(cell);
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
