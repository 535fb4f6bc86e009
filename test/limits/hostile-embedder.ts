// Ten tenants that take all the memory they can, in all ways at once: `node --expose-gc hostile-embedder.ts`. Says what the runner takes then, and
// what it has counted, as JSON.
import { getHeapStatistics } from 'node:v8';
import { createRunner, type Run, type Runner, StepwellError } from '../../src/index.ts';
import { type Attack, attacks } from './hostile-workflows.ts';

export interface Report {
  /** Half of the heap that V8 may have. */
  readonly memoryBytes: number;
  /** What is in the heap and beside it after a collection: before, with all tenants at their bounds, and after all was cancelled. */
  readonly before: number;
  readonly full: number;
  readonly after: number;
  readonly residentBytes: number;
  /** What the accounts say with all tenants at their bounds, and without events and outcomes after all was cancelled. */
  readonly counted: number;
  readonly countedAfter: number;
  /** By tenant. */
  readonly shares: readonly number[];
  readonly codes: readonly string[];
  readonly innocent: string;
}

const tenants = Array.from({ length: 10 }, (_, i) => `tenant ${i}`);
/** So many refusals in a row, and nothing more is to be had. */
const refusalsEnough = 20;

const runner = await createRunner({ workers: 2, retry: { maxAttempts: 1 } });
const runs: Run[] = [];
const readers: unknown[] = [];
const codes = new Set<string>();
const before = heapBytes();
await Promise.all(tenants.map((tenant) => fill(runner, tenant)));
const full = heapBytes();
const shares = tenants.map((tenant) => sumOf(tenant));
const residentBytes = process.memoryUsage().rss;
const innocent = await runner.start({ tenant: 'innocent', workflow: 'class Workflow { async start() { return 1; } }' });
const { status } = await innocent.result();
for (const run of runs) await run.cancel();
runs.length = 0;
readers.length = 0;
const countedAfter = tenants.reduce((sum, tenant) => sum + liveOf(tenant), 0);
const report: Report = {
  memoryBytes: Math.floor(getHeapStatistics().heap_size_limit / 2),
  before,
  full,
  after: heapBytes(),
  residentBytes,
  counted: shares.reduce((sum, bytes) => sum + bytes, 0),
  countedAfter,
  shares,
  codes: [...codes],
  innocent: status,
};
console.log(JSON.stringify(report));
await runner.close();

/** Starts one attack after the other until nothing more is let in. */
async function fill(of: Runner, tenant: string): Promise<void> {
  let refusals = 0;
  for (let n = 0; refusals < refusalsEnough; n++) {
    const attack = attacks[n % attacks.length] as Attack;
    try {
      const run = await of.start({ tenant, workflow: attack.workflow(n), data: attack.data });
      runs.push(run);
      readers.push(run.events()); // Nobody reads them.
      refusals = 0;
      if (attack.isShort) await run.result();
      else await new Promise((resolve) => setTimeout(resolve, 20)); // It goes on beside the next one.
    } catch (error) {
      if (!(error instanceof StepwellError)) throw error;
      codes.add(error.code);
      refusals++;
    }
  }
}

function heapBytes(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function sumOf(tenant: string): number {
  return Object.values(runner.tenant(tenant)?.memory ?? {}).reduce((sum, bytes) => sum + bytes, 0);
}

function liveOf(tenant: string): number {
  const { memory } = runner.tenant(tenant) ?? {};
  return sumOf(tenant) - (memory?.events ?? 0) - (memory?.outcomes ?? 0) - (memory?.programs ?? 0);
}
