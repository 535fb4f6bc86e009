import { readFile } from 'node:fs/promises';
import { createRunner } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

const workflow = await readFile(new URL('workflow.js', import.meta.url), 'utf8');

const runner = await createRunner();
const run = await runner.start({ tenant: 'acme', workflow, data: { name: 'Ada' } });
const { status, output, store } = await run.result();
console.log(status, output, { ...store }); // completed 10 { greeting: 'Hello, Ada!' }
await runner.close();
