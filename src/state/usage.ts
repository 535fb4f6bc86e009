// Who used what. Each amount is counted for the step, its run and its tenant in one place, so that the sums agree.
import { assertNever } from '../errors.ts';
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

const amounts = Object.keys(noUsage()) as (keyof Usage)[];

/**
 * The step has used this much more. One that has ended has no account of its own any more; what is measured after its run has ended, in whose
 * outcome it can no longer be, is its tenant's alone.
 */
export function use({ run, journal }: Step, what: keyof Usage, amount: number): void {
  if (run.status.kind === 'open') add(run.usage, what, amount);
  add(run.tenant.usage, what, amount);
  if (journal !== null) add(journal.usage, what, amount);
}

/** Adds one account to another. */
export function addUsage(to: Usage, more: Readonly<Usage>): void {
  for (const what of amounts) to[what] += more[what];
}

/** Written out: under a name that is known beforehand V8 finds an amount at once, and this is done three times for each op. */
function add(to: Usage, what: keyof Usage, amount: number): void {
  switch (what) {
    case 'cpuMs':
      to.cpuMs += amount;
      return;
    case 'activeMs':
      to.activeMs += amount;
      return;
    case 'queueMs':
      to.queueMs += amount;
      return;
    case 'ops':
      to.ops += amount;
      return;
    case 'attempts':
      to.attempts += amount;
      return;
    case 'logBytes':
      to.logBytes += amount;
      return;
    default:
      assertNever(what);
  }
}
