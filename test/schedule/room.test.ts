// Who may have one more cell in a thread, when all places are taken and nobody leaves by himself.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CellLink } from '../../src/schedule/cell-link.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, stillThread } from './links.ts';

let link: WorkerLink;
let attempts: PlacedAttempt[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  link = linkTo(stillThread(), 'shared', { cellsPerWorker: 4 });
  attempts = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** Cells with so many steps each, of these tenants. */
function fill(cells: readonly (readonly [tenant: string, steps: number])[]): CellLink[] {
  return cells.map(([tenant, steps]) => {
    const run = runOf({ tenant });
    for (let n = 0; n < steps; n++) attempts.push(placeOn(link, run));
    return (attempts.at(-1) as PlacedAttempt).cell;
  });
}

function end(cell: CellLink): void {
  for (const attempt of attempts) {
    if (attempt.cell !== cell) continue;
    cell.attempts.delete(attempt.ref);
    link.load.remove(attempt);
    link.releaseCell(cell);
  }
}

const hasRoom = (tenant: string): boolean => link.room.hasPlaceFor(runOf({ tenant }));

describe('a thread whose cells are all in use', () => {
  it('has a place made by whoever has the most cells, where the fewest steps are', () => {
    const [many, few, other, third] = fill([
      ['a', 3],
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]) as [CellLink, CellLink, CellLink, CellLink];
    link.room.makeFor('new');
    expect([many, few, other, third].map(({ givenUpFor }) => givenUpFor)).toEqual([null, 'new', null, null]);
    expect([link.cellFor(attempts[0]?.step.run as never), link.cellFor(attempts[3]?.step.run as never)]).toEqual([
      many,
      undefined,
    ]);
    expect(hasRoom('new')).toBe(false); // The steps that are there go on to their end.
    end(few);
    expect([link.cells.has(few.id), hasRoom('new')]).toEqual([false, true]);
  });

  it('has one made for each who asks, however often', () => {
    const cells = fill([
      ['a', 1],
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]);
    for (const tenant of ['x', 'x', 'y', 'x']) link.room.makeFor(tenant);
    expect(
      cells
        .map(({ givenUpFor }) => givenUpFor)
        .filter((tenant) => tenant !== null)
        .toSorted(),
    ).toEqual(['x', 'y']);
  });

  it('keeps the place for the tenant for a second, and then for nobody', () => {
    const [cell] = fill([
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 1],
    ]) as [CellLink];
    link.room.makeFor('new');
    end(cell);
    expect(['a', 'e', 'new'].map(hasRoom)).toEqual([false, false, true]);
    fill([['new', 1]]);
    expect(['a', 'e', 'new'].map(hasRoom)).toEqual([false, false, false]);
    const [next] = [...link.cells.values()] as [CellLink];
    link.room.makeFor('late');
    end(next);
    expect(hasRoom('e')).toBe(false);
    vi.advanceTimersByTime(1_001);
    expect(hasRoom('e')).toBe(true);
  });

  it('has none made where there is a free place', () => {
    const cells = fill([
      ['a', 1],
      ['a', 1],
    ]);
    link.room.makeFor('new');
    expect(cells.map(({ givenUpFor }) => givenUpFor)).toEqual([null, null]);
  });

  it('has none made where a cell is that nobody uses', () => {
    const [idle, used] = fill([
      ['a', 1],
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]) as [CellLink, CellLink];
    end(idle);
    link.room.makeFor('new');
    expect([idle, used].map(({ givenUpFor }) => givenUpFor)).toEqual([null, null]);
  });
});
