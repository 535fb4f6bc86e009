// The process of a host: nothing of the embedder is in it, so that it can be killed at any moment. Its main thread runs no
// tenant's code and only waits for the end; the cells are in a thread beside it, which may hang for ever.
import { writeSync } from 'node:fs';
import { servePipe } from '../pool/threads.ts';

const [pipeFd = 0, memoryMb = 0, frameBytes = 0] = process.argv.slice(2).map(Number);

// Those go to the embedder as well, who may want to end in good order, with its hosts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

// Standard input comes from the embedder, which never writes to it: its end is the embedder's.
process.stdin.on('close', die).on('error', die).resume();

servePipe(pipeFd, memoryMb, frameBytes).then(die, (error: unknown) => {
  writeSync(2, String(error).slice(0, 1_024));
  die();
});

/** process.exit would wait for threads, and a thread that hangs never ends. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
