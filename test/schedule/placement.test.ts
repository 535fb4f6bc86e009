// Which thread a step is given to: warm before cold, there before absent, and never all of them to one tenant.
import { describe, expect, it } from 'vitest';
import { exclusiveLink, mayGrow, sharedLink } from '../../src/schedule/placement.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import type { RunState } from '../../src/state/run-state.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, start, stillThread } from './links.ts';

const acme = runOf({ tenant: 'acme' });
const other = runOf({ tenant: 'other' });

function upLink(lane: 'shared' | 'exclusive' = 'shared'): WorkerLink {
  const link = linkTo(stillThread(), lane);
  link.over();
  return link;
}

/** One whose steps have been answered and wait for something, or are at work. */
function linkWith(run: RunState, lane: 'shared' | 'exclusive', steps: number, isAtWork: boolean): WorkerLink {
  const link = upLink(lane);
  for (let i = 0; i < steps; i++) {
    const attempt = placeOn(link, run);
    start(link, attempt);
    if (!isAtWork) link.over();
  }
  return link;
}

describe('in the shared lane, a step is given to', () => {
  const choose = (links: readonly WorkerLink[], stepsActive = 1_000, isKnown = true, run = acme, own = 0): number => {
    const chosen = sharedLink(links, run, isKnown, stepsActive, own);
    return chosen === undefined ? -1 : links.indexOf(chosen);
  };

  /** One with a step for each of these, guessed to take so long, that has not been answered. */
  const busy = (...steps: readonly (readonly [run: RunState, micros: number])[]): WorkerLink => {
    const link = upLink();
    for (const [run, micros] of steps) placeOn(link, run, { micros });
    return link;
  };

  it('the thread with least to do', () => {
    expect(choose([busy([other, 300]), busy([other, 200])])).toBe(1);
  });

  it('none that is to be ended, though what it has said is still to be read', () => {
    const links = [upLink(), busy([acme, 200])];
    links[0]?.close();
    expect(choose(links)).toBe(1);
    links[1]?.close();
    expect(choose(links)).toBe(-1);
    const exclusive = [upLink('exclusive'), upLink('exclusive')];
    exclusive[0]?.close();
    expect(exclusiveLink(exclusive, acme.program, 2, false)).toBe(exclusive[1]);
  });

  it('one with a warm cell, though it wait there for as long as it takes to make one', () => {
    expect(choose([upLink(), busy([acme, 9_999])])).toBe(1);
    expect(choose([upLink(), busy([acme, 10_001])])).toBe(0);
  });

  it('one whose warm cell was opened for the limits of its run', () => {
    const changed = { ...runOf({ limits: { stepCpuMs: 200 } }), program: acme.program };
    const alike = { ...runOf({ limits: { runsOpenPerTenant: 1 } }), program: acme.program };
    const links = [busy([acme, 9_000]), busy([changed, 9_000]), upLink()];
    expect([acme, changed, alike].map((run) => choose(links, 1_000, true, run))).toEqual([0, 1, 0]);
    // Each has a cell there, and only its own steps before it: 30 ms, or one of 0.15 ms and a turn of the other cell.
    const both = busy(...Array.from({ length: 200 }, () => [acme, 150] as const), [changed, 150]);
    expect([acme, changed].map((run) => choose([upLink(), both], 1_000, true, run))).toEqual([0, 1]);
  });

  it('the one where it waits least: cells take turns, however much each has to do', () => {
    const many = Array.from({ length: 200 }, () => [other, 200] as const);
    const warmBeside = (...others: readonly (readonly [RunState, number])[]): WorkerLink => {
      const link = busy(...others);
      link.load.remove(placeOn(link, acme, { micros: 200 }));
      return link;
    };
    expect(choose([upLink(), warmBeside(...many)])).toBe(1); // 48 × 0.2 ms are less than 10.
    expect(choose([upLink(), warmBeside(...many, [runOf({ tenant: 'third' }), 200])])).toBe(0);
    const own = Array.from({ length: 30 }, () => [acme, 200] as const);
    expect(choose([busy(...many), busy(...many, ...own)])).toBe(0); // 10 beside 2 × 6 and a turn.
    expect(choose([busy(...many), busy(...many, ...own.slice(1, 2))])).toBe(1);
  });

  it('one that is there, though it be busier and cold', () => {
    const starting = linkTo(stillThread());
    expect(choose([starting, busy([other, 80_000])])).toBe(1);
    const late = busy([acme, 0]);
    late.isLate = true;
    expect(choose([late, busy([other, 80_000])])).toBe(1);
  });

  it('one that is not there, if all others are full', () => {
    const starting = linkTo(stillThread());
    expect(choose([linkWith(acme, 'shared', 10, true), starting], 10)).toBe(1);
  });

  it('one that is for new workflows, if nothing is known of its own', () => {
    const forKnown = (): WorkerLink => linkTo(stillThread(), 'shared', {}, false);
    const full = linkWith(other, 'shared', 300, true);
    expect(choose([forKnown(), full], 1_000, false)).toBe(1);
    expect(choose([forKnown(), full], 300, false)).toBe(-1);
  });

  it('one that is not for new workflows, if nothing else speaks for either', () => {
    const forKnown = linkTo(stillThread(), 'shared', {}, false);
    forKnown.over();
    expect(choose([upLink(), forKnown])).toBe(1);
  });

  it('one that is cold, if there are strangers where it is warm', () => {
    const forKnown = linkTo(stillThread(), 'shared', {}, false);
    forKnown.over();
    const warm = linkWith(acme, 'shared', 1, true);
    expect(choose([forKnown, warm])).toBe(1);
    const stranger = placeOn(warm, other, { isStranger: true });
    expect(choose([forKnown, warm])).toBe(0);
    warm.load.strangers.delete(stranger);
    expect(choose([forKnown, warm])).toBe(1);
    warm.load.remove(stranger);
    expect(warm.load.strangers.size).toBe(0);
  });

  it('none if its tenant would leave too little to others: the last places are for those that have none', () => {
    const links = [busy(...Array.from({ length: 16 }, () => [other, 0] as const)), upLink()];
    const hasPlace = (own: number, stepsActive: number): boolean => choose(links, stepsActive, true, acme, own) >= 0;
    expect([0, 103, 104].map((own) => hasPlace(own, 24))).toEqual([true, true, false]); // 32 are free, 6 of them kept.
    expect([0, 1].map((own) => hasPlace(own, 16))).toEqual([true, true]);
    placeOn(links[1] as WorkerLink, other);
    for (let n = 0; n < 13; n++) placeOn(links[1] as WorkerLink, other);
    expect([0, 1].map((own) => hasPlace(own, 16))).toEqual([true, false]);
  });

  it('none that is full, or of the other lane', () => {
    expect(choose([linkWith(acme, 'shared', 10, true), upLink('exclusive')], 10)).toBe(-1);
  });
});

describe('in the exclusive lane, a step is given to', () => {
  const choose = (links: readonly WorkerLink[], canGrow = true, workers = 2): number | 'new' => {
    const chosen = exclusiveLink(links, acme.program, workers, canGrow);
    if (chosen === 'new') return chosen;
    return chosen === undefined ? -1 : links.indexOf(chosen);
  };

  it('a thread that nobody uses, or a new one', () => {
    expect(choose([linkWith(other, 'exclusive', 1, true), upLink('exclusive')])).toBe(1);
    expect(choose([linkWith(other, 'exclusive', 1, true), upLink('shared')])).toBe('new');
  });

  it('one that is still at a step that was stopped, only if there cannot be a new one', () => {
    const stopping = linkWith(other, 'exclusive', 1, true);
    stopping.load.steps = 0;
    expect(choose([stopping])).toBe('new');
    expect(choose([stopping], false)).toBe(0);
  });

  it("the tenant's own, if it has one at work and there are only two: the other is for others", () => {
    expect(choose([linkWith(acme, 'exclusive', 1, true), upLink('exclusive')])).toBe(0);
    expect(choose([linkWith(acme, 'exclusive', 1, true), upLink('exclusive')], true, 6)).toBe(1);
  });

  it('another while those of its own wait, but to no more than two', () => {
    const waiting = linkWith(acme, 'exclusive', 2, false);
    expect(choose([waiting, upLink('exclusive')])).toBe(1);
    expect(choose([waiting, linkWith(acme, 'exclusive', 1, false), upLink('exclusive')], true, 6)).toBe(1);
  });

  it('nobody while all that it may have are full', () => {
    expect(choose([linkWith(acme, 'exclusive', 8, true), upLink('exclusive')])).toBe(-1);
  });
});

describe('in the exclusive lane, a tenant that has nothing there', () => {
  const choose = (links: readonly WorkerLink[]): number | 'new' => {
    const chosen = exclusiveLink(links, acme.program, 2, mayGrow(links, 2, true));
    if (chosen === 'new') return chosen;
    return chosen === undefined ? -1 : links.indexOf(chosen);
  };
  const atWork = (steps: number, of = other): WorkerLink => linkWith(of, 'exclusive', steps, true);

  it('has a thread of its own also where all that may be at work are, and beside the least others where even those are', () => {
    expect(choose([atWork(8), atWork(8), atWork(8)])).toBe('new');
    expect(choose([atWork(8), atWork(3), atWork(8), atWork(8)])).toBe(1);
    expect(choose([atWork(16), atWork(16), atWork(16), atWork(15)])).toBe(3);
    expect(choose([atWork(16), atWork(16), atWork(16), atWork(16)])).toBe(-1);
  });

  it('stays where it has begun, with as many steps as anywhere', () => {
    const links = [atWork(8), atWork(8), atWork(8), atWork(4)] as const;
    for (let n = 0; n < 8; n++) {
      expect(choose(links)).toBe(3);
      placeOn(links[3], acme);
    }
    expect(choose(links)).toBe(-1);
  });
});

describe('the exclusive lane may grow', () => {
  it('while fewer than its number are free or at work', () => {
    expect(mayGrow([upLink('shared'), upLink('exclusive')], 2, false)).toBe(true);
    expect(mayGrow([upLink('exclusive'), linkWith(acme, 'exclusive', 1, true)], 2, false)).toBe(false);
  });

  it('for those that have nothing there, while fewer than twice as many are', () => {
    const atWork = (count: number): WorkerLink[] =>
      Array.from({ length: count }, () => linkWith(acme, 'exclusive', 1, true));
    expect([3, 4].map((count) => mayGrow(atWork(count), 2, true))).toEqual([true, false]);
  });

  it('not beside one that is between two turns: a reply is there, and not sent yet', () => {
    const link = linkWith(acme, 'exclusive', 1, false);
    expect(mayGrow([upLink('exclusive'), link], 2, false)).toBe(true);
    const attempt = link.load.steps === 1 ? [...link.cells.values()][0]?.attempts.get(0) : undefined;
    if (attempt === undefined) throw new Error('There is no step.');
    attempt.cell.reply(attempt, { position: 0, reply: '', at: 0, turn: 'any' });
    link.touch(attempt.cell);
    expect(mayGrow([upLink('exclusive'), link], 2, false)).toBe(false);
    expect(exclusiveLink([link, upLink('exclusive')], acme.program, 2, true)).toBe(link);
  });

  it('beside those whose steps only wait, up to four times its number', () => {
    const waiting = (count: number): WorkerLink[] =>
      Array.from({ length: count }, () => linkWith(acme, 'exclusive', 1, false));
    expect(mayGrow(waiting(7), 2, false)).toBe(true);
    expect(mayGrow(waiting(8), 2, true)).toBe(false);
  });
});
