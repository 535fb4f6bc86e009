// How much of one cell a thread is sent at once: much while nobody else is there to wait for it, little beside others.
import { beforeEach, describe, expect, it } from 'vitest';
import { inboxLetters } from '../../src/protocol/records.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, type StillThread, stillThread } from './links.ts';

let thread: StillThread;
let link: WorkerLink;

beforeEach(() => {
  thread = stillThread();
  link = linkTo(thread, 'shared', { stepsPerTurn: 100 });
  link.over(); // It has answered the question whether it is there.
  thread.heard.length = 0;
});

function place(tenant: string): PlacedAttempt {
  return placeOn(link, runOf({ tenant }));
}

/** So many replies wait for each of these. */
function owe(count: number, ...attempts: readonly PlacedAttempt[]): void {
  for (const attempt of attempts) {
    for (let position = 0; position < count; position++) {
      attempt.cell.reply(attempt, { position, reply: '', at: 0, turn: 'any' });
    }
    link.touch(attempt.cell);
  }
  link.flush();
}

/** The turns that were sent since this was asked last: cell and number of replies. */
function sent(): string[] {
  return thread.heard.splice(0).flatMap((message) => {
    if (message[0] !== 'deliver') return [];
    return [`${message[1]}: ${message[3].split('\n').filter((line) => line.startsWith(inboxLetters.resolve)).length}`];
  });
}

describe('a thread', () => {
  it('is sent three long turns of a tenant that has it to itself, and the next when one is over', () => {
    owe(1_000, place('a'));
    expect(sent()).toEqual(['0: 100', '0: 100', '0: 100']);
    link.flush();
    expect(sent()).toEqual([]);
    link.over();
    link.flush();
    expect(sent()).toEqual(['0: 100']);
  });

  it('is sent one short turn of each of several tenants, which take turns', () => {
    owe(1_000, place('a'), place('b'));
    expect(sent()).toEqual(['0: 48', '1: 48']);
    link.over();
    link.over();
    link.flush();
    expect(sent()).toEqual(['0: 48', '1: 48']);
  });

  it('takes several cells of one tenant for one that it has to itself', () => {
    owe(200, place('a'), place('a'));
    expect(sent()).toEqual(['0: 100', '1: 100', '0: 100', '1: 100']);
  });

  it('reckons with a tenant for a while after its last step', () => {
    const [a, left] = [place('a'), place('b')];
    left.cell.attempts.clear();
    link.releaseCell(left.cell);
    owe(50, a);
    left.cell.usedAt -= 1_001;
    owe(50, a);
    expect(sent()).toEqual(['0: 48', '0: 52']);
  });

  it('has nothing more in flight of a cell that it has lost', () => {
    const [a, b] = [place('a'), place('b')];
    owe(10, a, b);
    link.lostCell(a.cell);
    expect([link.underWay?.cell, sent()]).toEqual([b.cell, ['0: 10', '1: 10']]);
    link.over();
    expect(link.underWay).toBeUndefined();
    expect(() => link.over()).toThrow('Nothing was under way.');
  });
});
