// Resident memory of a cell that stays warm for the next step of its workflow.
import type { SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

export async function idleCells({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const cells = quick ? 50 : 200;
  const runner = await benchRunner(1, { cellsPerWorker: cells + 10 });
  const visit = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      await (await runner.start({ tenant: `tenant ${i}`, workflow: workflows.tiny })).result();
    }
  };
  await visit(0, 10);
  const before = process.memoryUsage().rss;
  await visit(10, cells + 10);
  const kib = (process.memoryUsage().rss - before) / cells / 1_024;
  await runner.close();
  return [
    {
      question: 'How much resident memory does an idle cell keep?',
      rows: [{ name: `${cells} cells in one worker`, value: kib, unit: 'KiB' }],
    },
  ];
}
