// An embedder that is killed: `node embedder.ts FILE HOSTS`. Goes on with what the file holds, says on stdout what it has been told, a
// line of JSON each, and ends when all runs have. With HOSTS it kills one of its own hosts.
import { writeSync } from 'node:fs';
import { createRunner, sqliteStore } from '../../src/index.ts';
import { runIds, workflow } from './killed-workflow.ts';

const [file = '', hosts = ''] = process.argv.slice(2);
const say = (word: unknown): void => void writeSync(1, `${JSON.stringify(word)}\n`);

const retry = { firstDelayMs: 5, longestDelayMs: 20 };
const runner = await createRunner({ workers: 2, store: sqliteStore({ file }), retry });
say({ is: 'up' });
if (hosts !== '') {
  const kill = (): void => {
    const [pid] = runner.stats().hosts.flatMap((host) => (host.steps > 0 && host.pid !== null ? [host.pid] : []));
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  };
  setTimeout(kill, 150).unref(); // Once: a step that is there when eight hosts are lost has failed, and rightly.
}
await Promise.all(
  runIds.map(async (runId, i) => {
    const run = await runner.start({ tenant: `tenant-${i % 2}`, workflow, runId });
    say({ is: 'started', runId });
    for await (const event of run.events()) {
      if (event.type === 'step_completed') say({ is: 'completed', runId, step: event.step });
      if (event.type === 'step_log') say({ is: 'log', runId, text: event.text });
    }
    const { status, store, steps, output } = await run.result();
    say({ is: 'ended', runId, status, store, steps, output, logs: run.logs().map(({ text }) => text) });
  }),
);
await runner.close();
