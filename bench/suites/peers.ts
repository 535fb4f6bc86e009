// What one would take instead, doing the same work in the same run: ops against a local Redis, steps against a job queue, other sandboxes and
// no sandbox at all.
import { measure, perSecond } from '../measure.ts';
import { type Missing, type Peer, startPeer, startRedis } from '../peer-process.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, runFanOut } from '../workflows.ts';

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
  { name: 'QuickJS, a context a step', program: 'extra/quickjs-steps', load: 'steps', count: 2_000 },
  { name: 'isolated-vm, a fresh isolate a step', program: 'isolate-steps', load: 'a fresh isolate a step', count: 200 },
  { name: 'isolated-vm, a fresh context a step', program: 'isolate-steps', load: 'a fresh context a step', count: 500 },
  { name: 'node:vm, a context a step, no sandbox', program: 'vm-steps', load: 'steps', count: 1_000 },
  { name: 'Piscina, 1 thread, unsandboxed', program: 'piscina-steps', load: '1 thread', count: 20_000 },
  { name: 'Piscina, 2 threads, unsandboxed', program: 'piscina-steps', load: '2 threads', count: 20_000 },
];

export async function peers({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  const repetitions = quick ? 3 : 11;
  const redis = await startRedis();
  try {
    const results: SuiteResult[] = [];
    for (const kind of ['increment', 'push'] as const) {
      const rival = {
        name: 'Redis through ioredis, unsandboxed',
        program: 'extra/redis-ops',
        load: kind,
        count: branches * opsEach,
        needsRedis: true,
      };
      const own = await ownRow(repetitions, branches * opsEach, 'ops/s', (runner) =>
        runFanOut(runner, kind, branches, opsEach),
      );
      const rows = [own, ...(await rivalRows([rival], redis, own, repetitions))];
      results.push({ question: `How many a second of ${kind}, ${branches} at once?`, rows });
    }
    const own = await ownRow(repetitions, stepsEach, 'steps/s', (runner) =>
      runFanOut(runner, 'increment', stepsEach, 2),
    );
    const rows = [own, ...(await rivalRows(stepRivals, redis, own, repetitions))];
    return [...results, { question: 'How many steps a second, at two ops a step?', rows }];
  } finally {
    if ('socket' in redis) await redis.close();
  }
}

async function ownRow(
  repetitions: number,
  count: number,
  unit: string,
  task: (runner: Awaited<ReturnType<typeof benchRunner>>) => Promise<void>,
): Promise<Row> {
  const runner = await benchRunner(2, { stepsActivePerTenant: branches });
  const measured = await measure(() => task(runner), repetitions);
  await runner.close();
  return { name: 'Stepwell, 2 workers', value: perSecond(measured, count), unit, spread: measured.spread };
}

async function rivalRows(
  rivals: readonly Rival[],
  redis: Awaited<ReturnType<typeof startRedis>>,
  own: Row,
  repetitions: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, program, load, count, needsRedis = false } of rivals) {
    const peer: Peer | Missing =
      needsRedis && 'why' in redis ? redis : await startPeer(program, 'socket' in redis ? redis.socket : '');
    if ('why' in peer) {
      console.log(`${name}: left out, for ${peer.why}.`);
      continue;
    }
    const measured = await peer.measure(load, count, repetitions);
    peer.close();
    const value = perSecond(measured, count);
    const ratio = { of: 'slower than Stepwell', value: own.value / value };
    rows.push({ name, value, unit: own.unit, spread: measured.spread, ratio });
  }
  return rows;
}
