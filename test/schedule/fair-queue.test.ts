// Tenants take turns, each within its own bound, whatever the others ask for.
import { describe, expect, it } from 'vitest';
import { ReadyQueue } from '../../src/schedule/ready-queue.ts';
import type { Step } from '../../src/state/run-state.ts';
import { seededRandom, seeds } from '../random.ts';
import { runOf, stepOf } from '../state/fixtures.ts';

function stepsOf(tenant: string, count: number, stepsActivePerTenant = 100): Step[] {
  const run = runOf({ tenant, limits: { stepsActivePerTenant } });
  return Array.from({ length: count }, (_, index) => stepOf(run, index + 1));
}

function nameOf({ run, ordinal }: Step): string {
  return `${run.program.tenant}${ordinal}`;
}

/** What is placed, in order, while `room` is left. */
function placed(queue: ReadyQueue, room = Number.POSITIVE_INFINITY): string[] {
  const names: string[] = [];
  queue.dispatch((step) => {
    if (names.length >= room) return 'refused';
    names.push(nameOf(step));
    return 'taken';
  });
  return names;
}

describe('the round', () => {
  it('gives each tenant one step, in the order of its own, whoever came with more', () => {
    const queue = new ReadyQueue();
    for (const step of [...stepsOf('a', 4), ...stepsOf('b', 2), ...stepsOf('c', 1)]) queue.push(step);
    expect(placed(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('goes on where room ended', () => {
    const queue = new ReadyQueue();
    for (const step of [...stepsOf('a', 3), ...stepsOf('b', 3)]) queue.push(step);
    expect(placed(queue, 3)).toEqual(['a1', 'b1', 'a2']);
    expect([...placed(queue, 1), ...placed(queue, 1), ...placed(queue, 1)].toSorted()).toEqual(['a3', 'b2', 'b3']);
  });

  it('asks on for other tenants when one is refused, and asks each once', () => {
    const queue = new ReadyQueue();
    for (const step of [...stepsOf('a', 2), ...stepsOf('b', 2)]) queue.push(step);
    const asked: string[] = [];
    queue.dispatch((step) => {
      asked.push(nameOf(step));
      return step.run.program.tenant === 'b' ? 'taken' : 'refused';
    });
    expect(asked).toEqual(['a1', 'b1', 'a1', 'b2', 'a1']);
  });

  it('ends when there is nothing to place', () => {
    expect(placed(new ReadyQueue())).toEqual([]);
  });
});

describe('the bound on active steps', () => {
  it('passes a tenant over until one of its steps ends', () => {
    const queue = new ReadyQueue();
    const steps = stepsOf('a', 4, 2);
    for (const step of [...steps, ...stepsOf('b', 1)]) queue.push(step);
    expect(placed(queue)).toEqual(['a1', 'b1', 'a2']);
    expect(placed(queue)).toEqual([]);
    for (const step of steps.slice(0, 1)) queue.release(step);
    expect(placed(queue)).toEqual(['a3']);
  });

  it('holds, and every step is placed once, in its order, whatever comes and goes', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const queue = new ReadyQueue();
      const waiting = ['a', 'b', 'c'].map((tenant, index) => stepsOf(tenant, 200, index + 1));
      const active: Step[][] = [[], [], []];
      const seen: number[] = [0, 0, 0];
      for (let round = 0; round < 4_000; round++) {
        const tenant = random.below(3);
        const next = random.below(2) === 0 ? waiting[tenant]?.shift() : undefined;
        if (next !== undefined) queue.push(next);
        const ended = random.below(2) === 0 ? active[tenant]?.shift() : undefined;
        if (ended !== undefined) queue.release(ended);
        queue.dispatch((step) => {
          const index = 'abc'.indexOf(step.run.program.tenant);
          expect(step.ordinal, `seed ${seed}, round ${round}`).toBe((seen[index] ?? 0) + 1);
          seen[index] = step.ordinal;
          active[index]?.push(step);
          return 'taken';
        });
        const counts = active.map((steps) => steps.length);
        expect(
          counts.every((count, index) => count <= index + 1),
          `seed ${seed}, round ${round}`,
        ).toBe(true);
      }
      expect(seen, `seed ${seed}`).toEqual([200, 200, 200]);
    }
  });
});
