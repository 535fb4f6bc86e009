// Many branches at once on one store: nothing is lost, nothing is done twice, and each branch's items keep its order.
import { describe, expect, it } from 'vitest';
import { createTestRunner, runToEnd } from '../harness.ts';

const branches = 512;
const perBranch = 100;

const start =
  "for (let branch = 0; branch < data.branches; branch++) api.scheduleNextStep({ action: 'work', payload: { ...data, branch } });";
const loopOf = (body: string): string => `for (let item = 0; item < data.perBranch; item++) { ${body} }`;

const ways = [
  {
    way: 'each op awaited',
    work: loopOf("await api.runStore.increment('count'); await api.runStore.push('items', [data.branch, item]);"),
  },
  {
    way: 'no op awaited',
    work: loopOf("api.runStore.increment('count'); api.runStore.push('items', [data.branch, item]);"),
  },
];

describe(`${branches} branches that each increment and push ${perBranch} times`, () => {
  for (const workers of [1, 2, 4]) {
    it.each(ways)(`give exactly ${branches * perBranch} on ${workers} workers, $way`, async ({ work }) => {
      const runner = await createTestRunner({ workers, limits: { stepsActivePerTenant: branches } });
      const { outcome } = await runToEnd(runner, { start, work }, { data: { branches, perBranch } });
      expect(outcome.status).toBe('completed');
      expect(outcome.store['count']).toBe(branches * perBranch);
      const items = outcome.store['items'] as [branch: number, item: number][];
      expect(items).toHaveLength(branches * perBranch);
      const seen: number[] = Array.from({ length: branches }, () => 0);
      // Each branch's items are 0, 1, 2, ... in this order: none lost, none twice, none out of turn.
      const outOfTurn = items.filter(([branch, item]) => {
        const expected = seen[branch] ?? 0;
        seen[branch] = expected + 1;
        return item !== expected;
      });
      expect(outOfTurn).toEqual([]);
      expect(seen).toEqual(Array.from({ length: branches }, () => perBranch));
    });
  }
});

describe('what increment returns', () => {
  it('is a number that no other branch gets', async () => {
    const runner = await createTestRunner({ workers: 2 });
    const work = "await api.runStore.push('numbers', await api.runStore.increment('count'));";
    const { outcome } = await runToEnd(runner, { start, work }, { data: { branches: 300 } });
    const numbers = outcome.store['numbers'] as number[];
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });
});
