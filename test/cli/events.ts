// Events of a run that never was, for the views.

import type { RunId, StepId } from '../../src/ids.ts';
import { defaultLimits, type Limits, type Outcome, type RunEvent, type StepFailure } from '../../src/index.ts';

const runId = 'run_1' as RunId;

/** News of one step. Times are ms since the run's start, which was at 1,000,000. */
export type StepNews = { readonly type: RunEvent['type']; readonly at?: number } & Record<string, unknown>;

export function runStarted(): RunEvent {
  return { type: 'run_started', runId, at: 1_000_000, tenant: 'acme' };
}

/** A step event with what it needs, unless `more` says otherwise. */
export function stepEvent(
  type: RunEvent['type'],
  action: string,
  ordinal: number,
  more: Record<string, unknown> = {},
): RunEvent {
  const { at = 0, ...rest } = more;
  const event = { type, runId, at: 1_000_000 + Number(at), step: `step_${ordinal}` as StepId, action, attempt: 1 };
  const dueAt = type === 'step_armed' ? { dueAt: event.at } : {};
  return { ...event, ...dueAt, ...rest } as RunEvent; // The tests give each type what it has.
}

export function logEvent(action: string, ordinal: number, text: string, level = 'log'): RunEvent {
  return stepEvent('step_log', action, ordinal, { text, level });
}

export const failure: StepFailure = {
  code: 'STEP_THREW',
  name: 'TypeError',
  message: 'no such item',
  stack: 'at Workflow.pick (workflow.js:12:13)\nat Workflow.start (workflow.js:3:5)',
  thrownCode: '',
  step: 'step_7',
  action: 'pick',
  attempt: 3,
  usage: { cpuMs: 1, activeMs: 2, queueMs: 0, ops: 3, attempts: 3, logBytes: 0 },
  limits: { ...pick(defaultLimits), maxAttempts: 3 },
};

function pick({ stepCpuMs, stepWallMs, cellMemoryMb, opsPerStep, logBytesPerStep }: Limits) {
  return { stepCpuMs, stepWallMs, cellMemoryMb, opsPerStep, logBytesPerStep };
}

export const completed: Outcome = {
  status: 'completed',
  output: null,
  store: {},
  failures: [],
  failuresOmitted: 0,
  steps: { armed: 1, completed: 1, failed: 0, retried: 0 },
  usage: {
    cpuMs: 1.6,
    activeMs: 20,
    queueMs: 1,
    ops: 2,
    attempts: 1,
    logBytes: 0,
    heapBytes: 1_000_000,
    storeBytes: 10,
    wallMs: 1_234,
  },
};
