// What happens to a run, in the words in which its readers hear of it.
import type { RunId, StepId } from '../ids.ts';
import type { LogLevel } from '../protocol/records.ts';
import { bytesOfMore } from './failures.ts';
import type { RunEnd, StepCounts, StepFailure } from './run-state.ts';
import type { Usage } from './usage.ts';
import { wideBytes } from './weight.ts';

interface OfRun {
  readonly runId: RunId;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface OfStep extends OfRun {
  readonly step: StepId;
  readonly action: string;
  /** From 1. */
  readonly attempt: number;
}

/** Events come in the order in which the changes were made. Texts come from the tenant: treat them as hostile. */
export type RunEvent =
  | (OfRun & { readonly type: 'run_started'; readonly tenant: string })
  /** None of its steps starts until it is resumed. */
  | (OfRun & { readonly type: 'run_paused' | 'run_resumed' })
  | (OfStep & { readonly type: 'step_armed'; readonly dueAt: number })
  | (OfStep & { readonly type: 'step_started' })
  | (OfStep & { readonly type: 'step_log'; readonly level: LogLevel; readonly text: string })
  /** `usage` is that of all attempts of the step so far. */
  | (OfStep & { readonly type: 'step_completed'; readonly usage: Readonly<Usage> })
  /** The attempt failed and another follows, at `retryAt`. */
  | (OfStep & {
      readonly type: 'step_retried';
      readonly error: StepFailure;
      readonly retryAt: number;
      readonly usage: Readonly<Usage>;
    })
  /** The step, or hook, failed for good. A hook that fails changes nothing of how its run ends. */
  | (OfStep & { readonly type: 'step_failed'; readonly error: StepFailure; readonly usage: Readonly<Usage> })
  /** The step was taken out of a shared cell that was lost, and is run again alone. */
  | (OfStep & { readonly type: 'step_moved'; readonly reason: string })
  /** A new attempt did something else than the one before, at the op with this position. */
  | (OfStep & { readonly type: 'step_diverged'; readonly position: number })
  | (OfRun & {
      readonly type: 'run_ended';
      readonly status: RunEnd;
      readonly steps: Readonly<StepCounts>;
    })
  /** The reader lagged: this many events are missing here. */
  | (OfRun & { readonly type: 'events_dropped'; readonly count: number });

export type RunEventType = RunEvent['type'];

/** An event, by what may make it large. */
export interface HeldEvent {
  readonly at: number;
  readonly text?: string;
  readonly detail?: string;
  readonly error?: Pick<StepFailure, 'name' | 'message' | 'stack' | 'fields' | 'causes' | 'errors'>;
}

/** What an event takes beside its texts: measured as 152 to 240 bytes of heap, 536 with an error (Node 26). */
const eventBytes = 256;

/** About what an event takes until a reader has taken it. */
export function eventBytesOf({ text, detail, error }: HeldEvent): number {
  let bytes = eventBytes;
  for (const said of [text, detail, error?.name, error?.message, error?.stack]) {
    if (said !== undefined) bytes += said.length + wideBytes(said);
  }
  return error === undefined ? bytes : bytes + bytesOfMore(error);
}
