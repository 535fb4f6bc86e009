// What a thread says is believed as far as a correct one could have said it of steps that it has; the rest ends it, and
// nothing that comes after it counts.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import { encodeFrame, type FromWorker } from '../../src/protocol/frames.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import { Suspects } from '../../src/schedule/suspects.ts';
import type { LinkEnd, Turns } from '../../src/schedule/turns.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { placeOn, readFrame, start, turnsTelling, upLink } from './links.ts';

let suspects: Suspects;
let turns: Turns;
let link: WorkerLink;
/** All that was told, a line each; steps are named by their tenant and number. */
let told: string[];

beforeEach(() => {
  told = [];
  suspects = new Suspects();
  turns = turnsTelling((line) => told.push(line), suspects);
  link = upLink(turns);
});

/** So many steps of one run of the tenant, in a cell of their own. */
function place(tenant: string, count: number, limits: Partial<Limits> = {}, on = link): PlacedAttempt[] {
  const run = runOf({ tenant, limits });
  return Array.from({ length: count }, () => placeOn(on, run));
}

function read(...messages: readonly FromWorker[]): LinkEnd | null {
  return readFrame(turns, link, encodeFrame(messages));
}

const fault = expect.objectContaining({ reason: 'fault' });

describe('a turn', () => {
  it('gives its ops to the steps that they are for, in order, and ends for those that it was for', () => {
    const [one, two, other] = place('a', 3) as [PlacedAttempt, PlacedAttempt, PlacedAttempt];
    start(link, one, two);
    const text = `g\t${two.ref}\t"k"\nc\t${one.ref}\t\nl\t${other.ref}\tlog\t"x"\n`;
    expect(read(['turn', 1, 0, text, 10, 5])).toBeNull();
    expect(told).toEqual(['a2 get', 'a1 completed', 'a3 log', 'a2 turn over']);
    expect([one.cell.heapBytes, link.underWay, one.undelivered]).toEqual([5, undefined, 0]);
  });

  it('says nothing more for a step that has ended, nor for one that has left', () => {
    const [ended, left, third] = place('a', 3) as [PlacedAttempt, PlacedAttempt, PlacedAttempt];
    start(link, ended, third);
    left.cell.attempts.delete(left.ref);
    const text = `c\t${ended.ref}\t\ng\t${ended.ref}\t"k"\nf\t${ended.ref}\t{}\nx\t${left.ref}\t\ng\t${third.ref}\t"k"\n`;
    expect(read(['turn', 1, 0, text, 10, 5])).toBeNull();
    expect(told).toEqual(['a1 completed', 'a3 get', 'a3 turn over']);
  });

  it.each(['g\t%\t"k"', 's\t%\t"k"\t1', 'n\t%\t0\t{}\t0', 't\t%\t5', 'l\t%\tlog\t"x"', 'c\t%\t', 'f\t%\t{}', 'x\t%\t'])(
    'says nothing for a step in another cell of its thread: %j',
    (record) => {
      const [mine] = place('a', 1) as [PlacedAttempt];
      const [foreign] = place('b', 1) as [PlacedAttempt];
      start(link, mine, foreign);
      expect(read(['turn', 1, mine.cell.id, `${record.replace('%', String(foreign.ref))}\n`, 1, 1])).toBeNull();
      expect([told, foreign.hasEnded]).toEqual([['a1 turn over'], false]);
    },
  );

  it('says nothing for a step of another thread, of the same number', () => {
    const other = upLink(turns);
    const [mine] = place('a', 1) as [PlacedAttempt];
    const [foreign] = place('b', 1, {}, other) as [PlacedAttempt];
    start(link, mine);
    start(other, foreign);
    expect([mine.ref, mine.cell.id]).toEqual([foreign.ref, foreign.cell.id]);
    expect(read(['turn', 1, 0, `c\t${foreign.ref}\t\n`, 1, 1])).toBeNull();
    expect([told, foreign.hasEnded, other.underWay?.turn]).toEqual([['a1 completed'], false, 1]);
  });

  it('shares its time out among those that it was for, one share for each, however many records', () => {
    const [one, two, other] = place('a', 3) as [PlacedAttempt, PlacedAttempt, PlacedAttempt];
    start(link, one, one, two);
    read(['turn', 1, 0, '', 9_000, 1]);
    expect([one, two, other].map(({ cpuMicros }) => cpuMicros)).toEqual([4_500, 4_500, 0]);
    expect([one, two, other].map((attempt) => attempt.turns)).toEqual([1, 1, 0]);
    expect(one.step.run.usage.cpuMs).toBe(9);
  });

  it('stops who has used up its time in all, unless it has ended', () => {
    const [spent, ended] = place('a', 2, { stepCpuMs: 100 }) as [PlacedAttempt, PlacedAttempt];
    start(link, spent, ended);
    read(['turn', 1, 0, `c\t${ended.ref}\t\n`, 200_000, 1]);
    expect(told).toEqual(['a2 completed', 'a1 turn over']);
    start(link, spent);
    read(['turn', 2, 0, '', 1, 1]);
    expect(told.slice(2)).toEqual(['a1 turn over', 'a1 stopped: cpu']);
  });
});

describe('a cell that was made', () => {
  it('is charged to its tenant, as far as a true one can have cost, and no more than once', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    expect(read(['opened', 0, 12_000])).toBeNull();
    expect(read(['opened', 0, 12_000])).toEqual(fault);
    expect(told).toEqual(['a charged 12000 for a cell']);
  });

  it('is charged to its tenant also when nobody wants it any more', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    link.dropCell(one.cell);
    read(['opened', 0, 2 ** 47]);
    expect(told).toEqual(['a charged 10150000 for a cell']);
  });

  it('is none that nobody asked for', () => {
    place('a', 1);
    expect(read(['opened', 0, 1])).toEqual(fault);
    expect(told).toEqual([]);
  });
});

describe('a thread is ended, and its turn says nothing, when', () => {
  it.each<[string, FromWorker]>([
    ['it answers the turn after the next', ['turn', 2, 0, 'c\t0\t\n', 1, 1]],
    ['it answers the turn before', ['turn', 0, 0, 'c\t0\t\n', 1, 1]],
    ['it answers a turn that was never sent', ['turn', 2 ** 53 - 1, 0, 'c\t0\t\n', 1, 1]],
    ['it answers for another of its cells', ['turn', 1, 1, 'c\t1\t\n', 1, 1]],
    ['it answers for a cell that there never was', ['turn', 1, 99, 'c\t0\t\n', 1, 1]],
    ['it has lost another of its cells', ['lost', 1, 1, 'memory', '', 1]],
    ['it has lost a cell that there never was', ['lost', 1, 99, 'memory', '', 1]],
    ['it has lost the cell in another turn', ['lost', 2, 0, 'memory', '', 1]],
    ['it answers a turn as if it were asked whether it is there', ['pong', 1]],
    ['it answers a question that was answered before', ['pong', 0]],
  ])('%s', (_, message) => {
    const [one] = place('a', 1) as [PlacedAttempt];
    const [two] = place('b', 1) as [PlacedAttempt];
    start(link, one, two);
    expect(read(message)).toEqual(fault);
    expect([told, one.hasEnded, two.hasEnded, link.cells.size, link.underWay?.turn]).toEqual([[], false, false, 2, 1]);
  });

  it('it answers a question as if it were a turn', () => {
    place('a', 1);
    link.ping();
    expect(read(['turn', 1, 0, 'c\t0\t\n', 1, 1])).toEqual(fault);
    expect(told).toEqual([]);
  });

  it('it answers twice', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    const answer = ['turn', 1, 0, `g\t${one.ref}\t"k"\n`, 1, 1] as const;
    expect(read(answer, answer)).toEqual(fault);
    expect(told).toEqual(['a1 get', 'a1 turn over']);
  });

  it.each<[FromWorker]>([[['turn', 1, 0, '', 1, 1]], [['lost', 1, 0, 'cpu', '', 1]], [['pong', 1]]])(
    'it answers when nothing was asked: %j',
    (message) => {
      place('a', 1);
      expect(read(message)).toEqual(fault);
      expect(told).toEqual([]);
    },
  );

  it.each([
    ['a step that was never placed there', 'c\t1\t\n'],
    ['a step far away', `c\t${2 ** 53 - 1}\t\n`],
    ['no step', 'c\t-1\t\n'],
    ['half a step', 'c\t0.5\t\n'],
    ['an op that there is not', 'z\t0\t\n'],
    ['what would be two fields', 'c\t0\t\t\n'],
  ])('it has a record for %s; what stood before it counts', (_, record) => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    expect(read(['turn', 1, 0, `g\t0\t"k"\n${record}`, 1, 1], ['pong', 2])).toEqual(fault);
    expect(told).toEqual(['a1 get']);
    expect(link.underWay?.turn).toBe(1);
  });

  it('it has more records than the steps that it was for may write in one turn', () => {
    const limits = { opsInFlightPerStep: 3, opsPerStep: 10, logBytesPerStep: 64 };
    const [one, two] = place('a', 2, limits) as [PlacedAttempt, PlacedAttempt];
    const most = 2 * 3 + 64 / 32 + 2;
    const records = (count: number): string => `g\t${one.ref}\t"k"\n`.repeat(count);
    start(link, one);
    expect(read(['turn', 1, 0, records(most), 1, 1])).toBeNull();
    start(link, one, two, two);
    expect(read(['turn', 2, 0, records(2 * most), 1, 1])).toBeNull();
    start(link, two, two);
    told = [];
    expect(read(['turn', 3, 0, records(most + 1), 1, 1])).toEqual(fault);
    expect(told).toHaveLength(most);
  });

  it('it ends in the middle of a record; then nothing counts', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    expect(read(['turn', 1, 0, 'g\t0\t"k"\nc\t0\t', 1, 1])).toEqual(fault);
    expect(told).toEqual([]);
  });

  it.each([
    ['nothing', []],
    ['no list', [0xc0]],
    ['half a list', [0x91, 0x96]],
  ])('its frame is %s', (_, bytes) => {
    expect(readFrame(turns, link, Uint8Array.from(bytes))).toEqual(fault);
  });
});
