// The smallest program there is runs a workflow.
import { expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';
import { bothWays, outputOf, textOf } from './example.ts';

const runner = useRunner();

it.each(bothWays('04-embed'))('greets (%s)', async (_, source) => {
  const { outcome } = await runToEnd(runner(), source, { data: { name: 'Ada' } });
  expect(outcome).toMatchObject({ status: 'completed', output: 10, store: { greeting: 'Hello, Ada!' } });
});

it('is a program of at most 15 lines that prints how the run ended', async () => {
  expect(textOf('04-embed/main.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  expect(await outputOf('04-embed')).toBe("completed 10 { greeting: 'Hello, Ada!' }\n");
});
