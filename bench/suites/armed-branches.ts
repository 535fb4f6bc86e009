// What a branch costs that waits: time to arm it, and heap of the main thread while it is armed, at a million of them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
setFlagsFromString('--no-expose-gc'); // Or each cell would have it too.

interface Armed {
  readonly heapBytes: number;
  readonly micros: number;
}

export async function armedBranches({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const few = 10_000;
  const many = quick ? 100_000 : 1_000_000;
  const base = await median(few, 5);
  const full = await median(many, quick ? 1 : 3);
  const row = (name: string, value: number, unit: string, of?: number): Row => ({
    name,
    value,
    unit,
    ...(of === undefined ? {} : { ratio: { of: few.toLocaleString('en-US'), value: value / of } }),
  });
  const [fewText, manyText] = [few.toLocaleString('en-US'), many.toLocaleString('en-US')];
  return [
    {
      question: 'What does a branch cost that is armed and waits?',
      rows: [
        row(`heap, ${fewText} armed`, base.heapBytes, 'bytes'),
        row(`heap, ${manyText} armed`, full.heapBytes, 'bytes', base.heapBytes),
        row(`time to arm, ${fewText}`, base.micros, 'µs'),
        row(`time to arm, ${manyText}`, full.micros, 'µs', base.micros),
      ],
    },
  ];
}

async function median(branches: number, repetitions: number): Promise<Armed> {
  const runs: Armed[] = [];
  for (let i = 0; i < repetitions; i++) runs.push(await arm(branches));
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return { heapBytes: middle(runs.map((run) => run.heapBytes)), micros: middle(runs.map((run) => run.micros)) };
}

/** Arms branches that are due in 300 days, and looks at the heap when `start` has ended. */
async function arm(branches: number): Promise<Armed> {
  const runner = await benchRunner(1);
  const warm = await runner.start({ tenant: 'bench', workflow: workflows.armed, data: { n: 1_000 } });
  await completedStart(warm);
  collect();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  await completedStart(await runner.start({ tenant: 'bench', workflow: workflows.armed, data: { n: branches } }));
  const micros = ((performance.now() - began) * 1_000) / branches;
  collect();
  const heapBytes = (process.memoryUsage().heapUsed - before) / branches;
  await runner.close();
  return { heapBytes, micros };
}

async function completedStart(run: { events(): AsyncIterableIterator<{ type: string }> }): Promise<void> {
  for await (const event of run.events()) {
    if (event.type === 'step_completed') return;
    if (event.type === 'step_retried' || event.type === 'run_ended')
      throw new Error(`Unexpected ${JSON.stringify(event)}`);
  }
}
