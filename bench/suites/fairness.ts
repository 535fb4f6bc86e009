// What a tenant feels of another's fan-out, and what it costs to say whose turn it is when there are many tenants.

import { asRunId } from '../../src/ids.ts';
import type { Runner } from '../../src/index.ts';
import { defaultLimits } from '../../src/index.ts';
import { FairQueue } from '../../src/schedule/fair-queue.ts';
import { newRun } from '../../src/state/new-run.ts';
import type { Step } from '../../src/state/run-state.ts';
import { newTenant } from '../../src/state/tenant-state.ts';
import { percentile } from '../measure.ts';
import { openLoop } from '../open-loop.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

const everyMs = 25;

export async function fairness({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const [runs, branches] = quick ? [80, 20_000] : [400, 100_000];
  return [
    await besideFanOut(1, runs, branches),
    await besideFanOut(2, runs, branches),
    picks(quick ? 20_000 : 200_000),
  ];
}

async function besideFanOut(workers: number, runs: number, branches: number): Promise<SuiteResult> {
  const limits = { stepsActivePerTenant: defaultLimits.stepsActivePerTenant };
  const alone = await openLoop(await benchRunner(workers, limits), { runs, everyMs });
  const beside = await openLoop(await benchRunner(workers, limits), { runs, everyMs }, (runner) =>
    keepFanningOut(runner, branches),
  );
  const row = (name: string, times: readonly number[], part: number): Row => {
    const [value, of] = [percentile(times, part), percentile(alone, part)];
    return { name, value, unit: 'ms', ratio: { of: 'alone', value: value / of } };
  };
  const times = `${runs} runs, one each ${everyMs} ms, ${workers} worker${workers > 1 ? 's' : ''}`;
  return {
    question: `How long does a run of one step of tenant B take (${times})?`,
    rows: [
      row('alone: p50', alone, 0.5),
      row('alone: p99', alone, 0.99),
      row(`beside A's fan-outs of ${branches.toLocaleString('en')} branches: p50`, beside, 0.5),
      row(`beside A's fan-outs of ${branches.toLocaleString('en')} branches: p99`, beside, 0.99),
    ],
  };
}

/** One fan-out after the other, until the runner is closed. Resolves when the first has begun to fan out. */
async function keepFanningOut(runner: Runner, branches: number): Promise<void> {
  const start = { tenant: 'A', workflow: workflows.increment, data: { n: branches, ops: 2 } };
  const first = await runner.start(start);
  void (async () => {
    for (let run = first; ; run = await runner.start(start)) await run.result();
  })().catch(() => {}); // The runner was closed.
  for await (const { type } of first.events()) if (type === 'step_completed') return;
}

/** A step is taken, ends and is replaced, over and over: each is a pick, a release and a push. */
function picks(count: number): SuiteResult {
  const rows: Row[] = [];
  for (const tenants of [10, 1_000, 100_000]) {
    const queue = new FairQueue();
    for (let n = 0; n < tenants; n++) for (const step of stepsOf(`tenant ${n}`, 2)) queue.push(step);
    const turn = (most: number): void => {
      let taken = 0;
      const active: Step[] = [];
      queue.dispatch((step) => {
        if (taken++ >= most) return 'full';
        active.push(step);
        return 'taken';
      });
      for (const step of active) {
        queue.release(step, queue.guess(step), 50, 1);
        queue.push(step);
      }
    };
    for (let i = 0; i < count / 4; i += 100) turn(100);
    const began = performance.now();
    for (let i = 0; i < count; i += 100) turn(100);
    const value = ((performance.now() - began) * 1_000) / count;
    const least = rows[0]?.value ?? value;
    rows.push({
      name: `${tenants.toLocaleString('en')} tenants`,
      value,
      unit: 'µs a pick',
      ratio: { of: 'at 10', value: value / least },
    });
  }
  return { question: 'What does it cost to pick the next step, with its release and the next push?', rows };
}

function stepsOf(name: string, count: number): Step[] {
  const tenant = newTenant(name, defaultLimits, 1);
  const run = newRun({
    id: asRunId('run'),
    program: { tenant: name, hash: '', code: '', methods: ['start'], identifiers: [], isolation: 'realm' },
    limits: defaultLimits,
    tenant,
    headers: '{}',
    retry: { maxAttempts: 1, firstDelayMs: 0, longestDelayMs: 0 },
    seed: '',
    createdAt: 0,
  });
  const common = { run, method: 0, data: '{}', depth: 0, dueAt: 0, attempt: 0, journal: null, losses: 0 };
  return Array.from({ length: count }, (_, n) => ({ ...common, ordinal: n + 1, lane: 'shared' as const }));
}
