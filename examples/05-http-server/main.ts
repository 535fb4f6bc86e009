// The service: one runner and one server, which begin and end together.
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createRunner, memoryStore, sqliteStore } from '../../src/index.ts'; // In a project of your own: from 'stepwell'
import { createServer } from './server.ts';

const { PORT = '3000', RUNS_FILE } = process.env;

/** In a service of your own tokens are secrets: they come from where you keep those, not from the source. */
const tokens = new Map([
  ['token-of-acme', 'acme'],
  ['token-of-globex', 'globex'],
]);

const folder = new URL('workflows/', import.meta.url);
const workflows = new Map<string, string>();
for (const file of await readdir(folder)) {
  workflows.set(basename(file, '.js'), await readFile(new URL(file, folder), 'utf8'));
}

const runner = await createRunner({
  store: RUNS_FILE === undefined ? memoryStore() : sqliteStore({ file: RUNS_FILE }),
  limits: { runsOpenPerTenant: 1_000, startsPerTenantPerSecond: 50 },
});
const server = createServer({ runner, workflows, tokens });

let isClosing = false;

/** Takes nothing new, lets steps that run end, and with them the streams of events. Asked twice, it waits for no step. */
async function close(): Promise<void> {
  const drain = !isClosing;
  isClosing = true;
  console.log(drain ? 'Closing when the steps that run have ended.' : 'Closing now.');
  await Promise.all([server.close(), runner.close({ drain })]);
}
process.on('SIGTERM', close);
process.on('SIGINT', close);

const url = await server.listen({ port: Number(PORT), host: '127.0.0.1' });
console.log(`Listening at ${url}. Try this, twice:

curl ${url}/hooks/acme/order -H 'authorization: Bearer token-of-acme' -H 'idempotency-key: order-1001' \\
  -H 'content-type: application/json' -d '{ "items": ["kettle", "cup"] }'
`);
