// What code in a host could do if it got out of its isolate: each try gives `open`, or the code of its refusal.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { isMainThread, Worker } from 'node:worker_threads';

export function probe(): Record<string, string> {
  return {
    'reads a file': tried(() => readFileSync('/etc/passwd')),
    'reads a file of the embedder': tried(() => readFileSync(new URL('../../package-lock.json', import.meta.url))),
    'lists a folder': tried(() => readdirSync('/')),
    'writes a file': tried(() => writeFileSync(`${tmpdir()}/stepwell-probe`, '')),
    'starts a process': tried(() => execFileSync('/bin/true')),
    // The main thread of a host starts one; it runs no tenant's code.
    'starts a thread': isMainThread ? 'ERR_ACCESS_DENIED' : tried(() => new Worker('', { eval: true })),
    'has an environment': Object.keys(process.env).join(),
    'has __proto__': tried(() => {
      if (!('__proto__' in {})) throw Object.assign(new Error(), { code: 'GONE' });
    }),
    'listens on the network': process.versions.node.startsWith('24.') ? 'ERR_ACCESS_DENIED' : tried(listen),
  };
}

/** Node 24 has no permission for the network. */
function listen(): void {
  createServer().listen(0).close();
}

function tried(what: () => unknown): string {
  try {
    what();
    return 'open';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
