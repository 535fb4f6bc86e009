// How long a run of one step takes from the moment it was meant to start, by how busy the runner is: an open loop. Runs begin when they are due,
// by chance and at a rate, whatever has become of those before; one that had to wait is counted with all of its waiting.

import type { Runner } from '../../src/index.ts';
import { percentile } from '../measure.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, workflows } from '../workflows.ts';

/** A timer may be late by so much. */
const timerMs = 2;
const loads = [0.1, 0.3, 0.5, 0.7, 0.9];

export async function latency({ quick, workers: counts, ...on }: SuiteOptions): Promise<SuiteResult[]> {
  const workers = Math.max(...counts);
  const runner = await benchRunner(workers, {}, on);
  const capacity = await closedLoop(runner, quick ? 2_000 : 10_000);
  const rows: Row[] = [{ name: 'as many as it can, 64 at once', value: capacity, unit: 'runs/s' }];
  for (const load of loads) {
    const times = await openLoopAt(runner, capacity * load, quick ? 1_000 : 10_000);
    for (const part of [0.5, 0.99, 0.999]) {
      const name = `at ${load * 100} % of that: p${part * 100}`;
      rows.push({ name, value: percentile(times, part), unit: 'ms' });
    }
  }
  await runner.close();
  return [{ question: `How long does a run of one empty step take, by load (${workers} workers)?`, rows }];
}

async function runOnce(runner: Runner): Promise<void> {
  const { status } = await (await runner.start({ tenant: 'bench', workflow: workflows.tiny })).result();
  if (status !== 'completed') throw new Error(`The run is ${status}.`);
}

async function closedLoop(runner: Runner, runs: number): Promise<number> {
  let left = runs;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await runOnce(runner);
  };
  await Promise.all(Array.from({ length: 64 }, lane)); // Warm.
  left = runs;
  const began = performance.now();
  await Promise.all(Array.from({ length: 64 }, lane));
  return (runs / (performance.now() - began)) * 1_000;
}

/** Times from when each run was meant to start, in ms. Gaps are exponential, from a fixed seed. */
async function openLoopAt(runner: Runner, perSecond: number, runs: number): Promise<number[]> {
  const times: number[] = [];
  const all: Promise<void>[] = [];
  let seed = 1;
  const chance = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed + 1) / 2 ** 32;
  };
  const began = performance.now();
  let due = began;
  for (let i = 0; i < runs; i++) {
    due += (-Math.log(chance()) * 1_000) / perSecond;
    const meant = due;
    const left = meant - performance.now();
    if (left > timerMs) await new Promise((resolve) => setTimeout(resolve, left - timerMs));
    while (performance.now() < meant) await new Promise((resolve) => setImmediate(resolve));
    all.push(runOnce(runner).then(() => void times.push(performance.now() - meant)));
  }
  await Promise.all(all);
  return times;
}
