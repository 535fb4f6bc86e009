// Runs and steps as plain data, for tests of the core alone.
import { asRunId } from '../../src/ids.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import { defaultRegion } from '../../src/protocol/region.ts';
import type { Effects } from '../../src/state/mutation.ts';
import { newRun } from '../../src/state/new-run.ts';
import type { Program, RunState, Step } from '../../src/state/run-state.ts';
import { newTenant } from '../../src/state/tenant-state.ts';

export interface RunFixture {
  readonly tenant?: string;
  readonly hash?: string;
  readonly methods?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly maxAttempts?: number;
  readonly weight?: number;
}

export function runOf({
  tenant = 'acme',
  hash = '',
  methods = ['start'],
  limits,
  maxAttempts = 3,
  weight = 1,
}: RunFixture = {}): RunState {
  const program: Program = {
    tenant,
    hash,
    code: '',
    methods,
    identifiers: [],
    sharedFunctions: null,
    isolation: 'realm',
    region: defaultRegion,
  };
  const all = { ...defaultLimits, ...limits };
  const retry = { maxAttempts, firstDelayMs: 1_000, longestDelayMs: 4_000 };
  const run = newRun({
    id: asRunId('run_test'),
    program,
    limits: all,
    tenant: newTenant(tenant, all, weight),
    headers: '{}',
    retry,
    seed: '0'.repeat(64),
    createdAt: 0,
    clockOffsetMs: 0,
  });
  run.watched = true;
  return run;
}

/** What follows goes nowhere, but for what is listened to. */
export function effectsTo(listeners: Partial<Effects>): Effects {
  const nobody = { arm() {}, reply() {}, sleep() {}, attemptEnded() {}, runResumed() {}, runEnded() {}, event() {} };
  return { ...nobody, ...listeners };
}

export function stepOf(run: RunState, ordinal: number): Step {
  const counts = { ordinal, method: 0, depth: 0, dueAt: 0, attempt: 0, losses: 0 };
  return { run, ...counts, data: '{}', journal: null, lane: 'shared' };
}
