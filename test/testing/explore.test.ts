// `explore`: what is right holds for all seeds, what is wrong is found, and a seed does the same each time.
import { afterEach, describe, expect, it } from 'vitest';
import { type EndedRun, type ExploreOptions, explore, InvariantBroken } from '../../src/testing.ts';
import { workflowOf } from '../harness.ts';

afterEach(() => {
  delete process.env['STEPWELL_SEED'];
});

const fanOut = (work: string, complete = '') =>
  workflowOf({
    start: "for (let i = 0; i < 12; i++) await api.scheduleNextStep({ action: 'work', payload: i });",
    work,
    onWorkflowComplete: `await api.runStore.increment('hooks'); ${complete}`,
  });

const counting = fanOut("await api.runStore.push('items', data); await api.runStore.increment('count');");

/** The seed at which an invariant breaks. */
async function broken(options: ExploreOptions): Promise<InvariantBroken> {
  const error = await explore(options).catch((thrown: unknown) => thrown);
  if (!(error instanceof InvariantBroken)) throw error;
  return error;
}

describe('an exploration', () => {
  it('finds nothing where nothing is wrong, whatever is lost and whatever fails', async () => {
    const found = await explore({
      workflow: counting,
      seeds: 40,
      invariants: {
        'the count is exact': ({ outcome }) => outcome.store['count'] === 12,
        'each item is there once': ({ outcome }) => {
          expect((outcome.store['items'] as number[]).toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: 12 }, (_, i) => i),
          );
        },
        'the hook ran once': (run) => run.completed('onWorkflowComplete') === 1 && run.outcome.store['hooks'] === 1,
      },
    });
    expect(found.seeds).toBe(40);
    expect(found.retried).toBeGreaterThan(10);
    expect(found.moved).toBeGreaterThan(10);
  });

  it.each([
    [
      'a count that is read and then set',
      "const n = (await api.runStore.get('n')) ?? 0; await api.runStore.set('n', n + 1);",
    ],
    ['an attempt that does more than the one before', "await api.runStore.increment('n', api.attempt === 1 ? 1 : 2);"],
  ])('finds %s', async (_, work) => {
    const { seed, invariant, message, run } = await broken({
      workflow: fanOut(work),
      invariants: { 'n is 12': ({ outcome }) => expect(outcome.store['n']).toBe(12) },
    });
    expect(invariant).toBe('n is 12');
    expect(message).toMatch(
      new RegExp(`^Seed ${seed} breaks "n is 12": .*12.* Once more: STEPWELL_SEED=${seed} and the same command\\.$`),
    );
    expect(run.outcome.store['n']).not.toBe(12);
  });

  it('finds steps that take for granted who comes first', async () => {
    const error = await broken({
      workflow: fanOut(
        "if (data === 0) await api.runStore.set('first', true); else if (data === 11 && !(await api.runStore.get('first'))) throw new Error('too early');",
      ),
      retry: { maxAttempts: 1 },
      invariants: { 'it completes': ({ outcome }) => outcome.status === 'completed' },
    });
    expect(error.run.outcome.error).toMatchObject({ message: 'too early' });
  });

  it('does the same for the same seed, event by event, and something else for another', async () => {
    const storyOf = async (seed: number): Promise<string> => {
      let story = '';
      const tell = ({ events, outcome, logs }: EndedRun): void => {
        story = JSON.stringify([events, outcome, logs]);
      };
      const workflow = fanOut(
        "api.log(Math.random(), Date.now()); await new Promise((resolve) => setTimeout(resolve, data)); await api.runStore.push('order', data);",
      );
      await explore({ workflow, seed, seeds: 1, invariants: { tell } });
      return story;
    };
    const seeds = [3, 4, 5, 6];
    const [first, second] = [[] as string[], [] as string[]];
    for (const seed of seeds) first.push(await storyOf(seed));
    for (const seed of seeds.toReversed()) second.unshift(await storyOf(seed));
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(seeds.length);
  });

  it('tries one seed alone if it is told so from outside', async () => {
    process.env['STEPWELL_SEED'] = '77';
    const error = await broken({ workflow: counting, invariants: { 'it is never so': async () => false } });
    expect([error.seed, error.message]).toEqual([
      77,
      'Seed 77 breaks "it is never so": It gave false. Once more: STEPWELL_SEED=77 and the same command.',
    ]);
    process.env['STEPWELL_SEED'] = 'seven';
    await expect(explore({ workflow: counting, invariants: {} })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it.each<[string, () => unknown]>([
    [
      'null',
      () => {
        throw null;
      },
    ],
    [
      'what cannot be shown',
      () => {
        throw new Proxy(
          {},
          {
            get() {
              throw new Error('no');
            },
          },
        );
      },
    ],
    [
      'an error of several lines',
      () => {
        throw new Error('first\nsecond');
      },
    ],
  ])('says in one line which seed it was when an invariant throws %s', async (_, invariant) => {
    const { message, seed } = await broken({
      workflow: workflowOf({ start: '' }),
      seed: 9,
      invariants: { strange: invariant },
    });
    expect(message).toMatch(/^Seed 9 breaks "strange": .* Once more: STEPWELL_SEED=9 and the same command\.$/);
    expect(seed).toBe(9);
  });

  it('can be made again and again in one process, which outlives them all', async () => {
    // One that ended its thread with cells in it took the process along after some twenty times.
    for (let n = 0; n < 60; n++) await explore({ workflow: workflowOf({ start: '' }), seeds: 1, invariants: {} });
  });

  it('refuses what it cannot do, and gives what a start is refused with', async () => {
    await expect(explore({ workflow: counting, seeds: 0, invariants: {} })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(explore({ workflow: counting, seed: -1, invariants: {} })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    // @ts-expect-error It is no function.
    await expect(explore({ workflow: counting, invariants: { a: 1 } })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    // @ts-expect-error It is called `seeds`.
    await expect(explore({ workflow: counting, invariants: {}, seedCount: 5 })).rejects.toThrow(
      'Unknown option `seedCount`.',
    );
    await expect(explore({ workflow: counting, data: [Number.NaN], invariants: {} })).rejects.toMatchObject({
      code: 'RUN_OPTION_INVALID',
    });
    await expect(explore({ workflow: 'class A {}', invariants: {} })).rejects.toMatchObject({
      code: 'WORKFLOW_INVALID',
    });
  });

  it('goes on where a workflow ends its cells: memory, time, rejections', async () => {
    const run = await broken({
      workflow: fanOut(
        "if (data === 5) for (;;) ; if (data === 7) Promise.reject(new Error('nobody looks')); await api.runStore.increment('count');",
      ),
      limits: { stepCpuMs: 100, turnCpuMs: 20 },
      retry: { maxAttempts: 1 },
      seeds: 1,
      invariants: { 'it is never so': () => false },
    });
    expect(run.run.outcome).toMatchObject({
      status: 'failed',
      steps: { armed: 13, completed: 11, failed: 2 },
      store: { count: 10 },
    });
  });
});
