// How a run ended, as the embedder gets it. Here, and only here and when asked, a tenant's values are parsed.
import { isTooDeep } from '../protocol/depth.ts';
import type { Cancellation, RunEnd, RunState, RunUsage, StepCounts, StepFailure } from '../state/run-state.ts';

export interface Outcome {
  readonly status: RunEnd;
  /** What `start` returned, null for nothing. From the tenant. */
  readonly output: unknown;
  /** The keys as they stood when the run ended. Has no prototype: `__proto__` is a key like others. From the tenant. */
  readonly store: Readonly<Record<string, unknown>>;
  /** Why the run failed: the first step's failure that counted. */
  readonly error?: StepFailure;
  /** Of a cancelled run: why, and what the steps had done that it interrupted. Other steps had done all or nothing. */
  readonly cancellation?: Cancellation;
  readonly steps: Readonly<StepCounts>;
  readonly usage: Readonly<RunUsage & { readonly wallMs: number }>;
}

/** Null while the run is open. */
export function outcomeOf(run: RunState): Outcome | null {
  if (run.status.kind === 'open') return null;
  const { status, at, store } = run.status;
  const values: Record<string, unknown> = Object.create(null);
  for (const [key, text] of store) values[String(parsed(key))] = parsed(text);
  return {
    status,
    output: run.output === null ? null : parsed(run.output),
    store: values,
    ...(run.failure === null ? {} : { error: run.failure }),
    ...(run.cancellation === null ? {} : { cancellation: run.cancellation }),
    steps: { ...run.counts },
    usage: { ...run.usage, wallMs: at - run.createdAt },
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
