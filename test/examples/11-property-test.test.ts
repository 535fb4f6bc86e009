// What is right holds for all seeds, and the mistake is found by the same seed each time.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startNode } from '../cli/command-line.ts';
import { folder, outputOf } from './example.ts';

it('says that the one holds, and which seed breaks the other', async () => {
  const [right = '', wrong = ''] = (await outputOf('11-property-test')).split('\n');
  expect(right).toBe('workflow.js: all invariants held for 100 seeds; on the way attempts failed, threads were lost.');
  const seed =
    /^workflow-careless\.js: Seed (\d+) breaks ".+": .+ Once more: STEPWELL_SEED=\1 and the same command\.$/.exec(
      wrong,
    )?.[1];
  const args = [join(folder, '11-property-test', 'main.ts')];
  const again = await startNode(args, '', { STEPWELL_SEED: seed ?? '' }).finished;
  expect(again.out.split('\n')[1]).toBe(wrong);
});
