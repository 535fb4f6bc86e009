// Runs the plans of several seeds side by side on one runner, so that a host that is killed is lost to all of them.
import type { RunEvent } from '../../src/index.ts';
import { type Account, accountOfModel, accountOfRun } from './account.ts';
import { type ModelResult, modelOf } from './model.ts';
import { Killer, killOrders, type Mortals } from './mortals.ts';
import { plannedWorkflow } from './planned-workflow.ts';
import { randomPlan } from './random-plan.ts';

/** What came of a seed, and what had to. */
export interface Finding {
  readonly seed: number;
  readonly actual: Account;
  readonly expected: Account;
  /** Attempts that were lost on the way, and made up for. */
  readonly moved: number;
}

export interface CompanyResult {
  readonly findings: readonly Finding[];
  readonly killed: number;
}

export async function runCompany(mortals: Mortals, seeds: readonly number[]): Promise<CompanyResult> {
  const killer = new Killer(mortals);
  const findings = await Promise.all(seeds.map((seed) => runSeed(mortals, killer, seed)));
  return { findings, killed: killer.killed };
}

async function runSeed({ runner }: Mortals, killer: Killer, seed: number): Promise<Finding> {
  const plan = randomPlan(seed);
  const model = modelOf(plan);
  const orders = killOrders(seed, eventsExpected(model));
  // A workflow that costs its cell runs alone for a while: with a tenant of its own it takes no other seed along.
  const tenant = plan.isGreedy ? `greedy-${seed}` : `tenant-${seed % 3}`;
  const run = await runner.start({ tenant, workflow: plannedWorkflow, data: plan, headers: { seed } });
  const events: RunEvent[] = [];
  for await (const event of run.events()) {
    for (const order of orders) if (order.afterEvents === events.length) killer.kill(order);
    events.push(event);
  }
  const ended = { outcome: await run.result(), logs: run.logs(), events };
  return {
    seed,
    actual: accountOfRun(ended, model),
    expected: accountOfModel(plan, model),
    moved: events.filter(({ type }) => type === 'step_moved').length,
  };
}

/** Of a run that loses nothing, its hook included. */
function eventsExpected({ steps, logs }: ModelResult): number {
  return 4 + 3 * steps.armed + 2 * steps.retried + logs.length;
}
