// What a tenant waits for whose workflow the runner has never seen: check, cell, realm, first step, end of the run.
import { measure } from '../measure.ts';
import type { SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

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
      ],
    },
  ];
}
