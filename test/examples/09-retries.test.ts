// What fails is tried again where that can help, and nothing that was done is done twice.
import { expect, it } from 'vitest';
import { eventsOf, runToEnd, useRunner } from '../harness.ts';
import { bothWays, outputOf } from './example.ts';

const runner = useRunner();

it.each(bothWays('09-retries'))('tries the one again, and not the other (%s)', async (_, source) => {
  const { run, outcome, events } = await runToEnd(runner(), source);
  expect(eventsOf(events, 'step_retried').map(({ action, attempt }) => [action, attempt])).toEqual([
    ['charge', 1],
    ['charge', 2],
  ]);
  expect(eventsOf(events, 'step_failed').map(({ action, attempt }) => [action, attempt])).toEqual([['sendTo', 1]]);
  expect(outcome).toMatchObject({ status: 'failed', error: { message: 'That is no address' } });
  const [, charge] = eventsOf(events, 'step_armed');
  expect(outcome.store).toEqual({ charges: 1, receipt: { cents: 1_250, idempotencyKey: `${run.id}:${charge?.step}` } });
});

it('prints each attempt', async () => {
  const lines = (await outputOf('09-retries')).split('\n');
  // Steps that run at the same time end in any order; the attempts of one step come one after the other.
  expect(lines.filter((line) => line.startsWith('charge '))).toEqual([
    'charge 1: "The payment service does not answer", again',
    'charge 2: "The payment service does not answer", again',
    'charge 3: completed',
  ]);
  expect(lines.filter((line) => line.startsWith('sendTo '))).toEqual(['sendTo 1: "That is no address", for good']);
  expect(lines).toContain('failed { armed: 3, completed: 2, failed: 1, retried: 2 } {');
  expect(lines).toContain('  charges: 1,');
});
