// A workflow in TypeScript runs as it is written, and its errors name the author's own lines.
import { expect, it } from 'vitest';
import { outputOf, textOf } from './example.ts';

/** Where a text stands in the workflow's source, as a stack says it. */
function placeOf(text: string): string {
  const before = textOf('10-typescript/workflow.ts').split(text)[0] ?? '';
  const lines = before.split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

it('prints the price of one basket, and where the other went wrong', async () => {
  const [thrown, called] = [placeOf('new RangeError'), placeOf('centsOf(item)')];
  expect(await outputOf('10-typescript')).toBe(
    [
      'completed 2 { cents: 3940 }',
      'failed 2 { cents: 3490 }',
      'STEP_THREW in price: Cup has a price below zero',
      `at centsOf (workflow.js:${thrown})`,
      `at Workflow.price (workflow.js:${called})`,
      '',
    ].join('\n'),
  );
});
