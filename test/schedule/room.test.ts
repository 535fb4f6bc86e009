// Who may have one more cell in a thread, when all places are taken and nobody leaves by himself.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CellLink } from '../../src/schedule/cell-link.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import type { RunState } from '../../src/state/run-state.ts';
import { runOf } from '../state/fixtures.ts';
import { empty, linkTo, placeOn, stillThread } from './links.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

let link: WorkerLink;
/** A run of each tenant. */
let runs: Map<string, RunState>;
/** Tenants that wait for a place, by name. */
let waiting: Set<string>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  runs = new Map();
  waiting = new Set();
  thread(4);
});
afterEach(() => {
  vi.useRealTimers();
});

function thread(cellsPerWorker: number): void {
  link = linkTo(stillThread(), 'shared', { cellsPerWorker }, true, { isWaiting: ({ name }) => waiting.has(name) });
}

function of(tenant: string): RunState {
  const run = runs.get(tenant) ?? runOf({ tenant });
  runs.set(tenant, run);
  return run;
}

/** Cells of these tenants, each with a step: another workflow each. */
function fill(...tenants: readonly string[]): CellLink[] {
  return tenants.map((tenant, n) => {
    const { tenant: state } = of(tenant);
    const attempt = placeOn(link, { ...runOf({ tenant, hash: `${tenant} ${n}` }), tenant: state });
    vi.advanceTimersByTime(1);
    return attempt.cell;
  });
}

function end(cell: CellLink): void {
  empty(link, cell);
}

/** The tenant waits, and asks for a place. Whether one is to come. */
function ask(tenant: string): boolean {
  waiting.add(tenant);
  return link.room.makeFor(of(tenant).tenant);
}

const hasPlace = (...tenants: readonly string[]): boolean[] =>
  tenants.map((tenant) => link.room.hasPlaceFor(of(tenant)));
const givenUpFor = (cells: readonly CellLink[]): (string | undefined)[] => cells.map((cell) => cell.givenUpFor?.name);
const later = (): void => void vi.advanceTimersByTime(5_000);

describe('a thread whose cells are all in use', () => {
  it('has a place made by whoever has the most cells, of which the oldest goes when it is empty', () => {
    const cells = fill('b', 'a', 'a', 'c');
    later();
    expect(ask('new')).toBe(true);
    expect(givenUpFor(cells)).toEqual([undefined, 'new', undefined, undefined]);
    const [, old] = cells as [CellLink, CellLink];
    expect([link.room.isOpen(old), ...hasPlace('new')]).toEqual([false, false]); // The step that is there goes on to its end.
    end(old);
    expect([link.cells.has(old.id), ...hasPlace('new')]).toEqual([false, true]);
  });

  it('keeps the place for who waits for it, and for nobody else', () => {
    const [cell] = fill('a', 'b', 'c', 'd') as [CellLink];
    later();
    ask('new');
    end(cell);
    expect(hasPlace('a', 'e', 'new')).toEqual([false, false, true]);
    placeOn(link, of('new'));
    waiting.delete('new');
    link.room.placeTaken(of('new').tenant);
    expect(hasPlace('a', 'e')).toEqual([false, false]);
  });

  it('keeps as many places as were made', () => {
    thread(16);
    const cells = fill(...Array.from({ length: 16 }, (_, n) => `t${n}`));
    later();
    for (const tenant of ['x', 'y']) ask(tenant);
    for (const cell of cells) if (cell.givenUpFor !== null) end(cell);
    expect(link.cells.size).toBe(14);
    expect(hasPlace('e', 'x', 'y')).toEqual([false, true, true]);
    placeOn(link, of('x'));
    waiting.delete('x');
    link.room.placeTaken(of('x').tenant);
    expect(hasPlace('e', 'y')).toEqual([false, true]);
  });

  it('keeps nothing for who does not wait any more: what was given up goes on', () => {
    const [cell, next] = fill('a', 'b', 'c', 'd') as [CellLink, CellLink];
    later();
    ask('new');
    waiting.delete('new');
    expect(link.room.isOpen(cell)).toBe(true);
    ask('late');
    end(next.givenUpFor === null ? cell : next);
    waiting.delete('late');
    expect(hasPlace('e')).toEqual([true]);
  });

  it('has one cell in eight given up at a time, at least one, however many ask', () => {
    thread(16);
    const cells = fill(...Array.from({ length: 16 }, (_, n) => `t${n}`));
    later();
    expect(['u', 'v', 'w', 'u'].map(ask)).toEqual([true, true, false, true]);
    expect(cells.filter(({ givenUpFor }) => givenUpFor !== null)).toHaveLength(2);
  });

  it('leaves a cell to its tenant for five seconds', () => {
    fill('a', 'a', 'b', 'c');
    expect(ask('new')).toBe(false);
    later();
    expect(ask('new')).toBe(true);
  });

  it('has none made where there is a free place, or a cell that nobody uses', () => {
    const [cell] = fill('a', 'b', 'c') as [CellLink];
    later();
    expect(ask('new')).toBe(false);
    fill('d');
    end(cell);
    later();
    expect(ask('new')).toBe(false);
    expect(hasPlace('new')).toEqual([true]);
  });

  it('has a cell go on once who it was given up for has found another place, also if that waits again later', () => {
    const [cell] = fill('a', 'b', 'c', 'd') as [CellLink];
    later();
    ask('new');
    link.room.placeTaken(of('new').tenant);
    expect(link.room.isOpen(cell)).toBe(true);
    end(cell);
    expect([link.cells.has(cell.id), ...hasPlace('e')]).toEqual([true, true]);
  });
});

describe('cells of one thread', () => {
  /** Opens cells with a step each until the tenant gets no more. How many. */
  function openAll(tenant: string): number {
    const state = of(tenant).tenant;
    for (let n = 0; ; n++) {
      const run = { ...runOf({ tenant, hash: `${n}` }), tenant: state };
      if (!link.room.hasPlaceFor(run)) return n;
      placeOn(link, run);
    }
  }

  it('are left for tenants that come later, one by one at last, by those whose steps do not end', () => {
    thread(64);
    const counts = Array.from({ length: 20 }, (_, n) => openAll(`t${n}`));
    expect(counts).toEqual([28, 14, 7, 4, 2, ...Array.from({ length: 9 }, () => 1), 0, 0, 0, 0, 0, 0]);
  });

  it('that are warm are not lost to a tenant that comes with one workflow after the other', () => {
    thread(8);
    const innocent = ['a', 'b', 'c', 'd', 'e'].map((tenant) => {
      const { cell } = placeOn(link, of(tenant));
      empty(link, cell);
      return cell;
    });
    for (let n = 0; n < 100; n++) {
      vi.advanceTimersByTime(10);
      const { cell } = placeOn(link, runOf({ tenant: 'flood', hash: `${n}` }));
      empty(link, cell);
    }
    expect(innocent.map(({ id }) => link.cells.has(id))).toEqual([true, true, true, true, true]);
    expect([...link.cells.values()].filter(({ program }) => program.tenant === 'flood')).toHaveLength(3);
  });

  it('that nobody has used for a minute go before those of a tenant that is at work', () => {
    thread(4);
    const [old] = ['a', 'b', 'c'].map((tenant) => {
      const { cell } = placeOn(link, of(tenant));
      empty(link, cell);
      return cell;
    }) as [CellLink];
    empty(link, placeOn(link, runOf({ tenant: 'busy', hash: '1' })).cell);
    vi.advanceTimersByTime(60_000);
    empty(link, placeOn(link, runOf({ tenant: 'busy', hash: '2' })).cell);
    expect([...link.cells.values()].map(({ program }) => program.tenant)).toEqual(['b', 'c', 'busy', 'busy']);
    expect(link.cells.has(old.id)).toBe(false);
  });
});
