// Ops per second of one run that fans out, by how many branches are there at once, beside the unsandboxed ceiling.
import { measure, perSecond } from '../measure.ts';
import { createCeiling } from '../peers/ceiling.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, type OpKind, opKinds, runFanOut } from '../workflows.ts';

const branchCounts = [1, 64, 512, 4_096, 65_536];
/** About so many ops in one repetition, so that starting and ending the run weigh little. */
const opsPerRepetition = 102_400;

export async function fanOut({ repetitions, workers: counts, ...on }: SuiteOptions): Promise<SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const [kind, kinds] of opKinds) {
    const ceiling = await ceilingRow(kind, repetitions);
    const rows: Row[] = [ceiling];
    for (const workers of counts) {
      const runner = await benchRunner(workers, {}, on);
      for (const branches of branchCounts) {
        const ops = Math.ceil(Math.min(opsPerRepetition, branches * 2_000) / branches);
        const measured = await measure(() => runFanOut(runner, kind, branches, ops), repetitions);
        const value = perSecond(measured, branches * ops);
        const ratio = { of: 'ceiling', value: value / ceiling.value };
        rows.push({
          name: `${branches} branch${branches > 1 ? 'es' : ''}, ${workers} worker${workers > 1 ? 's' : ''}`,
          value,
          unit: 'ops/s',
          spread: measured.spread,
          ratio,
        });
      }
      await runner.close();
    }
    results.push({ question: `How many ${kinds} a second does a run make that fans out?`, rows });
  }
  return results;
}

async function ceilingRow(kind: OpKind, repetitions: number): Promise<Row> {
  const ceiling = createCeiling();
  const measured = await measure(() => ceiling.run(kind, opsPerRepetition), repetitions);
  await ceiling.close();
  return { name: 'ceiling', value: perSecond(measured, opsPerRepetition), unit: 'ops/s', spread: measured.spread };
}
