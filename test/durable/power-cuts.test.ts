// Whenever the power goes: what comes of a run is what a sequential model says, and what the store holds is what the run was.
import { describe, expect, it } from 'vitest';
import { createRunner, type Outcome, type Run, type RunEvent, skippingClock } from '../../src/index.ts';
import { remade } from '../../src/runner/recovery.ts';
import { seededRandom } from '../random.ts';
import { accountOfModel, accountOfRun } from '../simulation/account.ts';
import { modelOf } from '../simulation/model.ts';
import { maxAttempts } from '../simulation/plan.ts';
import { plannedWorkflow } from '../simulation/planned-workflow.ts';
import { randomPlan } from '../simulation/random-plan.ts';
import { crashingStore, type HeldRun } from './crashing-store.ts';

const firstSeed = Number(process.env['STEPWELL_SEED'] ?? 1);
const companies = Number(process.env['STEPWELL_SEEDS'] ?? 21) / 3;

describe('runs whose process is ended, and that go on in another', () => {
  it.each(Array.from({ length: companies }, (_, i) => firstSeed + 3 * i))('seeds from %i', async (first) => {
    const random = seededRandom(first);
    const plans = [first, first + 1, first + 2].map((seed) => randomPlan(seed));
    const clock = skippingClock();
    const options = {
      workers: 2,
      containment: 'thread',
      clock,
      retry: { maxAttempts, firstDelayMs: 2, longestDelayMs: 10 },
    } as const;
    let store = crashingStore(random);
    let runner = await createRunner({ ...options, store });
    for (const plan of plans) {
      const { seed } = plan;
      await runner.start({
        tenant: `tenant-${seed % 2}`,
        workflow: plannedWorkflow,
        data: plan,
        headers: { seed },
        runId: `${seed}`,
      });
    }
    const found: unknown[] = [];
    for (let cuts = 3; ; cuts--) {
      const ended = Promise.all(plans.map(async ({ seed }) => (await ofRun(runner, seed)).result()));
      const cut = cuts > 0 ? after(random.below(120)) : new Promise<null>(() => {});
      const outcomes = await Promise.race([ended.catch(() => null), cut]);
      found.push(...store.differences);
      const held = store.crash();
      if (outcomes !== null) {
        for (const [i, plan] of plans.entries()) {
          const model = modelOf(plan);
          const outcome = outcomes[i] as Outcome;
          const events: RunEvent[] = []; // As the ledger has them.
          const { logs } = await remade(held.get(`${plan.seed}`) as HeldRun, { tell: (event) => events.push(event) });
          expect
            .soft(accountOfRun({ outcome, logs, events }, model), `seed ${plan.seed}`)
            .toEqual(accountOfModel(plan, model));
        }
        break;
      }
      await runner.close();
      store = crashingStore(random, held);
      runner = await createRunner({ ...options, store });
    }
    await runner.close();
    expect(found).toEqual([]);
  });
});

/** One that has ended is told by the store. */
async function ofRun(runner: Awaited<ReturnType<typeof createRunner>>, seed: number): Promise<Run> {
  return (
    (await runner.get(`${seed}`)) ??
    runner.start({ tenant: `tenant-${seed % 2}`, workflow: plannedWorkflow, runId: `${seed}` })
  );
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, ms, null));
}
