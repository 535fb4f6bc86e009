// Counters count, and no two steps see the same number.
import { expect, it } from 'vitest';
import { runToEnd, textsOf, useRunner } from '../harness.ts';
import { bothWays, outputOf } from './example.ts';

const runner = useRunner();

const given = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

it.each(bothWays('03-counters'))('counts up and down and gives new values (%s)', async (_, source) => {
  const { outcome, logs } = await runToEnd(runner(), source);
  expect(outcome).toMatchObject({ status: 'completed', output: { up: 1, again: 2, down: 1 } });
  expect(outcome.store).toEqual({ processedCount: 1, tickets: 10, given: expect.any(Array) });
  expect((outcome.store['given'] as number[]).toSorted((a, b) => a - b)).toEqual(given);
  expect(textsOf(logs)).toEqual(['processedCount: 1 2 1']);
});

it('prints how it ended', async () => {
  const out = await outputOf('03-counters');
  expect(out).toContain('completed { up: 1, again: 2, down: 1 } {\n  processedCount: 1,\n  tickets: 10,\n');
});
