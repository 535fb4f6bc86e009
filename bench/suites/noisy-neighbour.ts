// What tenant B feels of what tenant A does: the time from a start to its result, for runs of one step that begin at a fixed
// pace whatever has become of those before (an open loop: a run that waits is counted with all of its waiting).
import type { Runner } from '../../src/index.ts';
import { percentile } from '../measure.ts';
import { openLoop } from '../open-loop.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner } from '../workflows.ts';

const everyMs = 25;
const loop = `class Workflow { async start() { for (;;); } }`;
/** Plain JavaScript that ends or hangs the process that it runs in. */
const killers = [
  `'x'.repeat(2 ** 28).split('')`,
  `Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)`,
  `'x'.repeat(2 ** 27 + 10).match(/x/g)`,
  `const a = []; for (;;) a.push(new Array(1_000).fill({}))`,
];

export async function noisyNeighbour({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const runs = quick ? 80 : 400;
  const alone = await latencies(runs, async () => {});
  const loops = await latencies(runs, async (runner) => {
    for (let i = 0; i < 64; i++) await runner.start({ tenant: 'A', workflow: loop });
  });
  const killed = await besideKillers(runs, () => 'A');
  const strangers = await besideKillers(runs, (count) => `A${count}`);
  const p99 = percentile(alone, 0.99);
  const row = (name: string, values: readonly number[]): Row[] => [
    { name: `${name}: p50`, value: percentile(values, 0.5), unit: 'ms' },
    {
      name: `${name}: p99`,
      value: percentile(values, 0.99),
      unit: 'ms',
      ratio: { of: 'p99 alone', value: percentile(values, 0.99) / p99 },
    },
  ];
  return [
    {
      question: `How long does a run of one step of tenant B take (${runs} runs, one each ${everyMs} ms)?`,
      rows: [
        ...row('alone', alone),
        ...row('beside 64 endless loops of tenant A', loops),
        ...row(`beside code of tenant A that kills and hangs hosts (${killed.hostsLost} lost)`, killed.times),
        ...row(`beside such code of a new tenant each time (${strangers.hostsLost} lost)`, strangers.times),
      ],
    },
  ];
}

async function latencies(runs: number, disturb: (runner: Runner) => Promise<void>): Promise<number[]> {
  return openLoop(await benchRunner(2, { stepCpuMs: 5_000, stepWallMs: 60_000 }), { runs, everyMs }, disturb);
}

async function besideKillers(runs: number, tenantOf: (count: number) => string) {
  let hostsLost = 0;
  const times = await latencies(runs, async (runner) => {
    void (async () => {
      for await (const { type } of runner.events()) if (type === 'host_lost') hostsLost++;
    })();
    keepKilling(runner, tenantOf);
  });
  return { times, hostsLost };
}

/** A source that is new each time: the runner has not seen it do harm. Goes on until the runner is closed. */
function keepKilling(runner: Runner, tenantOf: (count: number) => string): void {
  let count = 0;
  const next = async (): Promise<void> => {
    const code = killers[count++ % killers.length];
    const workflow = `class Workflow { async start() { ${code}; } } // ${count}`;
    await (await runner.start({ tenant: tenantOf(count), workflow })).result();
    await next();
  };
  for (let i = 0; i < 4; i++) next().catch(() => {}); // The runner was closed.
}
