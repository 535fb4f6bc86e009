// Runs with the flags of a host, and tells what its main thread and its worker thread can get at.
import { Piscina } from 'piscina';
import { threadOptions } from '../../src/pool/threads.ts';
import { probe } from './probe-thread.ts';

const pool = new Piscina({
  ...threadOptions('./worker', 1, 64),
  filename: new URL('./probe-thread.ts', import.meta.url).href,
});
process.send?.({ main: probe(), thread: await pool.run(null, { name: 'probe' }) });
process.disconnect?.();
await pool.destroy();
