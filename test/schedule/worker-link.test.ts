import { beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import type { Channel } from '../../src/protocol/channel.ts';
import type { CellLink, PlacedAttempt } from '../../src/schedule/cell-link.ts';
import { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf, stepOf } from '../state/fixtures.ts';

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
  const thread = {
    pid: null,
    channel,
    ended: new Promise<never>(() => {}),
    kill: null,
    vitals: () => null,
    bytesMoved: () => 0,
  };
  link = new WorkerLink(thread, 'shared', true, { ...defaultLimits, cellsPerWorker: 2, bytesInFlightPerWorker: 1_000 });
  link.over(); // It has answered the question whether it is there.
  frames = 0;
});

function place(tenant: string): { cell: CellLink; attempt: PlacedAttempt } {
  const step = stepOf(runOf({ tenant }), 1);
  const cell = link.acquireCell(step);
  if (cell === null) throw new Error('There is no room.');
  const attempt = {
    step,
    lane: 'shared' as const,
    ref: 1,
    cell,
    timers: new Set<never>(),
    guessedMicros: 0,
    cpuMicros: 0,
    turns: 0,
    hasEnded: false,
    isOver: false,
    undelivered: 0,
    isStranger: false,
  };
  cell.attempts.set(1, attempt);
  return { cell, attempt };
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
    expect([link.hasCellFor(program), link.hasCellFor(b.attempt.step.run.program)]).toEqual([true, false]);
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
