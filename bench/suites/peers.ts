// What one would take instead, doing the same work in the same run: ops against a local Redis, steps against a job queue, other sandboxes and
// no sandbox at all.
import type { Runner } from '../../src/index.ts';
import { measure, perSecond } from '../measure.ts';
import { type Missing, type RedisServer, startPeer, startRedis } from '../peer-process.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, opKinds, runFanOut } from '../workflows.ts';

interface Rival {
  readonly name: string;
  readonly program: string;
  readonly load: string;
  readonly count: number;
  readonly needsRedis?: boolean;
}

const branches = 512;
const opsEach = 200;
const stepsEach = 20_000;

const stepRivals: readonly Rival[] = [
  { name: 'BullMQ, unsandboxed', program: 'extra/bullmq-steps', load: 'steps', count: 5_000, needsRedis: true },
  { name: 'workerd, Workflows of miniflare', program: 'extra/workerd-steps', load: 'steps', count: 1_000 },
  { name: 'QuickJS, a context a step', program: 'extra/quickjs-steps', load: 'steps', count: 2_000 },
  {
    name: 'isolated-vm, a fresh isolate a step',
    program: 'peers/isolate-steps',
    load: 'a fresh isolate a step',
    count: 200,
  },
  {
    name: 'isolated-vm, a fresh context a step',
    program: 'peers/isolate-steps',
    load: 'a fresh context a step',
    count: 500,
  },
  { name: 'node:vm, a context a step, no sandbox', program: 'peers/vm-steps', load: 'steps', count: 1_000 },
  { name: 'Piscina, 1 thread, unsandboxed', program: 'peers/piscina-steps', load: '1 thread', count: 20_000 },
  { name: 'Piscina, 2 threads, unsandboxed', program: 'peers/piscina-steps', load: '2 threads', count: 20_000 },
];

export async function peers(options: SuiteOptions): Promise<SuiteResult[]> {
  const redis = await startRedis();
  try {
    const results: SuiteResult[] = [];
    for (const [kind, kinds] of opKinds) {
      const count = branches * opsEach;
      const rival = { name: 'Redis through ioredis, unsandboxed', program: 'extra/redis-ops', load: kind, count };
      const own = await ownRow(options, count, 'ops/s', (runner) => runFanOut(runner, kind, branches, opsEach));
      const rows = [own, ...(await rivalRows([{ ...rival, needsRedis: true }], redis, own, options))];
      results.push({ question: `How many ${kinds} a second, ${branches} at once?`, rows });
    }
    const own = await ownRow(options, stepsEach, 'steps/s', (runner) => runFanOut(runner, 'increment', stepsEach, 2));
    const rows = [own, ...(await rivalRows(stepRivals, redis, own, options))];
    return [...results, { question: 'How many steps a second, at two ops a step?', rows }];
  } finally {
    if ('socket' in redis) await redis.close();
  }
}

/** On the largest of the numbers of workers. */
async function ownRow(
  { repetitions, workers: counts, ...on }: SuiteOptions,
  count: number,
  unit: string,
  task: (runner: Runner) => Promise<void>,
): Promise<Row> {
  const workers = Math.max(...counts);
  const runner = await benchRunner(workers, { stepsActivePerTenant: branches }, on);
  const measured = await measure(() => task(runner), repetitions);
  await runner.close();
  return { name: `Stepwell, ${workers} workers`, value: perSecond(measured, count), unit, spread: measured.spread };
}

async function rivalRows(
  rivals: readonly Rival[],
  redis: RedisServer | Missing,
  own: Row,
  { repetitions }: SuiteOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, program, load, count, needsRedis = false } of rivals) {
    const lacksRedis = needsRedis && 'why' in redis;
    const peer = lacksRedis ? redis : await startPeer(program, 'socket' in redis ? [redis.socket] : []);
    if ('why' in peer) {
      console.log(`${name}: left out, for ${peer.why}.`);
      continue;
    }
    const measured = await peer.measure(load, count, repetitions);
    peer.close();
    const value = perSecond(measured, count);
    const ratio = { of: 'as many in Stepwell', value: own.value / value };
    rows.push({ name, value, unit: own.unit, spread: measured.spread, ratio });
  }
  return rows;
}
