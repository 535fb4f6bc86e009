// What a tenant waits for whose workflow the runner has never seen: check, cell, realm, first step, end of the run.
import { measure, median } from '../measure.ts';
import type { SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

/** In that time a worker that has nothing else to do makes the next cell beforehand. */
const pauseMs = 100;

export async function coldStart({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const runner = await benchRunner(1);
  let tenants = 0;
  const runOnce = async (tenant: string, workflow: string): Promise<void> => {
    const run = await runner.start({ tenant, workflow });
    const { status } = await run.result();
    if (status !== 'completed') throw new Error(`The run is ${status}.`);
  };
  const repetitions = quick ? 10 : 50;
  // A comment makes the source a new one.
  const cold = await measure(() => runOnce(`tenant ${tenants++}`, `${workflows.tiny}//${tenants}`), repetitions);
  const warm = await measure(() => runOnce('tenant 0', workflows.tiny), repetitions);
  const warmPaced = await paced(repetitions, () => runOnce('tenant 0', workflows.tiny));
  const coldPaced = await paced(repetitions, () => runOnce(`tenant ${tenants++}`, `${workflows.tiny}//${tenants}`));
  await runner.close();
  return [
    {
      question: 'How long does a whole run of one empty step take?',
      rows: [
        { name: 'warm', value: warm.medianMs, unit: 'ms', spread: warm.spread },
        {
          name: 'cold: new tenant, new workflow',
          value: cold.medianMs,
          unit: 'ms',
          spread: cold.spread,
          ratio: { of: 'warm', value: cold.medianMs / warm.medianMs },
        },
        { name: `warm, ${pauseMs} ms after the one before`, value: warmPaced, unit: 'ms' },
        {
          name: `cold, ${pauseMs} ms after the one before: with a spare cell`,
          value: coldPaced,
          unit: 'ms',
          ratio: { of: 'warm after the same pause', value: coldPaced / warmPaced },
        },
      ],
    },
  ];
}

/** The median of runs that begin after a pause: processors and caches have gone to rest by then, for the warm ones as well. */
async function paced(repetitions: number, runOnce: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const began = performance.now();
    await runOnce();
    times.push(performance.now() - began);
  }
  return median(times);
}
