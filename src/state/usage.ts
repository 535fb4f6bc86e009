// Who used what. Each amount is counted for the step, its run and its tenant in one place, so that the sums agree.
import type { Step } from './run-state.ts';

/** What steps have used, over all of their attempts. */
export interface Usage {
  /** CPU time. Of a turn that several steps share each is given an equal part; of a tenant it is exact. */
  cpuMs: number;
  /** Time in cells, from dispatch to end, waiting for replies and timers included. */
  activeMs: number;
  /** Time that was over between being due and being dispatched. */
  queueMs: number;
  ops: number;
  attempts: number;
  logBytes: number;
}

export function noUsage(): Usage {
  return { cpuMs: 0, activeMs: 0, queueMs: 0, ops: 0, attempts: 0, logBytes: 0 };
}

/** The step has used this much more. One that has ended has no account of its own any more. */
export function use({ run, journal }: Step, what: keyof Usage, amount: number): void {
  run.usage[what] += amount;
  run.tenant.usage[what] += amount;
  if (journal !== null) journal.usage[what] += amount;
}
