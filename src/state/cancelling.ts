// How a run is cancelled: all of it ends at once. What its steps had done stands, and the outcome says what that was.

import { stepId } from '../ids.ts';
import type { Effects } from './mutation.ts';
import { endRun } from './run-end.ts';
import { actionOf, type Interrupted, type RunState, type Step } from './run-state.ts';
import { leave } from './steps.ts';

/** Effects that are listed of one run; the others are counted. */
const effectsListed = 1_000;

export function cancelRun(run: RunState, reason: string, now: number, effects: Effects): void {
  if (run.status.kind !== 'open') return;
  run.ledger?.cancelled(reason, now);
  const begun = [...run.begun];
  run.cancellation = { reason, ...interruptedOf(begun.map(([step]) => step)) };
  for (const [step, attempt] of begun) {
    if (attempt !== null) leave(attempt, now, effects); // A step that waits for another attempt has none.
    step.journal = null;
  }
  run.begun.clear();
  run.tenant.branches -= run.open;
  run.open = 0;
  run.armedBytes = 0;
  run.journalBytes = 0;
  endRun(run, 'cancelled', now, effects);
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
