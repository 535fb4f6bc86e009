// Steps as jobs of BullMQ on a local Redis, without a sandbox: added in bulk, 512 at once, each with two ops through ioredis with automatic
// pipelining. Redis writes nothing to disk. The first argument is its socket.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { atOnce, serve } from '../peers/serve.ts';

const bulk = 1_000;
const path = process.argv[2] ?? '';
const connection = { path, maxRetriesPerRequest: null };
const redis = new Redis(path, { enableAutoPipelining: true });
const queue = new Queue('steps', { connection, defaultJobOptions: { removeOnComplete: true } });
let onCompleted = (): void => {};
const worker = new Worker(
  'steps',
  async () => {
    await redis.incrby('key', 1);
    await redis.incrby('key', 1);
  },
  { connection, concurrency: atOnce },
);
worker.on('completed', () => onCompleted());

async function steps(count: number): Promise<void> {
  await redis.del('key');
  let left = count;
  const all = new Promise<void>((resolve) => {
    onCompleted = () => {
      if (--left === 0) resolve();
    };
  });
  for (let i = 0; i < count; i += bulk) {
    const jobs = Array.from({ length: Math.min(bulk, count - i) }, (_, n) => ({ name: 'work', data: { i: i + n } }));
    await queue.addBulk(jobs);
  }
  await all;
  if (Number(await redis.get('key')) !== 2 * count) throw new Error('Ops were lost.');
}

await worker.waitUntilReady();
serve({ steps }, async () => {
  await worker.close();
  await queue.close();
  redis.disconnect();
});
