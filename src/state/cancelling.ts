// How all of a run ends at once: it is cancelled, and the outcome says what its steps had done, for that stands; or there is no room to
// write down what they do.
import { stepId } from '../ids.ts';
import { failureOf, nothingThrown } from './failure.ts';
import type { OverflowCode } from './ledger.ts';
import type { Attempt, Effects } from './mutation.ts';
import { endRun } from './run-end.ts';
import { actionOf, type Interrupted, type RunEnd, type RunState, type Step } from './run-state.ts';
import { leave } from './steps.ts';

/** Effects that are listed of one run; the others are counted. */
const effectsListed = 1_000;

export function cancelRun(run: RunState, reason: string, now: number, effects: Effects): void {
  if (run.status.kind !== 'open') return;
  run.ledger?.cancelled(reason, now);
  run.cancellation = { reason, ...interruptedOf(run.begun.values().map(({ step }) => step)) };
  endAtOnce(run, 'cancelled', now, effects);
}

/** What the step did now is not done. */
export function overflowRun({ step }: Attempt, code: OverflowCode, now: number, effects: Effects): void {
  const { run } = step;
  run.ledger?.overflowed(step, code, now);
  run.failure ??= failureOf(step, { ...nothingThrown, message: overflowMessage(run, code) }, code);
  endAtOnce(run, 'failed', now, effects);
}

function overflowMessage({ limits, tenant }: RunState, code: OverflowCode): string {
  return code === 'LEDGER_BYTES_EXCEEDED'
    ? `What is written down of a run may have ${limits.ledgerBytesPerRun} bytes. Start another run for what is left.`
    : `What is written down of a tenant's open runs may have ${tenant.limits.ledgerBytesPerTenant} bytes.`;
}

function endAtOnce(run: RunState, status: RunEnd, now: number, effects: Effects): void {
  for (const attempt of run.begun.values()) {
    if (!attempt.isOver) leave(attempt, now, effects); // If it is, its step waits for another one.
    attempt.step.journal = null;
  }
  run.begun.clear();
  run.tenant.branches -= run.open;
  run.open = 0;
  run.armedBytes = 0;
  run.journalBytes = 0;
  endRun(run, status, now, effects);
}

function interruptedOf(steps: readonly Step[]): { interrupted: Interrupted[]; effectsOmitted: number } {
  let listed = 0;
  let effectsOmitted = 0;
  const interrupted = steps.map((step) => {
    const done = step.journal?.effects ?? [];
    const shown = done.slice(0, effectsListed - listed);
    listed += shown.length;
    effectsOmitted += done.length - shown.length;
    const { methods } = step.run.program;
    return {
      step: stepId(step.ordinal),
      action: actionOf(step),
      attempt: step.attempt,
      effects: shown.map(({ kind, key, method }) =>
        method < 0 ? { op: kind, key } : { op: kind, action: methods[method] ?? '' },
      ),
    };
  });
  return { interrupted, effectsOmitted };
}
