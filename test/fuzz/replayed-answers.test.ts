// A host that a step has taken over answers as it should, and then once more. Nobody's turn is under way by then, so nobody is to blame for it: but no step may
// cost one host after the other without end.
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import type { Run } from '../../src/index.ts';
import type { CheckPool } from '../../src/pool/threads.ts';
import { resolveOptions } from '../../src/runner/options.ts';
import { runnerOn } from '../../src/runner/runner.ts';
import { manualClock } from '../manual-clock.ts';
import { seededRandom } from '../random.ts';
import type { Damage, Scene } from './damage.ts';
import { HostilePool } from './hostile-pool.ts';
import { WarmCells } from './warm-cells.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

const workflow = `class Workflow {
  async start(data, headers, api) { for (let i = 0; i < 5; i++) await api.runStore.increment('n'); return 'done'; }
}`;
const warm = new WarmCells();
const checks: CheckPool = {
  check: async (source) => checkSource(source),
  report: async () => 'died',
  close: async () => {},
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => warm.close());

type Trick = (scene: Scene) => Damage | null;

const tricks: readonly (readonly [string, Trick])[] = [
  ['the same answer once more', ({ frame }) => ({ kind: 'breach', frames: [frame, frame] })],
  ['an answer that it held back', ({ frame }) => ({ kind: 'breach', frames: [frame], later: [frame] })],
];

describe('a host that sends, whenever it has a step of one tenant,', () => {
  it.each(tricks)('%s', async (_, trick) => {
    const clock = manualClock();
    const pool = new HostilePool(warm, seededRandom(1), () => (scene) => {
      const isTaken = scene.answer[0] === 'turn' && scene.runs.some((id) => id.startsWith('mallory'));
      return isTaken ? trick(scene) : null;
    });
    const options = resolveOptions({ workers: 2, clock, retry: { firstDelayMs: 1 } });
    const runner = runnerOn(options, pool, checks);
    const start = (tenant: string): Promise<Run> => runner.start({ tenant, runId: tenant, workflow });
    const [hostile, innocent] = [await start('mallory'), await start('witness')];
    for (let pauses = 0; [hostile, innocent].some(({ status }) => status === 'open'); ) {
      await new Promise((resolve) => setImmediate(resolve));
      if (pool.work()) continue;
      if (++pauses > 1_500) throw new Error('The runs do not end.');
      vi.advanceTimersByTime(100);
      clock.advance(100);
    }
    const [lost, done] = [await hostile.result(), await innocent.result()];
    const { hostsLost } = runner.stats();
    await runner.close();
    expect([lost.status, lost.error?.code]).toEqual(['failed', 'STEP_LOST']);
    expect(hostsLost).toBeLessThanOrEqual(10);
    expect(done).toMatchObject({ status: 'completed', output: 'done', store: { n: 5 } });
  });
});
