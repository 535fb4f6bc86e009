// Cells that never become empty, for steps overlap in them that only wait, are no reason for a newcomer to wait for ever.
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createTestRunner, runToEnd, startRun, workflowOf } from '../harness.ts';

it('a tenant whose steps find all cells in use gets one when the steps in it have ended', async () => {
  const runner = await createTestRunner({ clock: systemClock(), limits: { cellsPerWorker: 4 } });
  const overlapping = {
    start: "for (let n = 0; n < 2; n++) await api.scheduleNextStep({ action: 'tick', delay: n / 4 });",
    tick: `await api.scheduleNextStep({ action: 'tick', delay: 0.25 });
      await new Promise((resolve) => setTimeout(resolve, 400));`,
  };
  const sources = [1, 2].map((n) => `${workflowOf(overlapping)}\n// ${n}`);
  // The second and the third leave their other source waiting: the last places go one by one to those that have none.
  const tenants = ['a', 'b', 'c'];
  for (const tenant of tenants) for (const source of sources) await startRun(runner, source, { tenant });
  await expect.poll(() => runner.stats().hosts.reduce((sum, { cells }) => sum + cells, 0)).toBe(4);
  await expect.poll(() => runner.stats().lanes.shared.active).toBeGreaterThanOrEqual(4);
  expect((await runToEnd(runner, { start: 'return 1;' }, { tenant: 'innocent' })).outcome.output).toBe(1);
  for (const tenant of tenants) runner.cancelTenant(tenant);
});
