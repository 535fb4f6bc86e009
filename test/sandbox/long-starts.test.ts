// Many tenants whose steps are too long for a turn that is shared: each is run alone in the end, also where no host can be ended for another.
import { expect, it } from 'vitest';
import { createTestRunner, startRun } from '../harness.ts';

it.each(['thread', 'process'] as const)('all of them end well: %s', async (containment) => {
  const runner = await createTestRunner({
    workers: 2,
    containment,
    limits: { stepCpuMs: 20_000, stepWallMs: 120_000 },
  });
  const source = (n: number): string => `class Workflow { async start() {
    let x = ${n};
    for (let i = 0; i < 100_000_000; i++) x = (x * 31 + i) | 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return 'done';
  } }`;
  const runs = await Promise.all(
    Array.from({ length: 8 }, (_, n) => startRun(runner, source(n), { tenant: `tenant ${n % 4}` })),
  );
  const ends = await Promise.all(runs.map((run) => run.result()));
  expect(ends.map(({ status, output }) => [status, output])).toEqual(ends.map(() => ['completed', 'done']));
});
