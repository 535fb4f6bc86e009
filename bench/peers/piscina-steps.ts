// Steps as plain functions on Piscina's threads, without a sandbox: each gets its data and gives back its ops as structured clones; the main
// thread does them. Nobody waits for an op, which is kinder than real life.
import { isMainThread } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { serve, spread } from './serve.ts';

type Op = readonly [key: string, delta: number];

/** The step, in a thread. */
export default async function work(_data: { readonly i: number }): Promise<Op[]> {
  return [
    ['key', 1],
    ['key', 1],
  ];
}

if (isMainThread) {
  const pools = new Map<number, Piscina>();
  const steps = (threads: number) => async (count: number) => {
    const pool =
      pools.get(threads) ??
      new Piscina({
        filename: import.meta.filename,
        minThreads: threads,
        maxThreads: threads,
        concurrentTasksPerWorker: 64,
      });
    pools.set(threads, pool);
    const store = new Map<string, number>();
    await spread(count, async (i) => {
      for (const [key, delta] of (await pool.run({ i })) as Op[]) store.set(key, (store.get(key) ?? 0) + delta);
    });
    if (store.get('key') !== 2 * count) throw new Error('Ops were lost.');
  };
  serve({ '1 thread': steps(1), '2 threads': steps(2) });
}
