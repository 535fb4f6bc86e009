// Runs with the flags of a host, and tells what its main thread and its worker thread can get at.
import { Piscina } from 'piscina';
import type { threadOptions as ThreadOptions } from '../../src/pool/threads.ts';
import { probe } from './probe-thread.ts';

/** What a host may read is the code that its embedder runs: of that, and no other copy, the file is named. */
const { threadOptions }: { readonly threadOptions: typeof ThreadOptions } = await import(process.argv[2] ?? '');

const pool = new Piscina({
  ...threadOptions('./worker', 1, 64),
  filename: new URL('./probe-thread.ts', import.meta.url).href,
});
process.send?.({ main: probe(), thread: await pool.run(null, { name: 'probe' }) });
process.disconnect?.();
await pool.destroy();
