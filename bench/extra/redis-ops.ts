// Ops on a local Redis through ioredis, without a sandbox: 512 clients of one connection, each waiting for its reply before its next op, with
// automatic pipelining. Redis writes nothing to disk. The first argument is its socket.
import { Redis } from 'ioredis';
import { type Load, serve, spread } from '../peers/serve.ts';

const redis = new Redis(process.argv[2] ?? '', { enableAutoPipelining: true });
const item = JSON.stringify({ id: 1, status: 'done' });

function ops(op: () => Promise<unknown>, countOf: () => Promise<unknown>): Load {
  return async (count) => {
    await redis.del('key');
    await spread(count, op);
    if (Number(await countOf()) !== count) throw new Error('Ops were lost.');
  };
}

serve(
  {
    increment: ops(
      () => redis.incrby('key', 1),
      () => redis.get('key'),
    ),
    push: ops(
      () => redis.rpush('key', item),
      () => redis.llen('key'),
    ),
  },
  async () => redis.disconnect(),
);
