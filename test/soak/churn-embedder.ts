// Tenants that come and go: `node --expose-gc churn-embedder.ts RUNS`. Runs so many runs of a tenth as many tenants, says now and then what it
// and its hosts take of the machine's memory, and at the end how the runs ended: a line of JSON each.
import { getHeapSpaceStatistics } from 'node:v8';
import { createRunner } from '../../src/index.ts';

export interface Sample {
  /**
   * What the process has in its heap after a collection; what it takes of the machine's memory, without V8's room for young objects; and what
   * its hosts take. That room is between 30 and 53 MB, as V8 sees fit: with the same objects in all others it shrinks for half an hour and jumps back.
   */
  readonly heapBytes: number;
  readonly ownBytes: number;
  readonly hostBytes: number;
}

const runs = Number(process.argv[2]);
const tenants = runs / 10;
const samples = 200;
const atOnce = 16;

const workflow = `class Workflow {
  async start(data, headers, api) {
    for (let i = 0; i < 8; i++) await api.scheduleNextStep({ action: 'work', payload: i });
  }
  async work(i, headers, api) {
    await api.runStore.push('items', { i, text: 'x'.repeat(100) });
    await api.runStore.increment('n');
    api.log('item', i);
    if (i === 7 && headers.fails) throw Object.assign(new Error('as planned'), { retryable: false });
  }
}`;

const runner = await createRunner({ workers: 2, limits: { runsEndedKept: runs / 10 } });
const outcomes = { completed: 0, failed: 0, cancelled: 0 };
let started = 0;

async function goOn(): Promise<void> {
  while (started < runs) {
    const n = started++;
    // Each tenant comes back after all others have been there: 7,919 is a prime.
    const tenant = `tenant ${(n * 7_919) % tenants}`;
    const run = await runner.start({ tenant, workflow, headers: { fails: n % 10 === 1 } });
    if (n % 10 === 3) void run.cancel('as planned');
    outcomes[(await run.result()).status]++;
    if (n % (runs / samples) === 0) say(sample());
  }
}

function sample(): Sample {
  globalThis.gc?.(); // What V8 has not collected yet says nothing of what is kept.
  const hostBytes = runner.stats().hosts.reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0);
  const { heapUsed, rss } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return { heapBytes: heapUsed, ownBytes: rss - (young?.physical_space_size ?? 0), hostBytes };
}

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await Promise.all(Array.from({ length: atOnce }, goOn));
await runner.close();
say(outcomes);
