// Eighty-four days in less than a second: the clock jumps over each time in which nothing runs.
import { readFile } from 'node:fs/promises';
import { createRunner, skippingClock } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

const dayMs = 86_400_000;
const workflow = await readFile(new URL('workflow.js', import.meta.url), 'utf8');

const runner = await createRunner({ workers: 1, clock: skippingClock() });
const run = await runner.start({ tenant: 'acme', workflow, data: { number: 'INV-7' } });

let startedAt = 0;
for await (const event of run.events()) {
  if (event.type === 'run_started') startedAt = event.at;
  const day = Math.floor((event.at - startedAt) / dayMs);
  const when = `${new Date(event.at).toISOString().slice(0, 10)}  day ${day}`;
  if (event.type === 'step_log') console.log(`${when}  ${JSON.stringify(event.text)}`);
  if (event.type === 'run_ended') console.log(`${when}  ${event.status}`);
}
await runner.close();
