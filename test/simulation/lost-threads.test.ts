// Whatever thread dies, and whenever: counters, lists, branches and hooks come out as if none had.
import { describe, expect, it } from 'vitest';
import { createCheckPool } from '../../src/pool/threads.ts';
import { resolveOptions } from '../../src/runner/options.ts';
import { runnerOn } from '../../src/runner/runner.ts';
import { seededRandom } from '../random.ts';
import { mortalPool } from './mortal-threads.ts';

const branches = 120;
const ops = 15;

const workflow = `
class Workflow {
  async start({ branches, ops }, headers, api) {
    for (let i = 0; i < branches; i++) await api.scheduleNextStep({ action: 'work', payload: { i, ops } });
    return 'armed';
  }
  async work({ i, ops }, headers, api) {
    for (let k = 0; k < ops; k++) {
      await api.runStore.increment('count');
      await api.runStore.push('items', [i, k]);
      if (k % 5 === 0) api.log('at', k);
    }
    await api.scheduleNextStep({ action: 'last', payload: i });
  }
  async last(i, headers, api) {
    await api.runStore.push('last', i);
  }
  async onWorkflowComplete(api) {
    await api.runStore.increment('hooks');
  }
}`;

describe('a run whose threads die', () => {
  const base = Number(process.env['STEPWELL_SEED'] ?? 1);
  const seeds = Array.from({ length: Number(process.env['STEPWELL_SEEDS'] ?? 12) }, (_, i) => base + i);

  it.each(seeds)('ends as if none had died (STEPWELL_SEED=%i STEPWELL_SEEDS=1)', async (seed) => {
    const { below } = seededRandom(seed);
    const pool = mortalPool();
    const runner = runnerOn(resolveOptions({ workers: 2 }), pool, createCheckPool(256));
    const run = await runner.start({ tenant: 'acme', workflow, data: { branches, ops } });
    let untilKill = below(300);
    for await (const event of run.events()) {
      if (event.type === 'run_ended' || untilKill-- > 0 || pool.killed >= 4) continue;
      pool.kill(below);
      untilKill = below(400);
    }
    const { status, store, steps, output } = await run.result();
    await runner.close();

    expect(pool.killed).toBeGreaterThan(0);
    const items = store['items'] as [number, number][];
    const ofBranch = (i: number): number[] => items.filter(([branch]) => branch === i).map(([, k]) => k);
    const inOrder = Array.from({ length: ops }, (_, k) => k);
    expect({ status, output, count: store['count'], hooks: store['hooks'] }).toEqual({
      status: 'completed',
      output: 'armed',
      count: branches * ops,
      hooks: 1,
    });
    expect(Array.from({ length: branches }, (_, i) => ofBranch(i))).toEqual(Array(branches).fill(inOrder));
    expect((store['last'] as number[]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: branches }, (_, i) => i),
    );
    expect(steps).toEqual({ armed: 1 + 2 * branches, completed: 1 + 2 * branches, failed: 0, retried: 0 });
    expect(run.logs()).toHaveLength(branches * 3);
  });
});
