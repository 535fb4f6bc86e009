// The workflows that the suites run, and a runner with room for them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunner, type Limits, memoryStore, type Runner, sqliteStore } from '../src/index.ts';

export type OpKind = 'increment' | 'push';
/** With what several of them are called. */
export const opKinds: ReadonlyMap<OpKind, string> = new Map([
  ['increment', 'increments'],
  ['push', 'pushes'],
]);

/** `n` branches, armed 500 at a time, that make `ops` ops each. */
const fanOutSource = (op: string): string => `
class Workflow {
  async start({ n, ops }, headers, api) {
    for (let i = 0; i < n; ) {
      const armed = [];
      while (armed.length < 500 && i < n) armed.push(api.scheduleNextStep({ action: 'work', payload: { i: i++, ops } }));
      await Promise.all(armed);
    }
  }
  async work({ i, ops }, headers, api) {
    for (let k = 0; k < ops; k++) await ${op};
  }
}`;

export const workflows = {
  increment: fanOutSource(`api.runStore.increment('key')`),
  push: fanOutSource(`api.runStore.push('key', { id: i, status: 'done' })`),
  armed: `class Workflow {
  async start({ n }, headers, api) {
    for (let i = 0; i < n; ) {
      const armed = [];
      while (armed.length < 1000 && i < n) {
        armed.push(api.scheduleNextStep({ action: 'work', delay: '300 days', payload: i++ }));
      }
      await Promise.all(armed);
    }
  }
  async work() {}
}`,
  tiny: `class Workflow { async start(data, headers, api) { return 1; } }`,
} as const;

/** Bounds wide enough for the sizes measured here; all else as by default. */
export const roomy: Partial<Limits> = {
  fanOutPerStep: 2_000_000,
  opsPerStep: 2_000_000,
  opBytesPerStep: 2 ** 30,
  opBytesPerRun: 2 ** 30,
  stepsPerRun: 2_000_000,
  startsPerTenantPerSecond: 1_000_000,
  stepsActivePerTenant: 4_096,
  stepsActivePerWorker: 4_096,
  stepWallMs: 600_000,
  stepCpuMs: 60_000,
};

export interface BenchRunnerOn {
  readonly containment?: 'process' | 'thread';
  readonly store?: 'memory' | 'sqlite';
}

/** With `store: 'sqlite'` its file is a temporary one, which goes when this process ends. */
export function benchRunner(
  workers: number,
  limits: Partial<Limits> = {},
  { containment = 'process', store = 'memory' }: BenchRunnerOn = {},
): Promise<Runner> {
  const kept = store === 'memory' ? memoryStore() : sqliteStore({ file: temporaryFile() });
  return createRunner({ workers, containment, store: kept, limits: { ...roomy, ...limits } });
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'runs.db');
}

/** Runs to the end and throws unless the run completed with `ops` in its counter or list. */
export async function runFanOut(runner: Runner, kind: OpKind, n: number, ops: number): Promise<void> {
  const run = await runner.start({ tenant: 'bench', workflow: workflows[kind], data: { n, ops } });
  const { status, store, error } = await run.result();
  const { key } = store;
  const counted = Array.isArray(key) ? key.length : key;
  if (status !== 'completed' || counted !== n * ops) {
    throw new Error(`The run is ${status} with ${String(counted)} of ${n * ops}: ${JSON.stringify(error)}`);
  }
}
