// Threads of this process: one that is let go of ends, for nothing else would end it.
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import { createThreadPool } from '../../src/pool/threads.ts';
import { defaultRegion } from '../../src/protocol/region.ts';

it('a thread ends when its channel is closed, and another one takes its place when one is needed', async () => {
  const pool = createThreadPool(1, 256, { ...defaultLimits, region: defaultRegion });
  const started: Worker[] = [];
  const onWorker = (worker: Worker): void => void started.push(worker);
  process.on('worker', onWorker);
  try {
    for (let n = 1; n <= 2; n++) {
      const { channel, ended } = pool.serve();
      await expect.poll(() => started.length).toBe(n);
      const exit = once(started[n - 1] as Worker, 'exit');
      channel.close();
      await Promise.all([ended, exit]);
    }
  } finally {
    process.off('worker', onWorker);
    await pool.close();
  }
});
