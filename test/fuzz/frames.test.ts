// Whatever a worker that has been taken over says, it says for the steps in the cell that it speaks of at most: no other
// run gets to feel it, and the main thread goes on. What no correct worker says ends it.
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import type { Run } from '../../src/index.ts';
import type { CheckPool } from '../../src/pool/threads.ts';
import { resolveOptions } from '../../src/runner/options.ts';
import { runnerOn } from '../../src/runner/runner.ts';
import { type ManualClock, manualClock } from '../manual-clock.ts';
import { type Random, seededRandom } from '../random.ts';
import { type Damage, damagings, type Scene } from './damage.ts';
import { HostilePool } from './hostile-pool.ts';
import { WarmCells } from './warm-cells.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

const branches = 3;
const ops = 3;
const turnCpuMs = 200;
const damagesMost = 5;

const workflow = `
class Workflow {
  async start({ branches, ops }, headers, api) {
    for (let i = 0; i < branches; i++) await api.scheduleNextStep({ action: 'work', payload: { i, ops } });
    return headers.run;
  }
  async work({ i, ops }, headers, api) {
    for (let k = 0; k < ops; k++) {
      await Promise.all([api.runStore.increment('count'), api.runStore.get('items')]);
      await api.runStore.push('items', [headers.run, i, k]);
      api.log(headers.run, i, k);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    await api.scheduleNextStep({ action: 'last', payload: i, delay: 0.01 });
  }
  async last(i, headers, api) {
    await api.runStore.push('last', i);
  }
  async onWorkflowComplete(api) {
    await api.runStore.increment('hooks');
  }
}`;

/** Only of the first are lies told: those of its steps nobody can tell from what they say themselves. */
const tenants = ['mallory', 'bystander', 'witness'];
const runsPerTenant = 2;

const warm = new WarmCells();
const checks: CheckPool = {
  check: async (source) => checkSource(source),
  report: async () => 'died',
  close: async () => {},
};
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  process.on('unhandledRejection', onRejection);
});

afterEach(() => {
  vi.useRealTimers();
  process.off('unhandledRejection', onRejection);
});

afterAll(() => warm.close());

/** Damages a few answers of the shared lane: the first as it is named, those after it in any way that lies no more than it. */
class Troublemaker {
  readonly #random: Random;
  readonly #first: string;
  readonly #mayLie: boolean;
  #left: number;
  #untilNext: number;
  done = 0;

  constructor(random: Random, first: string) {
    this.#random = random;
    this.#first = first;
    this.#mayLie = lies.has(first);
    this.#left = 1 + random.below(damagesMost);
    this.#untilNext = random.below(12);
  }

  damage(scene: Scene, isFirst: boolean): Damage | null {
    if (this.#left === 0 || (!isFirst && scene.budgetMs !== turnCpuMs) || this.#untilNext-- > 0) return null;
    const name = this.done === 0 ? this.#first : this.#random.pick(names);
    if (lies.has(name) && !(this.#mayLie && scene.runs.every((id) => id.startsWith('mallory')))) return null;
    const damage = damagings[name]?.(scene) ?? null;
    if (damage === null) return null;
    this.done++;
    this.#left--;
    this.#untilNext = this.#random.below(12);
    return damage;
  }
}

const names = Object.keys(damagings);
const lies = new Set([
  'a frame of another thread, then itself',
  'a record for one of its own steps',
  'a bit flipped in its text',
  'bytes in its text that are no text',
  'fewer records',
]);

async function turnOfTheLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Works until all runs have ended. When nobody has anything to do, time goes on: by and by, and in the end in leaps. */
async function workUntilEnded(runs: readonly Run[], pool: HostilePool, clock: ManualClock): Promise<void> {
  for (let pauses = 0; runs.some(({ status }) => status === 'open'); ) {
    await turnOfTheLoop();
    if (pool.work()) continue;
    pauses++;
    if (pauses > 1_500) throw new Error('The runs do not end.');
    vi.advanceTimersByTime(100);
    clock.advance(pauses < 600 ? 10 : pauses < 1_000 ? 10_000 : 400 * 86_400_000);
  }
}

/** What becomes of a run that nothing happens to. */
function expected(id: string): object {
  const items = Array.from({ length: branches }, (_, i) => Array.from({ length: ops }, (_, k) => [id, i, k]));
  return {
    status: 'completed',
    output: id,
    count: branches * ops,
    items,
    last: Array.from({ length: branches }, (_, i) => i),
    hooks: 1,
    keys: 4,
    steps: { armed: 1 + 2 * branches, completed: 1 + 2 * branches, failed: 0, retried: 0 },
    logs: items.flat().map((item) => item.join(' ')),
  };
}

/** The same of a run that has ended. */
async function actual(run: Run): Promise<object> {
  const { status, output, store, steps } = await run.result();
  const items = (store['items'] ?? []) as [string, number, number][];
  return {
    status,
    output,
    count: store['count'],
    items: Array.from({ length: branches }, (_, i) => items.filter(([, branch]) => branch === i)),
    last: ((store['last'] ?? []) as number[]).toSorted((a, b) => a - b),
    hooks: store['hooks'],
    keys: Object.keys(store).length,
    steps,
    logs: run
      .logs()
      .map(({ text }) => text)
      .toSorted(),
  };
}

const base = Number(process.env['STEPWELL_SEED'] ?? 1);
const seeds = Array.from({ length: Number(process.env['STEPWELL_SEEDS'] ?? 10 * names.length) }, (_, i) => base + i);

describe('a worker that sends', () => {
  it.each(seeds.map((seed) => [names[seed % names.length] ?? '', seed] as const))(
    '%s reaches no other run (STEPWELL_SEED=%i STEPWELL_SEEDS=1 npx vitest run test/fuzz/frames.test.ts)',
    async (name, seed) => {
      const random = seededRandom(seed);
      const clock = manualClock();
      const trouble = new Troublemaker(random, name);
      // The first is not for new workflows, and honest; the other two of the shared lane are, and those that come after them may be.
      const pool = new HostilePool(warm, random, (index) =>
        index === 0 ? null : (scene) => trouble.damage(scene, index < 3),
      );
      const options = resolveOptions({ workers: 3, clock, limits: { turnCpuMs }, retry: { firstDelayMs: 1 } });
      const runner = runnerOn(options, pool, checks);
      const diverged: string[] = [];
      const listening = (async () => {
        for await (const event of runner.events()) if (event.type === 'step_diverged') diverged.push(event.runId);
      })();
      const ids = tenants.flatMap((tenant) =>
        Array.from({ length: runsPerTenant }, (_, n) => [tenant, `${tenant}-${n}`] as const),
      );
      const runs = await Promise.all(
        ids.map(([tenant, runId]) =>
          runner.start({ tenant, workflow, runId, data: { branches, ops }, headers: { run: runId } }),
        ),
      );
      await workUntilEnded(runs, pool, clock);
      const killed = pool.workers.filter(({ kills }) => kills > 0);
      const outcomes = await Promise.all(runs.map((run) => run.result()));
      const { hostsLost } = runner.stats();
      await runner.close();
      await listening;
      await turnOfTheLoop();

      const lied = new Set(pool.workers.flatMap(({ liedFor }) => [...liedFor]));
      expect(trouble.done).toBeGreaterThan(0);
      expect([pool.thrown, rejections.splice(0), pool.overlooked]).toEqual([[], [], []]);
      expect([...lied].filter((id) => !id.startsWith('mallory'))).toEqual([]);
      expect(outcomes.map(({ store }) => typeof JSON.stringify(store))).toEqual(runs.map(() => 'string'));
      const honest = runs.filter(({ id }) => !lied.has(id));
      expect(await Promise.all(honest.map(actual))).toEqual(honest.map(({ id }) => expected(id)));
      expect(diverged.filter((id) => !lied.has(id))).toEqual([]);
      expect(pool.workers.filter(({ hasBreached }) => hasBreached).every((worker) => killed.includes(worker))).toBe(
        true,
      );
      expect(pool.workers.map(({ kills, closes }) => [kills, closes])).toEqual(pool.workers.map(() => [1, 1]));
      expect(hostsLost).toBeGreaterThanOrEqual(pool.workers.filter(({ hasBreached }) => hasBreached).length);
    },
  );
});
