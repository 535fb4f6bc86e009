// Runs the workflow and prints how it ended.
import { readFile } from 'node:fs/promises';
// In a project of your own: import { createRunner } from 'stepwell';
import { createRunner } from '../../src/index.ts';

const workflow = await readFile(new URL('workflow.js', import.meta.url), 'utf8');

const runner = await createRunner({ workers: 1 });
const run = await runner.start({ tenant: 'acme', workflow });
const { status, output, store } = await run.result();
console.log(status, output, { ...store });
await runner.close();
