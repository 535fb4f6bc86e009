// How long it takes to stop what is under way: steps that run, and branches that wait for their time.
import type { SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner } from '../workflows.ts';

const workflow = `class Workflow {
  async start({ running, armed }, headers, api) {
    const all = [];
    for (let i = 0; i < running; i++) all.push(api.scheduleNextStep({ action: 'wait' }));
    for (let i = 0; i < armed; i++) all.push(api.scheduleNextStep({ action: 'wait', delay: '1 day' }));
    await Promise.all(all);
  }
  async wait(data, headers, api) {
    if ((await api.runStore.increment('waiting')) === headers.running) console.info('all wait');
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  }
}`;

export async function cancel({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const each = quick ? 500 : 5_000;
  const bound = { stepsActivePerTenant: each, stepsActivePerWorker: each, opsInFlightPerStep: 20_000 };
  const runner = await benchRunner(2, { ...bound, stepWallMs: 3_600_000 });
  const rows = [];
  for (const [name, sizes] of Object.entries({
    [`${each} running and ${each} armed`]: { running: each, armed: each },
    [`1 running and ${2 * each} armed`]: { running: 1, armed: 2 * each },
  })) {
    const run = await runner.start({ tenant: 'bench', workflow, data: sizes, headers: sizes });
    for await (const event of run.events()) if (event.type === 'step_log') break;
    const began = performance.now();
    const { status } = await run.cancel();
    const cancelled = performance.now();
    if (status !== 'cancelled') throw new Error(`The run is ${status}.`);
    const next = await runner.start({ tenant: 'bench', workflow: 'class Workflow { async start() {} }' });
    await next.result();
    rows.push(
      { name: `${name}: until the outcome is there`, value: cancelled - began, unit: 'ms' },
      { name: `${name}: until the tenant's next run has ended`, value: performance.now() - began, unit: 'ms' },
    );
  }
  await runner.close();
  return [{ question: 'How long does it take to cancel a run?', rows }];
}
