// The rules of a run: how a mutation changes it and what follows. No I/O, no time, no randomness of its own.
// It is called by the mutation queue alone, one mutation at a time (I1).
import { assertNever } from '../errors.ts';
import { isEnd, type Op } from '../protocol/ops.ts';
import { hookNames, type LogLevel, logLineBytes } from '../protocol/records.ts';
import { kinds } from './account.ts';
import { cancelRun, overflowRun } from './cancelling.ts';
import { endAttempt, endOf, stopAttempt } from './endings.ts';
import { Journal } from './journal.ts';
import { noTime, opBytes } from './journal-entries.ts';
import { lackOfMemory, memoryCodes } from './memory-bounds.ts';
import type { Attempt, Effects, Mutation } from './mutation.ts';
import type { RunState, Step } from './run-state.ts';
import { Refusal, type Reply } from './run-store.ts';
import { announce, armStep, changeJournal, isHook, keepLog } from './steps.ts';
import { byteLength } from './text.ts';
import { use } from './usage.ts';
import { begunBytes, stepBytes, textBytes, timerBytes } from './weight.ts';

export function apply(mutation: Mutation, now: number, effects: Effects): void {
  // A deadline, a timer and the step's own end may wait in the queue together: the first one decides.
  if ('attempt' in mutation && mutation.attempt.isOver) return;
  switch (mutation.kind) {
    case 'run_opened':
      return openRun(mutation.run, mutation.data, now, effects);
    case 'run_cancelled':
      return cancelRun(mutation.run, mutation.reason, now, effects);
    case 'run_paused':
    case 'run_resumed':
      return pauseRun(mutation.run, mutation.kind === 'run_paused', now, effects);
    case 'attempt_begun':
      return beginAttempt(mutation.attempt, now, effects);
    case 'op':
      return applyOp(mutation.attempt, mutation.op, null, now, effects);
    case 'op_refused':
      return applyOp(mutation.attempt, mutation.op, mutation.refusal, now, effects);
    case 'run_overflowed':
      return overflowRun(mutation.attempt, mutation.code, now, effects);
    case 'turn_over':
      return endTurn(mutation.attempt, now, effects);
    case 'slept':
      return wake(mutation.attempt, mutation.position, now, effects);
    case 'attempt_stopped':
      mutation.attempt.step.run.ledger?.stopped(mutation.attempt.step, mutation.reason, mutation.detail, now);
      return stopAttempt(mutation.attempt, mutation.reason, mutation.detail, now, effects);
    default:
      return assertNever(mutation);
  }
}

function openRun(run: RunState, data: string, now: number, effects: Effects): void {
  if (run.status.kind !== 'open') return; // Cancelled before it was safe that it was started.
  run.ledger?.opened(now);
  if (run.watched) effects.event(run, { type: 'run_started', runId: run.id, at: now, tenant: run.program.tenant });
  const start = armStep(run, run.program.methods.indexOf('start'), data, 0, now);
  run.counts.armed++;
  announce(start, { type: 'step_armed', dueAt: now }, now, effects);
  effects.arm(start, now);
}

/** Steps that run go on. */
function pauseRun(run: RunState, isPaused: boolean, now: number, effects: Effects): void {
  if (run.status.kind !== 'open' || run.isPaused === isPaused) return;
  run.isPaused = isPaused;
  run.ledger?.paused(isPaused, now);
  const type = isPaused ? 'run_paused' : 'run_resumed';
  if (run.watched) effects.event(run, { type, runId: run.id, at: now });
  if (!isPaused) effects.runResumed(run);
}

function beginAttempt(attempt: Attempt, now: number, effects: Effects): void {
  const { step } = attempt;
  if (step.run.status.kind !== 'open') {
    attempt.isOver = true; // Cancelled between its being placed and now.
    return effects.attemptEnded(attempt);
  }
  step.run.ledger?.begun(step, attempt.lane, now);
  step.run.begun.set(step.ordinal, attempt);
  step.attempt++;
  if (step.journal === null) step.run.memory.take(kinds.journals, begunBytes);
  step.journal ??= new Journal();
  step.journal.begin(now);
  use(step, 'attempts', 1);
  use(step, 'queueMs', Math.max(0, now - step.dueAt));
  announce(step, { type: 'step_started' }, now, effects);
}

/** `verdict`: the refusal that it was answered with before, if it was made before. */
function applyOp(attempt: Attempt, op: Op, verdict: Refusal | null, now: number, effects: Effects): void {
  const { step } = attempt;
  const { run, journal } = step;
  const overflow = run.ledger?.refusal ?? null;
  if (overflow !== null) return overflowRun(attempt, overflow, now, effects);
  if (isEnd(op)) {
    const end = endOf(op, step);
    run.ledger?.ended(step, end, now);
    return endAttempt(attempt, end, now, effects);
  }
  if (journal === null) throw new Error('An attempt has begun without a journal.');
  const { position } = journal;
  const replayed = journal.next(op);
  if (replayed === 'diverged') diverge(attempt, position, now, effects);
  const isReplayed = typeof replayed === 'object';
  if (isReplayed && replayed.reply !== null) {
    if (op.kind === 'log') return; // As at first: nobody waits for it.
    return respond(attempt, journal, position, replayed.reply, replayed.at, effects);
  }
  const refusal = isReplayed ? null : refuseVolume(run, journal, position);
  if (refusal !== null) return respond(attempt, journal, position, refusal, now, effects);
  const lack = isReplayed ? verdict : (verdict ?? refusalFor(run, bytesOfOp(op)));
  if (lack !== null && verdict === null && refusalFor(run, opBytes + 2 * op.key.length) !== null) {
    journal.refuse(lack); // Not even without its text.
    return respond(attempt, journal, position, lack, now, effects);
  }
  doOp(attempt, journal, position, op, lack, isReplayed ? replayed.at : null, now, effects);
}

/** `refusal`: why it is not done, if it is not. `replayedAt`: what the clock of the step said when an earlier attempt did it. */
function doOp(
  attempt: Attempt,
  journal: Journal,
  position: number,
  op: Op,
  refusal: Refusal | null,
  replayedAt: number | null,
  now: number,
  effects: Effects,
): void {
  const { step } = attempt;
  const { run } = step;
  use(step, 'ops', 1);
  if (op.kind === 'sleep' && refusal === null) {
    record(run, journal, position, op, null, replayedAt ?? noTime);
    run.ledger?.did(step, position, op, null, now);
    return effects.sleep(attempt, position, now + op.amount);
  }
  const reply = refusal ?? perform(step, journal, op, now, effects);
  const isOutOfMemory = reply instanceof Refusal && memoryCodes.has(reply.code);
  const done = isOutOfMemory && op.value !== '' ? { ...op, value: '' } : op; // Its text is what there is no room for.
  if (isOutOfMemory && op.kind === 'log') noteCut(step, journal, op, now, effects);
  const at = replayedAt ?? now;
  record(run, journal, position, done, reply, at);
  run.ledger?.did(step, position, done, reply, now);
  if (op.kind !== 'log') respond(attempt, journal, position, reply, at, effects);
}

function record(run: RunState, journal: Journal, position: number, op: Op, reply: Reply | null, at: number): void {
  const { bytes, heldBytes } = journal;
  journal.record(position, op, reply, at);
  run.journalBytes += journal.bytes - bytes;
  run.memory.take(kinds.journals, journal.heldBytes - heldBytes);
}

/** From this position on the step goes on as new code. */
export function diverge(attempt: Attempt, position: number, now: number, effects: Effects): void {
  const { journal } = attempt.step;
  if (journal === null) return;
  announce(attempt.step, { type: 'step_diverged', position }, now, effects);
  attempt.step.run.ledger?.diverged(attempt.step, position);
  const held = changeJournal(attempt.step.run, journal, () => journal.diverge(position));
  for (const due of held) effects.reply(attempt, due);
}

/**
 * A turn of the step is over. If it has got all that the attempt before had got, and has not made the op that was
 * answered then, it never will: it goes another way, and may not be kept waiting for itself.
 */
function endTurn(attempt: Attempt, now: number, effects: Effects): void {
  const { journal } = attempt.step;
  if (journal === null || attempt.undelivered > 0 || !journal.awaitsOp) return;
  diverge(attempt, journal.position, now, effects);
}

/** A timer of the step is over. */
function wake(attempt: Attempt, position: number, now: number, effects: Effects): void {
  const { journal, run } = attempt.step;
  if (journal === null) return;
  run.ledger?.woke(attempt.step, position, now);
  respond(attempt, journal, position, '', journal.answer(position, now), effects);
}

/** Replies, in the order and in the turns of the attempt before as long as that one is being repeated. */
function respond(
  attempt: Attempt,
  journal: Journal,
  position: number,
  reply: Reply,
  at: number,
  effects: Effects,
): void {
  if (!journal.isRepeating) return effects.reply(attempt, { position, reply, at, turn: 'any' });
  for (const next of journal.offer(position, reply, at)) effects.reply(attempt, next);
}

/** Beyond these bounds nothing is kept of an op: a step that goes on all the same pays with its own time only. */
function refuseVolume(run: RunState, journal: Journal, position: number): Refusal | null {
  const refusal = journal.refusal ?? volumeRefusal(run, journal, position);
  if (refusal !== null) journal.refuse(refusal);
  return refusal;
}

function volumeRefusal({ limits, journalBytes }: RunState, journal: Journal, position: number): Refusal | null {
  const { opsPerStep, opBytesPerStep, opBytesPerRun } = limits;
  if (position >= opsPerStep) {
    return new Refusal('OPS_EXCEEDED', `A step may make ${opsPerStep} ops. Let it schedule another step.`);
  }
  if (journal.bytes >= opBytesPerStep) {
    const message = `The ops of a step may hold ${opBytesPerStep} bytes. Let it schedule another step.`;
    return new Refusal('OP_BYTES_EXCEEDED', message);
  }
  if (journalBytes < opBytesPerRun) return null;
  const message = `The ops of a run's unfinished steps may hold ${opBytesPerRun} bytes. Let some of them end first.`;
  return new Refusal('OP_BYTES_EXCEEDED', message);
}

/** What an op takes of a journal, at most: it is not looked at how many bytes a character of its texts takes. */
function bytesOfOp({ key, value }: Op): number {
  return opBytes + 2 * (key.length + value.length);
}

function refusalFor({ tenant }: RunState, bytes: number): Refusal | null {
  const lack = lackOfMemory(tenant, bytes);
  return lack === null ? null : new Refusal(lack.code, lack.message);
}

function perform(step: Step, journal: Journal, op: Op, now: number, effects: Effects): Reply {
  const { store } = step.run;
  switch (op.kind) {
    case 'get':
      return store.get(op.key);
    case 'set':
      return store.set(op.key, op.value);
    case 'push':
      return store.push(op.key, op.value);
    case 'increment':
      return store.increment(op.key, op.amount);
    case 'delete':
      return store.delete(op.key);
    case 'schedule':
      return schedule(step, journal, op, now, effects);
    case 'log':
      return log(step, journal, op, now, effects);
    case 'sleep':
    case 'completed':
    case 'failed':
    case 'stalled':
      throw new Error(`No store op: ${op.kind}`);
    default:
      return assertNever(op.kind);
  }
}

function schedule(step: Step, journal: Journal, op: Op, now: number, effects: Effects): Reply {
  const { run } = step;
  const { limits } = run;
  const action = run.program.methods[op.method];
  if (isHook(step)) return new Refusal('HOOK_CANNOT_SCHEDULE', 'A hook cannot schedule: its run is ending.');
  if (action === undefined || action === 'start' || action === hookNames.complete || action === hookNames.error) {
    return new Refusal('ACTION_INVALID', '`action` names no step of this workflow.');
  }
  const bytes = byteLength(op.value);
  if (bytes > limits.payloadBytes) {
    return new Refusal('PAYLOAD_TOO_LARGE', `\`payload\` may have ${limits.payloadBytes} bytes as JSON.`);
  }
  if (journal.branches >= limits.fanOutPerStep) {
    return new Refusal(
      'FAN_OUT_EXCEEDED',
      `A step may arm ${limits.fanOutPerStep} branches. Let branches arm the rest.`,
    );
  }
  if (step.depth >= limits.chainDepth) {
    return new Refusal('CHAIN_DEPTH_EXCEEDED', `A chain may be ${limits.chainDepth} schedules deep. Start a new run.`);
  }
  if (run.counts.armed >= limits.stepsPerRun) {
    return new Refusal('STEPS_EXCEEDED', `A run may arm ${limits.stepsPerRun} branches. Start a new run.`);
  }
  if (run.armedBytes + bytes > limits.armedBytesPerRun) {
    const message = `The payloads of a run's open branches may have ${limits.armedBytesPerRun} bytes. Let some end first.`;
    return new Refusal('ARMED_BYTES_EXCEEDED', message);
  }
  if (run.tenant.branches >= run.tenant.limits.branchesOpenPerTenant) {
    const { branchesOpenPerTenant } = run.tenant.limits;
    const message = `A tenant may have ${branchesOpenPerTenant} branches open in all its runs. Let some end first.`;
    return new Refusal('TENANT_BRANCHES_EXCEEDED', message);
  }
  const lack = refusalFor(run, stepBytes + timerBytes + textBytes(op.value, bytes));
  if (lack !== null) return lack;
  journal.branches++;
  run.counts.armed++;
  const branch = armStep(run, op.method, op.value, step.depth + 1, now + op.amount);
  announce(branch, { type: 'step_armed', dueAt: branch.dueAt }, now, effects);
  effects.arm(branch, now);
  return '';
}

function log(step: Step, journal: Journal, op: Op, now: number, effects: Effects): Reply {
  const { logBytesPerStep } = step.run.limits;
  if (journal.logBytes > logBytesPerStep) return '';
  const lack = refusalFor(step.run, bytesOfOp(op) + logLineBytes + 2 * op.value.length);
  if (lack !== null) return lack;
  const text = textOf(op.value);
  journal.logBytes += byteLength(text) + logLineBytes;
  const isCut = journal.logBytes > logBytesPerStep;
  const kept = isCut ? `[log cut: a step may write ${logBytesPerStep} bytes]` : text;
  keepLog(step, op.key as LogLevel, kept, now, effects); // The reader of ops has checked the level.
  return '';
}

/** There was no room for a line: a notice stands in the log instead, and no further line of the step. */
function noteCut(step: Step, journal: Journal, op: Op, now: number, effects: Effects): void {
  const { logBytesPerStep } = step.run.limits;
  if (journal.logBytes > logBytesPerStep) return;
  journal.logBytes = logBytesPerStep + 1;
  keepLog(step, op.key as LogLevel, '[log cut: there is no room for it in memory]', now, effects);
}

/** A text is JSON unless the realm is broken, and then it is shown as it is. */
function textOf(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}
