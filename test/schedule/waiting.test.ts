// How long a step has waited for others on its thread, which is no time of its own.
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { clock, linkTo, placeOn, start, stillThread } from './links.ts';

let link: WorkerLink;
beforeEach(() => {
  link = linkTo(stillThread());
  link.over(); // It has answered that it is there.
});

/** Of different tenants. */
const two = () => [placeOn(link, runOf({ tenant: 'a' })), placeOn(link, runOf({ tenant: 'b' }))] as const;

const waited = (attempt: PlacedAttempt): number => link.waitedMs(attempt, clock.now());

function reply(attempt: PlacedAttempt): void {
  attempt.cell.reply(attempt, { position: 0, reply: '', at: 0, turn: 'any' });
  link.touch(attempt.cell);
  link.flush();
}

describe('a step waits for others', () => {
  it('while its thread is at their turns, and not while it is at its own', () => {
    const [first, second] = two();
    start(link, first, second);
    clock.advance(300);
    expect([first, second].map(waited)).toEqual([0, 300]);
    link.over();
    clock.advance(40);
    expect([first, second].map(waited)).toEqual([0, 300]);
    link.over();
    clock.advance(7);
    expect([first, second].map(waited)).toEqual([0, 300]); // Nothing is ready for either.
    reply(second);
    reply(first);
    clock.advance(5);
    expect([first, second].map(waited)).toEqual([5, 300]);
  });

  it('while what is ready for it cannot be sent, for its cell has a turn that waits', () => {
    const [other, first] = two();
    const second = placeOn(link, first.step.run);
    start(link, other, first); // Beside others a cell has one turn on its way.
    clock.advance(100);
    start(link, second);
    expect(link.cells.get(second.cell.id)?.hasOutgoing).toBe(true);
    clock.advance(20);
    expect([other, first, second].map(waited)).toEqual([0, 120, 20]);
    link.over();
    link.over();
    link.flush();
    expect([other, first, second].map(waited)).toEqual([0, 120, 20]);
  });

  it('once, however much is ready for it', () => {
    const [other, first] = ['a', 'a'].map((tenant, n) => placeOn(link, runOf({ tenant, hash: String(n) }))) as [
      PlacedAttempt,
      PlacedAttempt,
    ];
    start(link, other, first);
    for (let n = 0; n < 3; n++) reply(first);
    clock.advance(50);
    for (let n = 0; n < 4; n++) link.over();
    expect(waited(first)).toBe(50);
  });

  it('since it was placed, and not for longer', () => {
    const [other, first] = two();
    start(link, other, first);
    reply(first);
    clock.advance(100);
    const late = placeOn(link, first.step.run);
    start(link, late);
    clock.advance(10);
    expect(waited(late)).toBe(10);
  });

  it('not while it is at work itself, whatever comes for it meanwhile', () => {
    const only = placeOn(link, runOf());
    start(link, only);
    clock.advance(10);
    reply(only);
    clock.advance(500);
    expect(waited(only)).toBe(0);
    link.over();
    expect(waited(only)).toBe(0);
  });

  it('while too much is on its way to its thread', () => {
    link = linkTo(stillThread(), 'shared', { bytesInFlightPerWorker: 10 });
    link.over();
    const [first, second] = two();
    start(link, first, second);
    clock.advance(300);
    expect([first, second].map(waited)).toEqual([0, 300]);
  });

  it('for a cell that is lost', () => {
    const [lost, next] = ['a', 'b'].map((hash) => placeOn(link, runOf({ tenant: 'x', hash }))) as [
      PlacedAttempt,
      PlacedAttempt,
    ];
    start(link, lost);
    reply(lost);
    start(link, next);
    clock.advance(300);
    link.over();
    link.lostCell(lost.cell);
    clock.advance(20);
    expect(waited(next)).toBe(300);
  });
});
