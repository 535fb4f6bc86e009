// A chain of reminders keeps its days, and takes none of them when the clock skips delays.
import { expect, it } from 'vitest';
import { eventsOf, runToEnd, useRunner } from '../harness.ts';
import { bothWays, outputOf } from './example.ts';

const runner = useRunner();

it.each(bothWays('08-delays'))('waits for 3, 7, 14 and 60 days (%s)', async (_, source) => {
  const { outcome, events } = await runToEnd(runner(), source, { data: { number: 'INV-7' } });
  expect(outcome.status).toBe('completed');
  const waits = eventsOf(events, 'step_armed').map(({ action, dueAt, at }) => [action, (dueAt - at) / 86_400_000]);
  expect(waits).toEqual([
    ['start', 0],
    ['remind', 3],
    ['remind', 7],
    ['remind', 14],
    ['giveUp', 60],
  ]);
});

it('prints virtual dates', async () => {
  const lines = (await outputOf('08-delays')).trimEnd().split('\n');
  const parts = lines.map((line) => /^(\d{4}-\d\d-\d\d) {2}day (\d+) {2}(.*)$/.exec(line)?.slice(1) ?? []);
  expect(parts.map(([, day, text]) => [Number(day), text])).toEqual([
    [3, '"Reminder 1 for INV-7"'],
    [10, '"Reminder 2 for INV-7"'],
    [24, '"Reminder 3 for INV-7"'],
    [84, '"INV-7 goes to the lawyer"'],
    [84, 'completed'],
  ]);
  const [first, , , last] = parts.map(([date = '']) => Date.parse(date) / 86_400_000);
  expect([81, 82]).toContain(Number(last) - Number(first)); // 81 days and some milliseconds, perhaps over midnight.
});
