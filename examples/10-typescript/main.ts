// Starts the workflow from its TypeScript source: once with a basket that is fine, once with one that is not.
import { readFile } from 'node:fs/promises';
import { createRunner } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

const workflow = await readFile(new URL('workflow.ts', import.meta.url), 'utf8');
const kettle = { name: 'Kettle', cents: 3_490 };

const runner = await createRunner({ workers: 1, retry: { maxAttempts: 1 } });
for (const cents of [450, -450]) {
  const data = { items: [kettle, { name: 'Cup', cents }] };
  const run = await runner.start({ tenant: 'acme', workflow, data });
  const { status, output, store, error } = await run.result();
  console.log(status, output, { ...store });
  if (error !== undefined) console.log(`${error.code} in ${error.action}: ${error.message}\n${error.stack}`);
}
await runner.close();
