// What a workflow does in its first turn it does to nobody who has been here before: strangers have only some of the threads.
import { expect, it } from 'vitest';
import { eventOf, eventsOf, runToEnd, startRun, useRunner, workflowOf } from '../harness.ts';

const runner = useRunner({
  workers: 2,
  // For residents all the time they may want: a turn of theirs is never moved for being slow itself.
  limits: { stepCpuMs: 30_000, turnCpuMs: 1_000 },
  retry: { maxAttempts: 1 },
  // Until it crashes, it computes: on a slow machine for more than a second.
  tenants: (tenant) =>
    tenant.startsWith('attacker')
      ? { limits: { stepCpuMs: tenant.includes('CRASHED') ? 30_000 : 1_000, turnCpuMs: 20 } }
      : {},
});

const resident = workflowOf({ start: "return api.runStore.increment('n');" });
const hang = 'Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);';
const crash = "'x'.repeat(2 ** 27 + 10).split('');";

it.each([
  ['hangs', hang, 'STEP_CPU_EXCEEDED'],
  ['crashes', crash, 'STEP_CRASHED_HOST'],
])('a stranger that %s its host', async (_, body, code) => {
  const tenants = ['bolt', 'cogs', 'dyne'];
  for (const tenant of tenants) await runToEnd(runner(), resident, { tenant });
  const attacks = await Promise.all(
    Array.from({ length: 3 }, (_, n) => startRun(runner(), { start: body }, { tenant: `attacker ${n} ${code}` })),
  );
  await Promise.all(attacks.map((run) => eventOf(run, ({ type }) => type === 'step_started')));
  let isOver = false;
  const results = Promise.all(attacks.map((run) => run.result())).finally(() => {
    isOver = true;
  });
  results.catch(() => {}); // Awaited below, unless the test has failed by then.
  let runs = 0;
  while (!isOver) {
    const all = await Promise.all(tenants.map((tenant) => runToEnd(runner(), resident, { tenant })));
    for (const { outcome, events } of all) {
      expect(outcome).toMatchObject({ status: 'completed', output: 1 });
      expect(eventsOf(events, 'step_moved')).toEqual([]);
      runs++;
    }
  }
  expect((await results).map(({ error }) => error?.code)).toEqual([code, code, code]);
  expect(runs).toBeGreaterThan(0);
});
