// The corpus against process containment: all attacks of some chapters, a few at once, against one runner. Afterwards the
// embedder is as it was before.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunner, type Limits, type Runner, type StartOptions } from '../../src/index.ts';
import { workflowOf } from '../harness.ts';
import { canaryStart } from './canary.ts';
import { expectHeld, startOfAttack, tenantOf } from './held.ts';
import { children, handles, inTime } from './leftovers.ts';
import type { Chapter } from './payload.ts';
import { residentMb } from './resident.ts';
import { limitsOf } from './settings.ts';
import { runCanary, runTrial } from './trial.ts';

/** How much more memory the embedder may have in the end than after innocent runs. */
const residentMbMore = 100;

/** An innocent run of large values and a large source: what is needed for those counts as there before. */
const heavyStart: StartOptions = {
  tenant: 'innocent',
  workflow: `${workflowOf({
    start: `await api.runStore.set('k', 'x'.repeat(1_000_000));
      for (let n = 0; n < 20; n++) await Promise.all(Array.from({ length: 10 }, () => api.runStore.get('k')));`,
  })} ${'/'.repeat(1_000_000)}`,
};

export function testProcessContainment(chapters: readonly Chapter[]): void {
  let runner: Runner;
  let canaryAlone = '';
  let residentMbBefore = 0;
  const before = { handles: handles(), children: children() };

  beforeAll(async () => {
    const byTenant = limitsByTenant(chapters);
    const tenants = (tenant: string) => ({ limits: byTenant[tenant] ?? {} });
    // What is remembered of runs that have ended is no loss of memory, and has a limit of its own.
    const limits = { runsEndedKept: 1 };
    runner = await createRunner({ containment: 'process', workers: 2, limits, tenants, retry: { maxAttempts: 1 } });
    canaryAlone = await runCanary(runner, canaryStart);
    await (await runner.start(heavyStart)).result();
    JSON.stringify(chapters); // The corpus is text that comes to be only when it is read.
    residentMbBefore = residentMb();
  });
  afterAll(() => runner.close());

  for (const { title, attacks } of chapters) {
    describe.concurrent(title, () => {
      it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_, attack) => {
        expectHeld(attack, await runTrial(runner, startOfAttack(attack), canaryStart), canaryAlone);
      });
    });
  }

  describe('the embedder, after all that,', () => {
    it('runs the canary as before', async () => {
      expect(await runCanary(runner, canaryStart)).toBe(canaryAlone);
    });

    it('closes, and keeps no process, no pipe and little memory', async () => {
      await runner.close();
      expect(await inTime(handles, before.handles)).toEqual(before.handles);
      expect(await inTime(children, before.children)).toEqual(before.children);
      expect(residentMb() - residentMbBefore).toBeLessThan(residentMbMore);
    });
  });
}

export function limitsByTenant(chapters: readonly Chapter[]): Record<string, Partial<Limits>> {
  const all = chapters.flatMap(({ attacks }) => attacks);
  return Object.fromEntries(all.map((attack) => [tenantOf(attack), limitsOf(attack)]));
}
