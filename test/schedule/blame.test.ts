// When a cell or a thread is lost, those that its turn was for are to blame, and nobody else; the others go on as if
// nothing had happened.
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame, type FromWorker, type LossReason } from '../../src/protocol/frames.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import { Suspects } from '../../src/schedule/suspects.ts';
import type { LinkEnd, Turns } from '../../src/schedule/turns.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { placeOn, readFrame, start, turnsTelling, upLink } from './links.ts';
import { stepWith } from './suspect-steps.ts';

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
function place(tenant: string, count: number): PlacedAttempt[] {
  const run = runOf({ tenant });
  return Array.from({ length: count }, () => placeOn(link, run));
}

function read(...messages: readonly FromWorker[]): LinkEnd | null {
  return readFrame(turns, link, encodeFrame(messages));
}

/** The steps that are placed here are of the first method. */
function isSuspect(tenant: string, method = 0): boolean {
  return suspects.isSuspect(stepWith(runOf({ tenant }).program, method));
}

const fault = expect.objectContaining({ reason: 'fault' });
const budgetMicros = 50_000;

describe('when a cell is lost', () => {
  const blamed = (reason: LossReason, detail = ''): string[] => {
    const suffix = detail && `, ${detail}`;
    return [
      'cell lost: cpu, 3 steps'.replace('cpu', reason),
      `a1 stopped: ${reason}${suffix}`,
      `a2 stopped: ${reason}${suffix}`,
    ];
  };

  /** A cell with three steps, of which the turn under way is for two; and another cell behind it. */
  function lose(reason: LossReason, { detail = '', cpuMicros = budgetMicros } = {}): LinkEnd | null {
    const [one, two] = place('a', 3) as [PlacedAttempt, PlacedAttempt];
    start(link, one, two, ...place('b', 1));
    return read(['lost', 1, 0, reason, detail, cpuMicros]);
  }

  it.each<[LossReason, boolean]>([
    ['cpu', true],
    ['memory', true],
    ['rejection', false],
  ])('by %s, those that the turn was for are to blame, and their workflow is suspect: %s', (reason, isAccused) => {
    expect(lose(reason, { detail: 'at start' })).toBeNull();
    expect(told).toEqual([...blamed(reason, 'at start'), 'a3 stopped: neighbour, at start']);
    expect([isSuspect('a'), isSuspect('b')]).toEqual([isAccused, false]);
  });

  it.each<[LossReason, boolean]>([
    ['cpu', false],
    ['memory', true],
  ])('by %s, the other methods of the workflow are suspect: %s', (reason, areSuspect) => {
    lose(reason);
    expect(isSuspect('a', 1)).toBe(areSuspect);
  });

  it('by a fault of its own, all in it are to blame', () => {
    lose('fault', { detail: 'no cell' });
    expect(told).toEqual([...blamed('fault', 'no cell'), 'a3 stopped: fault, no cell']);
    expect(isSuspect('a')).toBe(true);
  });

  it.each([
    [0, 'worker', false],
    [39_999, 'worker', false],
    [40_000, 'cpu', true],
    [2 ** 48, 'cpu', true],
  ])('after %i µs of its 50 ms, the reason is %s', (cpuMicros, reason, isAccused) => {
    lose('cpu', { cpuMicros });
    expect(told.slice(1)).toEqual([`a1 stopped: ${reason}`, `a2 stopped: ${reason}`, 'a3 stopped: neighbour']);
    expect(isSuspect('a')).toBe(isAccused);
  });

  it('is no excuse for memory that its turn was short', () => {
    lose('memory', { cpuMicros: 0 });
    expect(told.slice(1, 3)).toEqual(['a1 stopped: memory', 'a2 stopped: memory']);
  });

  it('the next turn is that of another cell: no other answer is awaited from the one that is gone', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    start(link, one); // Of a tenant that is alone as yet: a second turn is in flight.
    const [two] = place('b', 1) as [PlacedAttempt];
    start(link, two);
    expect(read(['lost', 1, 0, 'cpu', '', budgetMicros], ['turn', 3, 1, `c\t${two.ref}\t\n`, 1, 1])).toBeNull();
    expect(told.at(-1)).toBe('b2 completed');
    expect(link.underWay).toBeUndefined();
  });

  it('it has nothing more to say', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    start(link, one);
    expect(read(['lost', 1, 0, 'cpu', '', budgetMicros])).toBeNull();
    expect(read(['turn', 2, 0, 'c\t0\t\n', 1, 1])).toEqual(fault);
    expect(told).toEqual(['cell lost: cpu, 1 steps', 'a1 stopped: cpu']);
  });

  it('who had ended in it has ended', () => {
    const [one, two] = place('a', 2) as [PlacedAttempt, PlacedAttempt];
    start(link, one, two);
    read(['turn', 1, 0, `c\t${one.ref}\t\n`, 1, 1]);
    start(link, two);
    read(['lost', 2, 0, 'cpu', '', budgetMicros]);
    expect(told).toEqual(['a1 completed', 'a2 turn over', 'cell lost: cpu, 2 steps', 'a2 stopped: cpu']);
  });

  it.each<[LossReason, string | undefined]>([
    ['memory', 'replaced'],
    ['cpu', undefined],
    ['rejection', undefined],
    ['fault', undefined],
  ])('by %s, a process that can be ended is: %s', (reason, end) => {
    link = upLink(turns, true);
    expect(lose(reason)?.reason).toBe(end);
  });
});

describe('what is on its way from a cell that was closed', () => {
  it.each<[string, FromWorker]>([
    ['a turn', ['turn', 1, 0, 'c\t0\t\n', 900, 1]],
    ['a loss', ['lost', 1, 0, 'cpu', 'x', 900]],
  ])('says nothing but what it has cost, and is no breach: %s', (_, message) => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    link.dropCell(one.cell);
    expect(read(message)).toBeNull();
    expect([told, one.hasEnded, one.cpuMicros, link.underWay, isSuspect('a')]).toEqual([
      [],
      false,
      900,
      undefined,
      false,
    ]);
    const { usage, tenant } = one.step.run;
    expect([usage.cpuMs, tenant.usage.cpuMs, tenant.cpu.usedMs]).toEqual([0.9, 0.9, 0.9]);
  });

  it('is held against the tenant of a step that is over', () => {
    const [one, two] = place('a', 2) as [PlacedAttempt, PlacedAttempt];
    start(link, one, two);
    one.isOver = true;
    expect(read(['turn', 1, 0, '', 900, 1])).toBeNull();
    expect(told).toEqual(['a1 cost 450 more', 'a1 turn over', 'a2 turn over']);
  });

  it('is not awaited when the cell was lost: the next turn is that of another', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    one.cell.forget(one);
    link.touch(one.cell);
    link.flush();
    link.dropCell(one.cell);
    const [two] = place('b', 1) as [PlacedAttempt];
    start(link, two);
    expect(read(['lost', 1, 0, 'cpu', '', budgetMicros])).toBeNull();
    expect(read(['turn', 3, 1, `c\t${two.ref}\t\n`, 1, 1])).toBeNull();
    expect([told, link.underWay]).toEqual([['b2 completed'], undefined]);
  });

  it('costs a process that can be ended its life all the same, if its memory was used up', () => {
    link = upLink(turns, true);
    const [one] = place('a', 1) as [PlacedAttempt];
    start(link, one);
    link.dropCell(one.cell);
    expect(read(['lost', 1, 0, 'memory', '', 900])?.reason).toBe('replaced');
    expect(told).toEqual([]);
  });
});

describe('when a thread is lost', () => {
  /** Two cells; the turn under way is for two of the three steps in the first. */
  function lose(reason: LinkEnd['reason'], detail = 'it died'): number {
    const [one, two] = place('a', 3) as [PlacedAttempt, PlacedAttempt];
    start(link, one, two, ...place('b', 2));
    return turns.lost(link, { reason, detail });
  }

  const others = ['a3', 'b4', 'b5'].map((name) => `${name} stopped: neighbour, it died`);

  it.each<[LinkEnd['reason'], string, boolean]>([
    ['crash', 'crash, it died', true],
    ['memory', 'memory, it died', true],
    ['fault', 'fault, it died', true],
    ['cpu', 'cpu', true],
    ['worker', 'worker, it died', false],
    ['replaced', 'neighbour, it died', false],
  ])('by %s, those that its turn was for are stopped for: %s', (reason, said, isAccused) => {
    expect(lose(reason)).toBe(5);
    expect(told).toEqual([`a1 stopped: ${said}`, `a2 stopped: ${said}`, ...others]);
    expect([isSuspect('a'), isSuspect('b')]).toEqual([isAccused, false]);
  });

  it('while it was asked whether it is there, it counts against each', () => {
    link.ping();
    expect(lose('crash')).toBe(5);
    expect(told).toEqual(['a1', 'a2', 'a3', 'b4', 'b5'].map((name) => `${name} stopped: worker, it died`));
    expect(isSuspect('a')).toBe(false);
  });

  it.each(['crash', 'fault', 'worker'] as const)('by %s while it did nothing, it counts against each', (reason) => {
    place('a', 2);
    expect(turns.lost(link, { reason, detail: 'it died' })).toBe(2);
    expect(told).toEqual(['a1', 'a2'].map((name) => `${name} stopped: worker, it died`));
    expect(isSuspect('a')).toBe(false);
  });

  it('by an answer that comes twice, it counts against each', () => {
    const [one] = place('a', 2) as [PlacedAttempt];
    start(link, one);
    const answer = ['turn', 1, 0, '', 1, 1] as const;
    const end = read(answer, answer);
    expect(end).toEqual(fault);
    if (end !== null) turns.lost(link, end);
    expect(told.slice(1).map((line) => line.split(',')[0])).toEqual(['a1 stopped: worker', 'a2 stopped: worker']);
  });

  it('and nobody was at it, those who were there three times begin alone from then on', () => {
    const run = runOf({ tenant: 'a' });
    const seen = [1, 2, 3].map(() => {
      link = upLink(turns);
      placeOn(link, run);
      turns.lost(link, { reason: 'fault', detail: '' });
      return suspects.isSuspect(stepWith(run.program, 0));
    });
    expect(seen).toEqual([false, false, true]);
  });

  it('by what it said, those are to blame that the turn was for which it was at, not those it spoke of', () => {
    const [one] = place('a', 1) as [PlacedAttempt];
    const [two] = place('b', 1) as [PlacedAttempt];
    start(link, one, two);
    const end = read(['turn', 2, 1, `c\t${two.ref}\t\n`, 1, 1]);
    if (end === null) throw new Error('That was a breach.');
    turns.lost(link, end);
    expect(told.map((line) => line.split(',')[0])).toEqual(['a1 stopped: fault', 'b2 stopped: neighbour']);
    expect([isSuspect('a'), isSuspect('b')]).toEqual([true, false]);
  });

  it('who had ended in it has ended', () => {
    const [one, two] = place('a', 2) as [PlacedAttempt, PlacedAttempt];
    start(link, one, two);
    read(['turn', 1, 0, `c\t${one.ref}\t\n`, 1, 1]);
    start(link, two);
    turns.lost(link, { reason: 'crash', detail: '' });
    expect(told).toEqual(['a1 completed', 'a2 turn over', 'a2 stopped: crash']);
  });
});
