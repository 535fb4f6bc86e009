// Runs the workflow and prints each attempt. The clock skips the time between attempts.
import { readFile } from 'node:fs/promises';
import { createRunner, skippingClock } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

const workflow = await readFile(new URL('workflow.js', import.meta.url), 'utf8');

const runner = await createRunner({
  workers: 1,
  clock: skippingClock(),
  retry: { maxAttempts: 5, firstDelayMs: 2_000 },
});
const run = await runner.start({ tenant: 'acme', workflow });

// What a step throws comes from its author: before it is shown on a terminal, escape what is no plain text.
const shown = (text: string): string => JSON.stringify(text);
for await (const event of run.events()) {
  if (event.type === 'step_retried')
    console.log(`${event.action} ${event.attempt}: ${shown(event.error.message)}, again`);
  if (event.type === 'step_failed')
    console.log(`${event.action} ${event.attempt}: ${shown(event.error.message)}, for good`);
  if (event.type === 'step_completed') console.log(`${event.action} ${event.attempt}: completed`);
}

const { status, steps, store } = await run.result();
console.log(status, steps, { ...store });
await runner.close();
