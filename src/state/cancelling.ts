// How all of a run ends at once: it is cancelled, and the outcome says what its steps had done, for that stands; or there is no room to
// write down what they do.
import { stepId } from '../ids.ts';
import { failureOf } from './failure.ts';
import { noteFailure } from './failures.ts';
import type { OverflowCode } from './ledger.ts';
import type { Attempt, Effects } from './mutation.ts';
import { endRun } from './run-end.ts';
import { actionOf, type Cancellation, type Interrupted, type RunEnd, type RunState, type Step } from './run-state.ts';
import { leave } from './steps.ts';
import { nothingThrown } from './thrown.ts';
import { noUsage } from './usage.ts';

/** Steps that are listed of one run, and effects; the others are counted. */
const listedMost = 1_000;

export function cancelRun(run: RunState, reason: string, now: number, effects: Effects): void {
  if (run.status.kind !== 'open') return;
  const begun = run.begun.values().map(({ step }) => step);
  run.ledger?.cancelled(reason, begun, now);
  leaveAll(run, now, effects);
  run.cancellation = { reason, ...interruptedOf(begun) };
  endAtOnce(run, 'cancelled', now, effects);
}

/** What the step did now is not done. */
export function overflowRun({ step }: Attempt, code: OverflowCode, now: number, effects: Effects): void {
  const { run } = step;
  run.ledger?.overflowed(step, code, now);
  leaveAll(run, now, effects);
  const failure = failureOf(step, { ...nothingThrown, message: overflowMessage(run, code) }, code);
  noteFailure(run, failure, true);
  run.failure ??= failure;
  endAtOnce(run, 'failed', now, effects);
}

function overflowMessage({ limits, tenant }: RunState, code: OverflowCode): string {
  return code === 'LEDGER_BYTES_EXCEEDED'
    ? `What is written down of a run may have ${limits.ledgerBytesPerRun} bytes. Start another run for what is left.`
    : `What is written down of a tenant's open runs may have ${tenant.limits.ledgerBytesPerTenant} bytes.`;
}

/** What runs is stopped. An attempt that is over already left a step that waits for another one. */
function leaveAll(run: RunState, now: number, effects: Effects): void {
  for (const attempt of run.begun.values()) if (!attempt.isOver) leave(attempt, now, effects);
}

function endAtOnce(run: RunState, status: RunEnd, now: number, effects: Effects): void {
  for (const { step } of run.begun.values()) step.journal = null;
  run.begun.clear();
  run.tenant.branches -= run.open;
  run.open = 0;
  run.journalBytes = 0;
  endRun(run, status, now, effects);
}

function interruptedOf(steps: readonly Step[]): Omit<Cancellation, 'reason'> {
  let effectsLeft = listedMost;
  let effectsDone = 0;
  const interrupted: Interrupted[] = [];
  for (const step of steps) {
    const done = step.journal?.effects ?? [];
    effectsDone += done.length;
    if (interrupted.length >= listedMost) continue;
    const shown = done.slice(0, effectsLeft);
    effectsLeft -= shown.length;
    const { methods } = step.run.program;
    interrupted.push({
      step: stepId(step.ordinal),
      action: actionOf(step),
      attempt: step.attempt,
      usage: { ...(step.journal?.usage ?? noUsage()) },
      effects: shown.map(({ kind, key, method }) =>
        method < 0 ? { op: kind, key } : { op: kind, action: methods[method] ?? '' },
      ),
    });
  }
  const effectsOmitted = effectsDone - (listedMost - effectsLeft);
  return { interrupted, stepsOmitted: steps.length - interrupted.length, effectsOmitted };
}
