// Loads of other shapes than a fan-out of increments: reads, large values, deep chains, many small runs, many tenants at once.
import type { Runner } from '../../src/index.ts';
import { measure, perSecond } from '../measure.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

/** `n` branches that make `ops` ops each: `op` is one. */
const fanOut = (op: string): string => `class Workflow {
  async start({ n, ops }, headers, api) {
    await api.runStore.set('value', 'x'.repeat(1_000));
    await Promise.all(Array.from({ length: n }, () => api.scheduleNextStep({ action: 'work', payload: ops })));
  }
  async work(ops, headers, api) { for (let k = 0; k < ops; k++) await ${op}; }
}`;

const chain = `class Workflow {
  async start(n, headers, api) { await api.scheduleNextStep({ action: 'link', payload: n }); }
  async link(n, headers, api) { if (n > 1) await api.scheduleNextStep({ action: 'link', payload: n - 1 }); }
}`;

interface Shape {
  readonly name: string;
  readonly unit: string;
  /** Units of one repetition. */
  readonly count: number;
  run(runner: Runner): Promise<unknown>;
}

const [branches, opsEach] = [512, 100];
const largeBytes = 64 * 2 ** 10;

const shapes: readonly Shape[] = [
  {
    name: 'reads of 1,000 characters, 512 branches',
    unit: 'ops/s',
    count: branches * opsEach,
    run: (runner) => ended(runner, fanOut(`api.runStore.get('value')`), { n: branches, ops: opsEach }),
  },
  {
    name: 'values of 64 KiB set, 64 branches',
    unit: 'MiB/s',
    count: (64 * 20 * largeBytes) / 2 ** 20,
    run: (runner) => ended(runner, fanOut(`api.runStore.set('k', 'x'.repeat(${largeBytes}))`), { n: 64, ops: 20 }),
  },
  { name: 'steps of one chain', unit: 'steps/s', count: 1_000, run: (runner) => ended(runner, chain, 999) },
  {
    name: 'runs of one step, 64 at once',
    unit: 'runs/s',
    count: 2_000,
    run: (runner) => many(2_000, 64, () => ended(runner, workflows.tiny, {})),
  },
  {
    name: 'runs of one step of 64 tenants, 64 at once',
    unit: 'runs/s',
    count: 2_000,
    run: (runner) => many(2_000, 64, (i) => ended(runner, workflows.tiny, {}, `tenant ${i % 64}`)),
  },
  {
    name: 'increments of 16 fan-outs of 16 tenants',
    unit: 'ops/s',
    count: 16 * 64 * opsEach,
    run: (runner) =>
      many(16, 16, (i) => ended(runner, fanOut(`api.runStore.increment('n')`), { n: 64, ops: opsEach }, `tenant ${i}`)),
  },
];

export async function shapesOfLoad({ repetitions, workers: counts, ...on }: SuiteOptions): Promise<SuiteResult[]> {
  const workers = Math.max(...counts);
  const runner = await benchRunner(workers, { stepsActivePerTenant: branches, chainDepth: 10_000 }, on);
  const rows: Row[] = [];
  for (const { name, unit, count, run } of shapes) {
    const measured = await measure(async () => void (await run(runner)), repetitions);
    rows.push({ name, value: perSecond(measured, count), unit, spread: measured.spread });
  }
  await runner.close();
  return [{ question: `How much a second of loads of other shapes, ${workers} workers?`, rows }];
}

async function ended(runner: Runner, workflow: string, data: unknown, tenant = 'bench'): Promise<void> {
  const { status, error } = await (await runner.start({ tenant, workflow, data })).result();
  if (status !== 'completed') throw new Error(`The run is ${status}: ${JSON.stringify(error)}`);
}

async function many(count: number, atOnce: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
