// Runs the workflow twice: with figures that add up, and with some that cannot be right.
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { createRunner } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

const workflow = await readFile(new URL('workflow.js', import.meta.url), 'utf8');
const shops = [
  { name: 'Lisbon', sales: [120, 80] },
  { name: 'Porto', sales: [310, 45, 60] },
  { name: 'Faro', sales: [] },
];

const runner = await createRunner({ workers: 1 });
for (const more of [[], [{ name: 'Braga', sales: [-1] }]]) {
  const data = { title: 'Sales of the day', shops: [...shops, ...more] };
  const run = await runner.start({ tenant: 'acme', workflow, data });
  const { status, store } = await run.result();
  console.log(status, inspect(store['report'], { depth: null }));
}
await runner.close();
