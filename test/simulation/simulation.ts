// The simulation itself, for whatever it is that dies: one test for each company of seeds, on one runner for all of them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runner, type RunnerOptions, skippingClock } from '../../src/index.ts';
import { runCompany } from './company.ts';
import type { Mortals } from './mortals.ts';
import { maxAttempts } from './plan.ts';

export interface Simulation {
  readonly file: string;
  /** The first seed, and how many, unless the environment says otherwise. */
  readonly seed: number;
  readonly seeds: number;
  readonly options?: RunnerOptions;
  open(options: RunnerOptions): Promise<Mortals> | Mortals;
}

/** Seeds whose runs go on side by side. */
const companySize = 5;
/** Of so many hosts some had steps in them. */
const tellingKills = 20;

/**
 * `STEPWELL_SEED` is the first seed and `STEPWELL_SEEDS` says how many. A test's title is the command that runs it alone,
 * with all of its company. What is done and when it is meant to die is the seed's; how far each thread has come by then
 * is the machine's, so what failed once may want several tries.
 */
export function simulate(name: string, { file, seed, seeds, options, open }: Simulation): void {
  const command = (first: number, count: number): string =>
    `STEPWELL_SEED=${first} STEPWELL_SEEDS=${count} npx vitest run ${file}`;
  const ofCompanies = companies(
    Number(process.env['STEPWELL_SEED'] ?? seed),
    Number(process.env['STEPWELL_SEEDS'] ?? seeds),
  ).map((company) => [command(company[0] ?? 0, company.length), company] as const);
  const tally = { killed: 0, moved: 0 };
  let mortals: Mortals | undefined;

  describe(name, () => {
    beforeAll(async () => {
      const retry = { maxAttempts, firstDelayMs: 2, longestDelayMs: 10 };
      mortals = await open({ workers: 2, clock: skippingClock(), retry, ...options });
    });

    afterAll(async () => {
      await mortals?.close();
      if (tally.killed >= tellingKills) expect(tally.moved, 'steps lost with their hosts').toBeGreaterThan(0);
    });

    it.each(ofCompanies)('%s', async (_, company) => {
      if (mortals === undefined) throw new Error('The runner is there once the tests run.');
      const { findings, killed } = await runCompany(mortals, company);
      tally.killed += killed;
      expect(keptFor(mortals.runner), 'kept in memory when all runs have ended').toEqual([]);
      for (const { seed, actual, expected, moved } of findings) {
        tally.moved += moved;
        expect.soft(actual, `seed ${seed}, alone: ${command(seed, 1)}`).toEqual(expected);
      }
    });
  });
}

/** What tenants have in memory, but for runs that have ended. */
function keptFor(runner: Runner): unknown[] {
  return runner.tenants().flatMap(({ tenant, memory: { outcomes: _, ...kept } }) => {
    return Object.values(kept).every((bytes) => bytes === 0) ? [] : [{ tenant, kept }];
  });
}

function companies(first: number, count: number): number[][] {
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  return Array.from({ length: Math.ceil(count / companySize) }, (_, i) =>
    seeds.slice(i * companySize, (i + 1) * companySize),
  );
}
