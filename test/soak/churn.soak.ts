// Days of tenants that come and go: what a runner and its hosts take of the machine's memory stays as it was.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { Sample } from './churn-embedder.ts';

const runs = Number(process.env['STEPWELL_RUNS'] ?? 100_000);
const program = join(import.meta.dirname, 'churn-embedder.ts');
const MiB = 2 ** 20;
const flags = ['--expose-gc'];

it(`${runs} runs of ${runs / 10} tenants`, { timeout: 7_200_000 }, async () => {
  const child = spawn(process.execPath, [...flags, program, String(runs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: unknown[] = [];
  const began = performance.now();
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line));
    if (lines.length % 20 === 0)
      console.info(`${lines.length / 2} % after ${Math.round((performance.now() - began) / 60_000)} min`);
  }
  expect(lines.pop()).toEqual({ completed: runs * 0.8, failed: runs / 10, cancelled: runs / 10 });
  const samples = lines as Sample[];
  for (const of of ['heapBytes', 'ownBytes', 'hostBytes'] as const) {
    const means = tenthsOf(samples.map((sample) => sample[of]));
    console.info(`${of} by tenths, in MiB: ${means.map((mean) => (mean / MiB).toFixed(1)).join(' ')}`);
    expect.soft((means[9] ?? 0) / (means[1] ?? 1), of).toBeLessThan(1.05);
  }
});

/** The mean of each tenth. */
function tenthsOf(values: readonly number[]): number[] {
  const length = values.length / 10;
  return Array.from({ length: 10 }, (_, i) => {
    const part = values.slice(i * length, (i + 1) * length);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
