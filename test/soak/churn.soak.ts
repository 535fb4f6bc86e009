// Days of tenants that come and go: what a runner and its hosts take of the machine's memory stays as it was.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createRunner } from '../../src/index.ts';

const runs = Number(process.env['STEPWELL_RUNS'] ?? 100_000);
const tenants = runs / 10;
const samples = 200;
const atOnce = 16;

const workflow = `class Workflow {
  async start(data, headers, api) {
    for (let i = 0; i < 8; i++) await api.scheduleNextStep({ action: 'work', payload: i });
  }
  async work(i, headers, api) {
    await api.runStore.push('items', { i, text: 'x'.repeat(100) });
    await api.runStore.increment('n');
    api.log('item', i);
    if (i === 7 && headers.fails) throw Object.assign(new Error('as planned'), { retryable: false });
  }
}`;

// What V8 has not collected yet says nothing of what is kept.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it(`${runs} runs of ${tenants} tenants`, { timeout: 7_200_000 }, async () => {
  const runner = await createRunner({ workers: 2, limits: { runsEndedKept: runs / 10 } });
  const resident = { own: [] as number[], hosts: [] as number[] };
  const outcomes = { completed: 0, failed: 0, cancelled: 0 };
  let started = 0;
  const goOn = async (): Promise<void> => {
    while (started < runs) {
      const n = started++;
      // Each tenant comes back after all others have been there: 7,919 is a prime.
      const tenant = `tenant ${(n * 7_919) % tenants}`;
      const run = await runner.start({ tenant, workflow, headers: { fails: n % 10 === 1 } });
      if (n % 10 === 3) void run.cancel('as planned');
      outcomes[(await run.result()).status]++;
      if (n % (runs / samples) !== 0) continue;
      collect();
      resident.own.push(process.memoryUsage.rss());
      resident.hosts.push(runner.stats().hosts.reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
  await runner.close();
  expect(outcomes).toEqual({ completed: runs * 0.8, failed: runs / 10, cancelled: runs / 10 });
  for (const [of, bytes] of Object.entries(resident)) {
    const mean = (part: readonly number[]): number => part.reduce((sum, one) => sum + one, 0) / part.length;
    const tenth = samples / 10;
    const [second, last] = [mean(bytes.slice(tenth, 2 * tenth)), mean(bytes.slice(-tenth))];
    console.info(
      `${of}: ${(second / 2 ** 20).toFixed(1)} MiB in the second tenth, ${(last / 2 ** 20).toFixed(1)} in the last`,
    );
    expect(last / second, of).toBeLessThan(1.05);
  }
});
