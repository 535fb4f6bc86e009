// Branches end in any order, and the report that joins them is always the same.
import { expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';
import { bothWays, outputOf } from './example.ts';

const runner = useRunner();
const shops = [
  { name: 'Lisbon', sales: [1, 2] },
  { name: 'Porto', sales: [7] },
];

it.each(bothWays('07-join'))('leaves a sorted report and nothing else (%s)', async (_, source) => {
  const { outcome } = await runToEnd(runner(), source, { data: { title: 'Today', shops } });
  expect(outcome.status).toBe('completed');
  expect({ ...outcome.store }).toEqual({
    report: {
      title: 'Today',
      sum: 10,
      shops: [
        { name: 'Porto', total: 7 },
        { name: 'Lisbon', total: 3 },
      ],
    },
  });
});

it('reports on no shops at all', async () => {
  const [[, source] = ['', '']] = bothWays('07-join');
  const { outcome } = await runToEnd(runner(), source, { data: { title: 'Today', shops: [] } });
  expect(outcome.store).toMatchObject({ report: { sum: 0, shops: [] } });
});

it('reports the first problem, tried once', async () => {
  const [[, source] = ['', '']] = bothWays('07-join');
  const data = { title: 'Today', shops: [...shops, { name: 'Braga', sales: [-1] }] };
  const { outcome } = await runToEnd(runner(), source, { data });
  expect(outcome).toMatchObject({
    status: 'failed',
    error: { message: 'Braga has a sale below zero', attempt: 1 },
    store: { report: { problem: 'Braga has a sale below zero' } },
  });
});

it('prints both reports', async () => {
  const out = await outputOf('07-join');
  expect(out).toMatch(/^completed \{\n {2}title: 'Sales of the day',\n {2}sum: 615,\n/);
  expect(out).toContain("\nfailed { problem: 'Braga has a sale below zero' }\n");
});
