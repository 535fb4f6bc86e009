// How a run ended, as the embedder gets it. Here, and only here and when asked, a tenant's values are parsed.
import { isTooDeep } from '../protocol/depth.ts';
import type { Cancellation, RunEnd, RunUsage, StepCounts, StepFailure } from '../state/run-state.ts';
import type { EndedRun } from './ended-run.ts';

export interface Outcome {
  readonly status: RunEnd;
  /** What `start` returned, null for nothing. From the tenant. */
  readonly output: unknown;
  /** The keys as they stood when the run ended. Has no prototype: `__proto__` is a key like others. From the tenant. */
  readonly store: Readonly<Record<string, unknown>>;
  /** Why the run failed: the first step's failure that counted. */
  readonly error?: StepFailure;
  /**
   * Each step and hook that has failed for good, in that order, whatever the status: a step that fails when it has scheduled others does not
   * fail its run, and a hook never does. At most 100 of them, with at most 64 KiB of text; that of `error` is always listed.
   */
  readonly failures: readonly StepFailure[];
  /** Failures that are not listed, for there are too many. */
  readonly failuresOmitted: number;
  /** Of a cancelled run: why, and what the steps had done that it interrupted. Other steps had done all or nothing. */
  readonly cancellation?: Cancellation;
  readonly steps: Readonly<StepCounts>;
  readonly usage: Readonly<RunUsage & { readonly wallMs: number }>;
}

export function outcomeOf(run: EndedRun): Outcome {
  const { status, output, failure, failures, cancellation, counts, usage, createdAt, endedAt } = run;
  const store: Record<string, unknown> = Object.create(null);
  for (const [key, text] of run.store) store[String(parsed(key))] = parsed(text);
  return {
    status,
    output: output === null ? null : parsed(output),
    store,
    ...(failure === null ? {} : { error: failure }),
    failures: failures.listed,
    failuresOmitted: failures.omitted,
    ...(cancellation === null ? {} : { cancellation }),
    steps: { ...counts },
    usage: { ...usage, wallMs: endedAt - createdAt },
  };
}

/** The value of a tenant's JSON text. Text that is none, or nested too deep, stays text: only a broken realm writes such. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(text) ? text : value;
  } catch {
    return text;
  }
}
