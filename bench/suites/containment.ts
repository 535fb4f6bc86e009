// What a killable process between the embedder and the sandbox costs: the same work under both containments, in turn.
import type { Runner } from '../../src/index.ts';
import { median } from '../measure.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, runFanOut } from '../workflows.ts';

const works = [
  { question: 'ops', unit: 'ops/s', branches: 512, ops: 200, perBranch: 200 },
  { question: 'steps of two ops', unit: 'steps/s', branches: 20_000, ops: 2, perBranch: 1 },
] as const;

export async function containment({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const workers of [1, 2]) {
    const limits = { stepsActivePerTenant: 512 };
    const runners = {
      thread: await benchRunner(workers, limits, { containment: 'thread' }),
      process: await benchRunner(workers, limits, { containment: 'process' }),
    };
    for (const { question, unit, branches, ops, perBranch } of works) {
      const work = (runner: Runner): Promise<void> => runFanOut(runner, 'increment', branches, ops);
      const { thread, process } = await inTurn(runners, work, quick ? 5 : 21);
      const rate = (ms: number): number => ((branches * perBranch) / ms) * 1_000;
      const rows: Row[] = [
        { name: 'thread', value: rate(thread), unit },
        {
          name: 'process',
          value: rate(process),
          unit,
          ratio: { of: 'thread', value: rate(process) / rate(thread) },
        },
      ];
      results.push({
        question: `How many ${question} a second, with ${workers} worker${workers > 1 ? 's' : ''}?`,
        rows,
      });
    }
    await Promise.all(Object.values(runners).map((runner) => runner.close()));
  }
  return results;
}

/** Medians in ms. The two take turns, so that whatever else the machine does falls on both. */
async function inTurn(
  runners: { readonly thread: Runner; readonly process: Runner },
  work: (runner: Runner) => Promise<void>,
  repetitions: number,
): Promise<{ thread: number; process: number }> {
  const times = { thread: [] as number[], process: [] as number[] };
  for (let i = -2; i < repetitions; i++) {
    for (const name of ['thread', 'process'] as const) {
      const began = performance.now();
      await work(runners[name]);
      if (i >= 0) times[name].push(performance.now() - began); // The first ones warm up.
    }
  }
  return { thread: median(times.thread), process: median(times.process) };
}
