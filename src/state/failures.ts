// The steps and hooks of a run that have failed for good, as its outcome lists them: all, as far as there is room, whatever the run's status.
import { kinds } from './account.ts';
import type { RunState, StepFailure } from './run-state.ts';
import { byteLength } from './text.ts';

export interface Failures {
  /** In the order in which they failed. */
  readonly listed: readonly StepFailure[];
  /** Failures that are not listed, for there are too many. */
  readonly omitted: number;
  /** About what those that are listed take. */
  readonly bytes: number;
}

export const noFailures: Failures = { listed: [], omitted: 0, bytes: 0 };

/** So many are listed of one run, with so much text. A fan-out of ten thousand steps may fail in all of them, and for one reason. */
const listedMost = 100;
const bytesMost = 65_536;
/** About what a failure takes beside its texts, with usage and limits. */
const entryBytes = 512;

/** `isWhy`: the run fails because of it. That one is always listed. */
export function noteFailure(run: RunState, failure: StepFailure, isWhy: boolean): void {
  const { listed, omitted, bytes } = run.failures;
  const grown = bytes + bytesOfFailure(failure);
  const hasRoom = isWhy || (listed.length < listedMost && grown <= bytesMost);
  if (hasRoom) run.memory.take(kinds.runs, grown - bytes);
  run.failures = hasRoom
    ? { listed: [...listed, failure], omitted, bytes: grown }
    : { listed, omitted: omitted + 1, bytes };
}

export function bytesOfFailure(failure: StepFailure): number {
  const { name, message, stack, thrownCode, action } = failure;
  let bytes = entryBytes + bytesOfMore(failure);
  for (const text of [name, message, stack, thrownCode, action]) bytes += byteLength(text);
  return bytes;
}

/** Of what few failures have. */
export function bytesOfMore({ fields, causes, errors }: Pick<StepFailure, 'fields' | 'causes' | 'errors'>): number {
  let bytes = 0;
  for (const more of [fields, causes, errors]) if (more !== undefined) bytes += byteLength(JSON.stringify(more));
  return bytes;
}
