// What a tenant feels of another's fan-out, and what it costs to say whose turn it is when there are many tenants.

import { asRunId } from '../../src/ids.ts';
import type { Runner } from '../../src/index.ts';
import { defaultLimits } from '../../src/index.ts';
import { defaultRegion } from '../../src/protocol/region.ts';
import { FairQueue } from '../../src/schedule/fair-queue.ts';
import type { Payer } from '../../src/schedule/payers.ts';
import { newRun } from '../../src/state/new-run.ts';
import type { Step } from '../../src/state/run-state.ts';
import { newTenant } from '../../src/state/tenant-state.ts';
import { percentile } from '../measure.ts';
import { openLoop } from '../open-loop.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

const everyMs = 25;

export async function fairness({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const [runs, branches] = quick ? [80, 20_000] : [1_000, 100_000];
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
  const times = `${runs.toLocaleString('en')} runs, one each ${everyMs} ms, ${workers} worker${workers > 1 ? 's' : ''}`;
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

/**
 * A step is taken, ends and is replaced, over and over: each is a pick, a release and a push. Beside it a ring of queues that knows no
 * weights, costs or bounds: what grows in both with the tenants is what the machine takes to reach memory that it has not at hand.
 */
function picks(count: number): SuiteResult {
  const rows = [10, 1_000, 100_000].flatMap((tenants): Row[] => {
    const steps = Array.from({ length: tenants }, (_, n) =>
      stepsOf(`tenant ${n}`, Math.max(2, (2 * atOnce) / tenants)),
    ).flat();
    const [ring, fair] = [ringOf(steps), fairQueueOf(steps)].map((turn) => {
      for (let i = 0; i < Math.max(count / 4, steps.length); i += atOnce) turn(); // Whoever is there has been so for long.
      const began = performance.now();
      for (let i = 0; i < count; i += atOnce) turn();
      return ((performance.now() - began) * 1_000) / count;
    }) as [number, number];
    const row = (name: string, value: number): Row => {
      const of = `a ring of ${tenants.toLocaleString('en')}`;
      return { name, value, unit: 'µs a pick', ratio: { of, value: value / ring } };
    };
    return [
      row(`a ring of ${tenants.toLocaleString('en')}`, ring),
      row(`${tenants.toLocaleString('en')} tenants`, fair),
    ];
  });
  return { question: 'What does it cost to pick the next step, with its release and the next push?', rows };
}

/** Steps that are picked before the first of them ends: fewer than there are. */
const atOnce = 100;

function fairQueueOf(steps: readonly Step[]): () => void {
  const queue = new FairQueue();
  for (const step of steps) queue.push(step);
  return () => {
    const active: { step: Step; payer: Payer }[] = [];
    queue.dispatch((step, payer) => {
      if (active.length >= atOnce) return 'full';
      active.push({ step, payer });
      return 'taken';
    });
    for (const { step, payer } of active) {
      queue.release(payer, payer.stepMicros, 50, 1);
      queue.push(step);
    }
  };
}

function ringOf(steps: readonly Step[]): () => void {
  const queues = new Map<string, Step[]>();
  const ring: string[] = [];
  for (const step of steps) {
    const { tenant } = step.run.program;
    const queue = queues.get(tenant);
    if (queue !== undefined) queue.push(step);
    else {
      queues.set(tenant, [step]);
      ring.push(tenant);
    }
  }
  let next = 0;
  return () => {
    const active: Step[] = [];
    while (active.length < atOnce) {
      const step = queues.get(ring[next++ % ring.length] ?? '')?.shift();
      if (step !== undefined) active.push(step);
    }
    for (const step of active) queues.get(step.run.program.tenant)?.push(step);
  };
}

function stepsOf(name: string, count: number): Step[] {
  const tenant = newTenant(name, defaultLimits, 1);
  const run = newRun({
    id: asRunId('run'),
    program: {
      tenant: name,
      hash: '',
      code: '',
      methods: ['start'],
      identifiers: [],
      sharedFunctions: null,
      isolation: 'realm',
      region: defaultRegion,
    },
    limits: defaultLimits,
    tenant,
    headers: '{}',
    retry: { maxAttempts: 1, firstDelayMs: 0, longestDelayMs: 0 },
    seed: '',
    clockOffsetMs: 0,
    createdAt: 0,
  });
  const common = { run, method: 0, data: '{}', depth: 0, dueAt: 0, attempt: 0, journal: null, losses: 0 };
  return Array.from({ length: count }, (_, n) => ({ ...common, ordinal: n + 1, lane: 'shared' as const }));
}
