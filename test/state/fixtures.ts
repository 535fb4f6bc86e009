// Runs and steps as plain data, for tests of the core alone.
import { asRunId } from '../../src/ids.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import type { Program, RunState, Step } from '../../src/state/run-state.ts';
import { RunStore } from '../../src/state/run-store.ts';

export interface RunFixture {
  readonly tenant?: string;
  readonly methods?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly maxAttempts?: number;
}

export function runOf({ tenant = 'acme', methods = ['start'], limits, maxAttempts = 3 }: RunFixture = {}): RunState {
  const program: Program = { tenant, hash: '', code: '', methods, identifiers: [] };
  const all = { ...defaultLimits, ...limits };
  return {
    id: asRunId('run_test'),
    program,
    limits: all,
    headers: '{}',
    retry: { maxAttempts, firstDelayMs: 1_000, longestDelayMs: 4_000 },
    seed: '0'.repeat(64),
    createdAt: 0,
    status: { kind: 'open' },
    store: new RunStore(all),
    armedBytes: 0,
    journalBytes: 0,
    open: 0,
    completeHook: 'waiting',
    output: null,
    failure: null,
    counts: { armed: 0, completed: 0, failed: 0, retried: 0 },
    usage: { cpuMs: 0, ops: 0, attempts: 0, logBytes: 0 },
    logs: [],
    logBytesKept: 0,
    ordinals: 0,
    watched: true,
  };
}

export function stepOf(run: RunState, ordinal: number): Step {
  const counts = { ordinal, method: 0, depth: 0, dueAt: 0, attempt: 0, losses: 0 };
  return { run, ...counts, data: '{}', journal: null, lane: 'shared' };
}
