// What it costs to keep the journal, by which an op takes effect once: the same work with a journal that keeps nothing.
import { Journal } from '../../src/state/journal.ts';
import { median } from '../measure.ts';
import type { SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, runFanOut } from '../workflows.ts';

const branches = 512;
const ops = 200;

export async function journal({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const rows = [];
  for (const workers of [1, 2]) {
    const runner = await benchRunner(workers, { turnCpuMs: 1_000 }, { containment: 'thread' }); // What is run again without a journal is done again.;
    const times = { kept: [] as number[], without: [] as number[] };
    for (let i = -2; i < (quick ? 7 : 31); i++) {
      for (const name of ['kept', 'without'] as const) {
        const restore = name === 'without' ? forgetful() : () => {};
        const began = performance.now();
        await runFanOut(runner, 'increment', branches, ops);
        if (i >= 0) times[name].push(performance.now() - began);
        restore();
      }
    }
    await runner.close();
    const rate = (values: number[]): number => ((branches * ops) / median(values)) * 1_000;
    const [kept, without] = [rate(times.kept), rate(times.without)];
    const of = `${workers} worker${workers > 1 ? 's' : ''}`;
    rows.push(
      { name: `without a journal, ${of}`, value: without, unit: 'ops/s' },
      { name: `with it, ${of}`, value: kept, unit: 'ops/s', ratio: { of: 'without', value: kept / without } },
    );
  }
  return [{ question: 'How many ops a second, with the journal and without?', rows }];
}

/** Lets journals keep nothing but the count of ops. Gives a way back. */
function forgetful(): () => void {
  const { prototype } = Journal;
  const { record, sent } = prototype;
  Object.assign(prototype, { record: () => 0, sent: () => {} }); // Without entries it has nothing to compare either.
  return () => Object.assign(prototype, { record, sent });
}
