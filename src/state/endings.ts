// How attempts, steps and runs end.
//
// An attempt ends in one of four ways. It completes: so does its step. It fails: the step is armed again while the
// policy allows, then it has failed. It is stopped as its own fault (time, CPU, memory): the step has failed, for the
// same inbox would do the same again. It is moved: its cell or thread was lost, and it runs again alone.
//
// A run ends when nothing of it is open. Before that, `onWorkflowError` is armed at the first failure that counts, or
// `onWorkflowComplete` at the end: never both, neither twice (I7). How a run is cancelled: cancelling.ts.
import type { Op } from '../protocol/ops.ts';
import { hookNames, type ThrownText } from '../protocol/records.ts';
import { kinds } from './account.ts';
import { codeOf, failureOf, stopMessage } from './failure.ts';
import { noteFailure } from './failures.ts';
import { lackOfMemory } from './memory-bounds.ts';
import type { Attempt, Effects, StopReason } from './mutation.ts';
import { endRun } from './run-end.ts';
import { actionOf, type RunState, type Step, type StepFailure } from './run-state.ts';
import { announce, armStep, changeJournal, isHook, keepLog, leave } from './steps.ts';
import { byteLength } from './text.ts';
import { nothingThrown, thrownOf } from './thrown.ts';
import { noUsage } from './usage.ts';
import { smallOutput, stepBytes, textBytes } from './weight.ts';

/** A step's last word, within its bounds: what it returned, or what it threw. */
export function endOf(op: Op, { run, ordinal }: Step): Op {
  const { payloadBytes } = run.limits;
  if (op.kind === 'failed') return { ...op, value: JSON.stringify(thrownOf(op.value)) };
  if (op.kind !== 'completed') return op;
  const why =
    byteLength(op.value) > payloadBytes
      ? { code: 'PAYLOAD_TOO_LARGE', message: `A step may return ${payloadBytes} bytes of JSON.` }
      : ordinal === 1 && op.value.length > smallOutput // What other steps return is for nobody.
        ? lackOfMemory(run.tenant, textBytes(op.value))
        : null;
  return why === null ? op : { ...op, kind: 'failed', value: JSON.stringify({ ...nothingThrown, ...why }) };
}

/** The step's own word that it is over. */
export function endAttempt(attempt: Attempt, op: Op, now: number, effects: Effects): void {
  const { step } = attempt;
  const { run } = step;
  if (op.kind === 'stalled') return stopAttempt(attempt, 'stalled', '', now, effects);
  if (op.kind === 'failed') return failAttempt(attempt, thrownOf(op.value), now, effects);
  if (step.ordinal === 1 && op.value !== '') {
    run.output = op.value;
    if (op.value.length > smallOutput) run.memory.take(kinds.runs, textBytes(op.value));
  }
  if (!isHook(step)) run.counts.completed++;
  leave(attempt, now, effects);
  announceEnd(step, { type: 'step_completed' }, now, effects);
  close(step, now, effects);
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
    case 'store':
      return blame(attempt, reason, detail, now, effects);
    default:
      if (attempt.lane === 'exclusive') return blame(attempt, reason, detail, now, effects);
      return move(attempt, reason, 'exclusive', now, effects);
  }
}

/** A step that is there when so many threads are lost runs alone from then on; after more, it has failed. */
const threadsLostShared = 3;
const threadsLostMost = 8;

function blame(attempt: Attempt, reason: StopReason, detail: string, now: number, effects: Effects): void {
  const { code, thrown = nothingThrown, ...said } = stopMessage(attempt.step.run, reason, detail);
  failAttempt(attempt, { ...thrown, ...said }, now, effects, code);
}

/** Again, with its journal, as if it had not been interrupted. The lost attempt does not count. */
function move(attempt: Attempt, reason: StopReason, lane: Step['lane'], now: number, effects: Effects): void {
  const { step } = attempt;
  announce(step, { type: 'step_moved', reason }, now, effects);
  step.lane = lane;
  step.attempt--;
  leave(attempt, now, effects);
  step.dueAt = now; // From here on it waits again.
  step.journal?.rewind('interrupted');
  effects.arm(step, now);
}

function failAttempt(attempt: Attempt, thrown: ThrownText, now: number, effects: Effects, code = codeOf(thrown)): void {
  const { step } = attempt;
  const { run } = step;
  leave(attempt, now, effects);
  const error = failureOf(step, thrown, code);
  if (isHook(step)) {
    keepLog(step, 'error', `${actionOf(step)} failed: ${error.name}: ${error.message}`, now, effects);
    noteFailure(run, error, false);
    announceEnd(step, { type: 'step_failed', error }, now, effects);
    return close(step, now, effects);
  }
  const mayHelp = thrown.retryable && (thrown.isMistake === undefined || run.retry.retryMistakes === true);
  if (mayHelp && step.attempt < run.retry.maxAttempts) {
    run.counts.retried++;
    step.dueAt = now + retryDelayMs(step);
    if (step.journal !== null) changeJournal(run, step.journal, (journal) => journal.rewind('failed'));
    announceEnd(step, { type: 'step_retried', error, retryAt: step.dueAt }, now, effects);
    return effects.arm(step, now);
  }
  run.counts.failed++;
  // A step that has armed a branch has handed on: the run goes on, and its end is that of its branches.
  const isWhy = run.failure === null && (step.journal?.branches ?? 0) === 0;
  noteFailure(run, error, isWhy);
  announceEnd(step, { type: 'step_failed', error }, now, effects);
  if (isWhy) failRun(run, error, now, effects);
  close(step, now, effects);
}

function failRun(run: RunState, error: StepFailure, now: number, effects: Effects): void {
  run.failure = error;
  const { usage: _, limits: __, ...told } = error;
  armHook(run, hookNames.error, JSON.stringify({ ...told, code: error.thrownCode || error.code }), now, effects);
}

/** The step is over, as its last attempt is. */
function close(step: Step, now: number, effects: Effects): void {
  const { run } = step;
  run.journalBytes -= step.journal?.bytes ?? 0;
  run.memory.take(kinds.journals, -(step.journal?.heldBytes ?? 0));
  step.journal = null;
  run.begun.delete(step.ordinal);
  run.open--;
  run.tenant.branches--;
  const bytes = byteLength(step.data);
  run.armedBytes -= bytes;
  run.memory.take(kinds.steps, -stepBytes - textBytes(step.data, bytes));
  if (run.open > 0) return;
  if (run.failure === null && run.completeHook === 'waiting') {
    run.completeHook = 'armed';
    armHook(run, hookNames.complete, 'null', now, effects);
    if (run.open > 0) return;
  }
  endRun(run, run.failure === null ? 'completed' : 'failed', now, effects);
}

type EndNews =
  | { readonly type: 'step_completed' }
  | { readonly type: 'step_retried'; readonly error: StepFailure; readonly retryAt: number }
  | { readonly type: 'step_failed'; readonly error: StepFailure };

/** With a copy of what the step has used, for it may go on: made only where somebody listens. */
function announceEnd(step: Step, news: EndNews, now: number, effects: Effects): void {
  if (!step.run.watched) return;
  announce(step, { ...news, usage: { ...(step.journal?.usage ?? noUsage()) } }, now, effects);
}

function armHook(run: RunState, name: string, data: string, now: number, effects: Effects): void {
  const method = run.program.methods.indexOf(name);
  if (method >= 0) effects.arm(armStep(run, method, data, 0, now), now);
}

/** Exponential, and spread by run and step, so that steps that failed together do not return together. */
function retryDelayMs(step: Step): number {
  const { firstDelayMs, longestDelayMs } = step.run.retry;
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** (step.attempt - 1));
  const mixed = (Number.parseInt(step.run.seed.slice(0, 8), 16) + step.ordinal * 2_654_435_761) % 1_024;
  const spread = mixed / 1_024;
  return Math.round(full * (0.5 + 0.5 * spread));
}
