// What a branch of a large fan-out costs, seen from one of a small one: nothing may be done for each branch that takes longer the more there are.
import { measure } from '../measure.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, runFanOut } from '../workflows.ts';

const opsEach = 2;
const fewest = 1_024;

export async function branchCost({ quick, repetitions, workers: counts, ...on }: SuiteOptions): Promise<SuiteResult[]> {
  const branchCounts = quick ? [fewest, 8_192] : [fewest, 8_192, 65_536];
  const results: SuiteResult[] = [];
  for (const workers of counts) {
    const runner = await benchRunner(workers, { fanOutPerStep: Math.max(...branchCounts) }, on);
    const rows: Row[] = [];
    for (const branches of branchCounts) {
      // As many in a repetition, whatever their number: small fan-outs one after the other.
      const rounds = Math.max(...branchCounts) / branches;
      const rounded = async (): Promise<void> => {
        for (let i = 0; i < rounds; i++) await runFanOut(runner, 'increment', branches, opsEach);
      };
      const { medianMs, spread } = await measure(rounded, repetitions);
      const value = (medianMs * 1_000) / (rounds * branches);
      const ratio = { of: `one of ${fewest.toLocaleString('en')}`, value: value / (rows[0]?.value ?? value) };
      rows.push({ name: `one of ${branches.toLocaleString('en')}`, value, unit: 'µs', spread, ratio });
    }
    await runner.close();
    const question = `What does a branch of ${opsEach} ops cost, ${workers} worker${workers > 1 ? 's' : ''}?`;
    results.push({ question, rows });
  }
  return results;
}
