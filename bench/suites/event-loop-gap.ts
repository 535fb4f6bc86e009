// How long a tenant can hold up the embedder's event loop: the longest gap under each attack, beside that of an honest tenant.
import type { Run, Runner } from '../../src/index.ts';
import { type LoopGap, loopGap } from '../loop-gap.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { type BenchRunnerOn, benchRunner, runFanOut, workflows } from '../workflows.ts';

const MiB = 2 ** 20;

interface Attack {
  readonly name: string;
  readonly on?: BenchRunnerOn;
  readonly limits?: Readonly<Record<string, number>>;
  /** What has to be there before the clock runs. */
  readonly prepare?: (runner: Runner) => Promise<unknown>;
  /** `prepared`: what that gave. */
  readonly run: (runner: Runner, prepared: unknown) => Promise<unknown>;
}

/** A list of short items that is read for ever, by 900 at a time. */
const reader = `
  const list = Array.from({ length: data.items }, () => 1);
  await api.runStore.set('list', list);
  await api.runStore.push('list', 1);
  for (let i = 0; i < data.times; i++) await Promise.all(Array.from({ length: data.reads }, () => api.runStore.get('list')));`;

const hostile = {
  inHook: `class Workflow { async start(data, headers, api) { await api.runStore.set('data', data); }
    async onWorkflowComplete(api) { const data = await api.runStore.get('data'); ${reader} } }`,
  inStep: `class Workflow { async start(data, headers, api) { ${reader} } }`,
  objects: `class Workflow { async start({ values }, headers, api) {
    const value = Array.from({ length: 340_000 }, () => ({}));
    for (let i = 0; i < values; i++) await api.runStore.set('key ' + i, value);
    return value;
  } }`,
  logs: `class Workflow { async start({ steps }, headers, api) {
      for (let i = 0; i < steps; i++) await api.scheduleNextStep({ action: 'log' });
    }
    async log() { for (let i = 0; i < 7_000; i++) console.log('x'); } }`,
  ops: `class Workflow { async start({ steps, ops }, headers, api) {
      for (let i = 0; i < steps; i++) await api.scheduleNextStep({ action: 'work', payload: ops });
    }
    async work(ops, headers, api) { for (let i = 0; i < ops; i++) api.runStore.increment('n'); } }`,
  keys: `class Workflow { async start({ keys }, headers, api) {
    for (const op of ['set', 'delete']) {
      for (let i = 0; i < keys; ) {
        const all = [];
        while (all.length < 500 && i < keys) all.push(api.runStore[op]('key ' + i++, 1));
        await Promise.all(all);
      }
    }
  } }`,
  sleeping: `class Workflow { async start() { await new Promise((resolve) => setTimeout(resolve, 3_600_000)); } }`,
};

function attacks(part: (count: number) => number): readonly Attack[] {
  const started = async (runner: Runner, workflow: string, data: unknown = null): Promise<Run> =>
    runner.start({ tenant: 'A', workflow, data: data as never });
  const ended = async (runner: Runner, workflow: string, data: unknown = null): Promise<Run> => {
    const run = await started(runner, workflow, data);
    await run.result();
    return run;
  };
  const armed = async (runner: Runner): Promise<Run> => {
    const run = await started(runner, workflows.armed, { n: part(1_000_000) });
    while (runner.stats().timers < part(1_000_000)) await new Promise((resolve) => setTimeout(resolve, 20));
    return run;
  };
  const many = (runner: Runner, count: number, one: (runner: Runner) => Promise<Run>): Promise<Run[]> =>
    Promise.all(Array.from({ length: count }, () => one(runner)));
  return [
    { name: 'nothing', run: () => new Promise((resolve) => setTimeout(resolve, 500)) },
    { name: 'an honest fan-out of 512', run: (runner) => runFanOut(runner, 'increment', 512, 100) },
    { name: 'a fan-out of 100,000', run: (runner) => runFanOut(runner, 'increment', part(100_000), 1) },
    {
      name: 'a list of 2,000,000 items, read by 900 gets',
      limits: { valueBytes: 8 * MiB, opBytesPerStep: 2 ** 31, cellMemoryMb: 256 },
      run: (runner) => ended(runner, hostile.inStep, { items: part(2_000_000), reads: 900, times: 1 }),
    },
    {
      name: 'the same from a hook',
      limits: { valueBytes: 8 * MiB, opBytesPerStep: 2 ** 31, cellMemoryMb: 256 },
      run: (runner) => ended(runner, hostile.inHook, { items: part(2_000_000), reads: 900, times: 1 }),
    },
    {
      name: 'an ended run of 30,000 steps, read five times at once',
      on: { store: 'sqlite' },
      prepare: async (runner) => {
        const run = await started(runner, workflows.increment, { n: part(30_000), ops: 2 });
        await run.result();
        return run.id;
      },
      run: (runner, id) => Promise.all(Array.from({ length: 5 }, async () => (await runner.get(String(id)))?.result())),
    },
    {
      name: 'outcomes of 62 MiB of [{},{},…]',
      run: (runner) => ended(runner, hostile.objects, { values: part(62) }),
    },
    {
      name: '20 runs with 4 MiB of short lines each',
      run: (runner) => many(runner, 20, (on) => ended(on, hostile.logs, { steps: part(18) })),
    },
    {
      name: '400 steps with 900 ops each that nobody awaits',
      run: (runner) => ended(runner, hostile.ops, { steps: part(400), ops: 900 }),
    },
    { name: '10,000 keys set and deleted', run: (runner) => ended(runner, hostile.keys, { keys: part(10_000) }) },
    { name: 'the cancel of a run with 1,000,000 steps', prepare: armed, run: (_, run) => (run as Run).cancel() },
    {
      name: 'pages of 1,000 of 100,000 ended runs',
      limits: { runsEndedKept: 100_000, runsOpenPerTenant: 100_000 },
      prepare: async (runner) => {
        for (let i = 0; i < part(100_000); i += 1_000) await many(runner, 1_000, (on) => ended(on, workflows.tiny));
      },
      run: async (runner) => {
        for (let i = 0, after: string | null = null; i < 10; i++)
          ({ next: after } = await runner.list({ count: 1_000, after }));
      },
    },
    {
      name: 'the cancel of a tenant with 5,000 open runs',
      prepare: (runner) => many(runner, part(5_000), (on) => started(on, hostile.sleeping)),
      run: async (runner, runs) => {
        runner.cancelTenant('A');
        await Promise.all((runs as Run[]).map((run) => run.result()));
      },
    },
    {
      name: '5,000 starts that are refused',
      limits: { runsOpenPerTenant: 1 },
      prepare: (runner) => started(runner, hostile.sleeping),
      run: (runner) =>
        Promise.allSettled(
          Array.from({ length: part(5_000) }, () => started(runner, workflows.tiny, 'x'.repeat(1_000))),
        ),
    },
  ];
}

export async function eventLoopGap({ quick, containment }: SuiteOptions): Promise<SuiteResult[]> {
  const part = (count: number): number => (quick ? Math.ceil(count / 10) : count);
  const rows: Row[] = [];
  let honest: LoopGap | null = null;
  for (const { name, on = {}, limits = {}, prepare, run } of attacks(part)) {
    const runner = await benchRunner(2, limits, { containment, ...on });
    await runFanOut(runner, 'increment', 512, 20); // Compiles what it will need.
    const prepared = await prepare?.(runner);
    const gap = await loopGap(async () => void (await run(runner, prepared)));
    await runner.close();
    if (name.startsWith('an honest')) honest = gap;
    const ratio = honest === null ? {} : { ratio: { of: 'an honest fan-out', value: gap.cpuMs / honest.cpuMs } };
    rows.push(
      { name, value: gap.wallMs, unit: 'ms' },
      { name: `${name}: CPU time of the longest turn`, value: gap.cpuMs, unit: 'ms', ...ratio },
    );
  }
  return [{ question: 'How long does the event loop of the embedder stand still?', rows }];
}
