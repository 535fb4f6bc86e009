// Resident memory of a cell that stays warm for the next step of its workflow.
import type { Runner } from '../../src/index.ts';
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
  const before = residentBytes(runner);
  await visit(10, cells + 10);
  const kib = (residentBytes(runner) - before) / cells / 1_024;
  await runner.close();
  return [
    {
      question: 'How much resident memory does an idle cell keep?',
      rows: [{ name: `${cells} cells in one worker`, value: kib, unit: 'KiB' }],
    },
  ];
}

/** Of the host that holds the cells. */
function residentBytes(runner: Runner): number {
  const bytes = runner.stats().hosts[0]?.residentBytes;
  if (bytes === undefined || bytes === null) throw new Error('This system does not tell what a process takes.');
  return bytes;
}
