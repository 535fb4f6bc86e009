// How attempts, steps and runs end.
//
// An attempt ends in one of four ways. It completes: so does its step. It fails: the step is armed again while the
// policy allows, then it has failed. It is stopped as its own fault (time, CPU, memory): the step has failed, for the
// same inbox would do the same again. It is moved: its cell or thread was lost, and it runs again alone.
//
// A run ends when nothing of it is open. Before that, `onWorkflowError` is armed at the first failure that counts, or
// `onWorkflowComplete` at the end: never both, neither twice (I7).
import { assertNever, type ErrorCode } from '../errors.ts';
import { stepId } from '../ids.ts';
import type { Op } from '../protocol/ops.ts';
import { hookNames, type ThrownText } from '../protocol/records.ts';
import type { Attempt, Effects, StopReason } from './mutation.ts';
import { actionOf, type RunState, type Step, type StepFailure } from './run-state.ts';
import { RunStore } from './run-store.ts';
import { announce, armStep, isHook, keepLog } from './steps.ts';
import { byteLength } from './text.ts';

/** The step's own word that it is over. */
export function endAttempt(attempt: Attempt, op: Op, now: number, effects: Effects): void {
  const { step } = attempt;
  const { run } = step;
  const { payloadBytes } = run.limits;
  if (op.kind === 'stalled') return stopAttempt(attempt, 'stalled', '', now, effects);
  if (op.kind === 'failed') return failAttempt(attempt, thrownOf(op.value), now, effects);
  if (byteLength(op.value) > payloadBytes) {
    const message = `A step may return ${payloadBytes} bytes of JSON.`;
    return failAttempt(attempt, { ...nothingThrown, code: 'PAYLOAD_TOO_LARGE', message }, now, effects);
  }
  if (step.ordinal === 1) run.output = op.value === '' ? null : op.value;
  if (!isHook(step)) run.counts.completed++;
  announce(step, { type: 'step_completed' }, now, effects);
  close(attempt, now, effects);
}

/** Stopped from outside. Alone in its cell, or out of time, a step is to blame; in a shared cell nobody is yet. */
export function stopAttempt(attempt: Attempt, reason: StopReason, detail: string, now: number, effects: Effects): void {
  const { step } = attempt;
  switch (reason) {
    case 'neighbour':
      return move(attempt, reason, step.lane, now, effects);
    case 'worker':
      step.losses++;
      if (step.losses >= threadsLostMost) return blame(attempt, reason, detail, now, effects);
      return move(attempt, reason, step.losses >= threadsLostShared ? 'exclusive' : step.lane, now, effects);
    case 'wall':
    case 'stalled':
      return blame(attempt, reason, detail, now, effects);
    default:
      if (step.lane === 'exclusive') return blame(attempt, reason, detail, now, effects);
      return move(attempt, reason, 'exclusive', now, effects);
  }
}

/** A step that is there when so many threads are lost runs alone from then on; after more, it has failed. */
const threadsLostShared = 3;
const threadsLostMost = 8;

function blame(attempt: Attempt, reason: StopReason, detail: string, now: number, effects: Effects): void {
  const { code, message, retryable } = stopMessage(attempt.step.run, reason, detail);
  failAttempt(attempt, { ...nothingThrown, message, retryable }, now, effects, code);
}

/** Again, with its journal, as if it had not been interrupted. The lost attempt does not count. */
function move(attempt: Attempt, reason: StopReason, lane: Step['lane'], now: number, effects: Effects): void {
  const { step } = attempt;
  announce(step, { type: 'step_moved', reason }, now, effects);
  step.lane = lane;
  step.attempt--;
  step.journal?.rewind('interrupted');
  effects.attemptEnded(attempt);
  effects.arm(step);
}

function failAttempt(attempt: Attempt, thrown: ThrownText, now: number, effects: Effects, code = codeOf(thrown)): void {
  const { step } = attempt;
  const { run } = step;
  const error = failureOf(step, thrown, code);
  if (isHook(step)) {
    keepLog(step, 'error', `${actionOf(step)} failed: ${error.name}: ${error.message}`, now, effects);
    return close(attempt, now, effects);
  }
  if (thrown.retryable && step.attempt < run.retry.maxAttempts) {
    run.counts.retried++;
    step.dueAt = now + retryDelayMs(step);
    step.journal?.rewind('failed');
    announce(step, { type: 'step_retried', error, retryAt: step.dueAt }, now, effects);
    effects.attemptEnded(attempt);
    return effects.arm(step);
  }
  run.counts.failed++;
  announce(step, { type: 'step_failed', error }, now, effects);
  // A step that has armed a branch has handed on: the run goes on, and its end is that of its branches.
  if ((step.journal?.branches ?? 0) === 0) failRun(run, error, now, effects);
  close(attempt, now, effects);
}

function failRun(run: RunState, error: StepFailure, now: number, effects: Effects): void {
  if (run.failure !== null) return;
  run.failure = error;
  armHook(run, hookNames.error, JSON.stringify({ ...error, code: error.thrownCode || error.code }), now, effects);
}

function close(attempt: Attempt, now: number, effects: Effects): void {
  const { step } = attempt;
  const { run } = step;
  step.journal = null;
  effects.attemptEnded(attempt);
  run.open--;
  if (run.open > 0) return;
  if (run.failure === null && run.completeHook === 'waiting') {
    run.completeHook = 'armed';
    armHook(run, hookNames.complete, 'null', now, effects);
    if (run.open > 0) return;
  }
  endRun(run, now, effects);
}

function armHook(run: RunState, name: string, data: string, now: number, effects: Effects): void {
  const method = run.program.methods.indexOf(name);
  if (method >= 0) effects.arm(armStep(run, method, data, 0, now));
}

function endRun(run: RunState, now: number, effects: Effects): void {
  const status = run.failure === null ? 'completed' : 'failed';
  run.status = { kind: 'ended', status, at: now, store: [...run.store.entries()] };
  run.store = new RunStore(run.limits);
  if (run.watched) effects.event(run, { type: 'run_ended', runId: run.id, at: now, status, steps: { ...run.counts } });
  effects.runEnded(run);
}

/** Exponential, and spread by run and step, so that steps that failed together do not return together. */
function retryDelayMs(step: Step): number {
  const { firstDelayMs, longestDelayMs } = step.run.retry;
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** (step.attempt - 1));
  const mixed = (Number.parseInt(step.run.seed.slice(0, 8), 16) + step.ordinal * 2_654_435_761) % 1_024;
  const spread = mixed / 1_024;
  return Math.round(full * (0.5 + 0.5 * spread));
}

const nothingThrown: ThrownText = { name: 'Error', message: '', stack: '', code: '', retryable: true };

/** What a realm wrote of a thrown value. A realm that was broken may have written anything. */
function thrownOf(json: string): ThrownText {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return nothingThrown;
    const { name, message, stack, code, retryable } = value as Record<string, unknown>;
    return {
      name: text(name),
      message: text(message),
      stack: text(stack),
      code: text(code),
      retryable: retryable !== false,
    };
  } catch {
    return nothingThrown; // No JSON: the step failed all the same, and it has nothing more to say.
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Codes of ops that a step let through. Others that a tenant writes into `code` stay in `thrownCode`. */
const opCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'ACTION_INVALID',
  'CHAIN_DEPTH_EXCEEDED',
  'DELAY_INVALID',
  'DELTA_INVALID',
  'FAN_OUT_EXCEEDED',
  'HOOK_CANNOT_SCHEDULE',
  'KEY_INVALID',
  'NUMBER_OUT_OF_RANGE',
  'OP_BYTES_IN_FLIGHT_EXCEEDED',
  'OPS_EXCEEDED',
  'OPS_IN_FLIGHT_EXCEEDED',
  'OUTPUT_INVALID',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'READ_TOO_LARGE',
  'STEPS_EXCEEDED',
  'STORE_BYTES_EXCEEDED',
  'STORE_KEYS_EXCEEDED',
  'VALUE_INVALID',
  'VALUE_NOT_A_LIST',
  'VALUE_NOT_A_NUMBER',
  'VALUE_TOO_LARGE',
]);

function codeOf(thrown: ThrownText): ErrorCode {
  return opCodes.has(thrown.code) ? (thrown.code as ErrorCode) : 'STEP_THREW';
}

function failureOf(step: Step, thrown: ThrownText, code: ErrorCode): StepFailure {
  const { name, message, stack, code: thrownCode } = thrown;
  return {
    code,
    name,
    message,
    stack,
    thrownCode,
    step: stepId(step.ordinal),
    action: actionOf(step),
    attempt: step.attempt,
  };
}

function stopMessage(
  run: RunState,
  reason: StopReason,
  detail: string,
): { code: ErrorCode; message: string; retryable: boolean } {
  const { limits } = run;
  switch (reason) {
    case 'cpu':
      return {
        code: 'STEP_CPU_EXCEEDED',
        message: `The step used its ${limits.stepCpuMs} ms of CPU time.`,
        retryable: false,
      };
    case 'wall':
      return {
        code: 'STEP_WALL_EXCEEDED',
        message: `The step did not end within ${limits.stepWallMs} ms.`,
        retryable: false,
      };
    case 'stalled':
      return {
        code: 'STEP_STALLED',
        message: 'The step awaits a promise that nothing can settle any more: no op and no timer of it is under way.',
        retryable: false,
      };
    case 'memory':
      return {
        code: 'STEP_MEMORY_EXCEEDED',
        message: `The step used its ${limits.cellMemoryMb} MB of memory.`,
        retryable: false,
      };
    case 'rejection':
      return {
        code: 'STEP_REJECTION_UNHANDLED',
        message: `A promise was rejected and nothing handled it: ${detail}`,
        retryable: true,
      };
    case 'fault':
    case 'worker':
    case 'neighbour':
      return { code: 'STEP_LOST', message: `The step's cell could not go on: ${detail}`, retryable: true };
    default:
      return assertNever(reason);
  }
}
