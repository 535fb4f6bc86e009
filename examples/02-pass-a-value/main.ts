// Runs the workflow with a clock that skips delays: the 10 seconds before sendEmail pass at once.
import { readFile } from 'node:fs/promises';
// In a project of your own: import { createRunner, skippingClock } from 'stepwell';
import { createRunner, skippingClock } from '../../src/index.ts';

const workflow = await readFile(new URL('workflow.js', import.meta.url), 'utf8');
const data: unknown = JSON.parse(await readFile(new URL('customer.json', import.meta.url), 'utf8'));

const runner = await createRunner({ workers: 1, clock: skippingClock() });
const run = await runner.start({ tenant: 'acme', workflow, data });

// What a workflow logs comes from its author: before it is shown on a terminal, escape what is no plain text.
const shown = (text: string): string => JSON.stringify(text);
for await (const event of run.events()) {
  if (event.type === 'step_armed') console.log(`${event.action} is due after ${(event.dueAt - event.at) / 1_000} s`);
  if (event.type === 'step_log') console.log(`${event.action} says ${shown(event.text)}`);
}

const { status, store } = await run.result();
console.log(status, { ...store });
await runner.close();
