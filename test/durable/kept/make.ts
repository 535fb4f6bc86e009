// Writes down runs as the store of today keeps them: `node test/durable/kept/make.ts FILE`. Run by hand for a new version of the file, never
// to make the test pass that reads what was written down before.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreView } from '../../../src/durable/store-view.ts';
import { createRunner, sqliteStore } from '../../../src/index.ts';
import type { KeptRun } from './kept-run.ts';

const workflow = `class Workflow {
  async start(data, headers, api) {
    api.log('began', data, headers);
    for (let i = 0; i < 4; i++) await api.scheduleNextStep({ action: 'work', payload: { i } });
    await api.scheduleNextStep({ action: 'later', delay: '1 second', payload: '€\\t\\n' });
    await api.runStore.set('kept', { text: 'ä\\u2028', list: [1, 2] });
    await api.runStore.delete('none');
    return { ok: true };
  }
  async work({ i }, headers, api) {
    const before = api.runStore.get('items');
    await Promise.all([api.runStore.push('items', i), api.runStore.increment('n', 1.5), before]);
    await new Promise((resolve) => setTimeout(resolve, 5 * i));
    if (i === 1) { let sum = 0; for (let j = 0; j < 60_000_000; j++) sum += j % 7; }
    if (i === 2 && api.attempt === 1) { await api.runStore.get('n'); throw new TypeError('once more'); }
    if (i === 3) throw Object.assign(new Error('never'), { retryable: false, code: 'NO' });
  }
  async later(text, headers, api) {
    await api.runStore.increment('kept').catch(({ code }) => api.runStore.push('codes', code));
    console.warn(text);
  }
  async waits(data, headers, api) { await api.runStore.set('waits', true); await new Promise((resolve) => setTimeout(resolve, 1e6)); }
  onWorkflowError(err, api) { return api.runStore.set('failed', err.message); }
}`;
const cancelled = workflow.replace(
  "api.log('began', data, headers);",
  "await api.scheduleNextStep({ action: 'waits' });",
);

const file = join(tmpdir(), `stepwell-kept-${process.pid}.db`);
const retry = { firstDelayMs: 1, longestDelayMs: 10 };
const limits = { turnCpuMs: 20, branchesOpenPerTenant: 5, ledgerBytesPerRun: 20_000 };
const runner = await createRunner({ workers: 1, store: sqliteStore({ file }), retry, limits });
const runs = {
  failed: await runner.start({ tenant: 'a', workflow, data: [1], runId: 'failed' }),
  cancelled: await runner.start({ tenant: 'b', workflow: cancelled, runId: 'cancelled' }),
  overflown: await runner.start({
    tenant: 'c',
    workflow: "class Workflow { async start(d, h, api) { for (;;) await api.runStore.increment('n'); } }",
    runId: 'overflown',
  }),
};
for await (const event of runs.cancelled.events()) {
  if (event.type === 'step_started' && event.action === 'waits') break;
}
runs.cancelled.pause();
runs.cancelled.resume();
setTimeout(() => void runs.cancelled.cancel('enough\t\n'), 100);
const kept: KeptRun[] = [];
for (const run of Object.values(runs)) await run.result();
for (const [name, run] of Object.entries(runs)) {
  const stored = await new StoreView(file).find(run.id);
  if (stored === null) throw new Error('It is not kept.');
  const ledger = await Array.fromAsync(stored.ledger);
  kept.push({ name, stored: { ...stored, ledger }, outcome: await run.result(), logs: run.logs() });
}
await runner.close();
writeFileSync(process.argv[2] ?? '', `${JSON.stringify(kept, null, 1)}\n`);
