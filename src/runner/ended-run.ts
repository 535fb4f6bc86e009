// A run that has ended, as it is remembered: ten thousand of them are. What a small one says takes a third of its memory as one text, and as bytes
// it is out of the heap: there old texts that go and new ones that come would leave gaps, a fifth of all of them.
import type { Failures } from '../state/failures.ts';
import type { Cancellation, LogLine, RunEnd, RunState, RunUsage, StepCounts, StepFailure } from '../state/run-state.ts';
import type { StoredEntry } from '../state/run-store.ts';
import { byteLength } from '../state/text.ts';
import { textBytes } from '../state/weight.ts';

/** Plain data, but for lists: as JSON it says the same again. */
export interface EndedRun {
  readonly status: RunEnd;
  readonly createdAt: number;
  readonly endedAt: number;
  /** SHA-256 of its source, in hex. */
  readonly workflow: string;
  /** JSON, as are the store's keys and values: a tenant's values are parsed when somebody asks for them. */
  readonly output: string | null;
  readonly store: readonly StoredEntry[];
  readonly failure: StepFailure | null;
  readonly failures: Failures;
  readonly cancellation: Cancellation | null;
  readonly counts: StepCounts;
  readonly usage: RunUsage;
  readonly logs: readonly LogLine[];
}

/** Null while the run is open. */
export function endedRunOf(run: RunState): EndedRun | null {
  if (run.status.kind === 'open') return null;
  const { status, at: endedAt, store } = run.status;
  const { createdAt, output, failure, failures, cancellation, counts, usage, logs } = run;
  const { hash: workflow } = run.program;
  return { status, createdAt, endedAt, workflow, output, store, failure, failures, cancellation, counts, usage, logs };
}

/** A larger one is kept as it is: its texts are most of it, and writing them out once more would take its time. */
const packedBytesMost = 65_536;
/** About what a line of a log, a step or an effect takes beside its texts. */
const entryBytes = 128;

/** How a run is remembered, and what that takes in memory. */
export interface KeptRun {
  readonly bytes: number;
  readonly run: () => EndedRun;
}

export function kept(run: EndedRun): KeptRun {
  const bytes = bytesOf(run);
  if (bytes > packedBytesMost) return { bytes, run: () => run };
  const packed = utf8Of(JSON.stringify(run));
  return { bytes: packed.length, run: unpacking(packed) };
}

/** About what it takes, with all that a tenant can make long or many. */
function bytesOf({ output, store, logs, failures, cancellation }: EndedRun): number {
  let bytes = entryBytes + textBytes(output ?? '');
  for (const [key, value] of store)
    bytes += textBytes(key) + (typeof value === 'string' ? textBytes(value) : value.bytes);
  for (const { text } of logs) bytes += entryBytes + textBytes(text);
  bytes += failures.bytes; // Among them is why the run failed.
  for (const { action, effects } of cancellation?.interrupted ?? []) {
    bytes += 2 * entryBytes + byteLength(action); // With its usage.
    for (const { key, action: armed } of effects) bytes += entryBytes + byteLength(key ?? armed ?? '');
  }
  return bytes;
}

/** Apart, so that nothing but the bytes is held by it. */
function unpacking(bytes: Buffer): () => EndedRun {
  return () => JSON.parse(bytes.toString());
}

/** Not of Node's pool, whose pieces go together. */
function utf8Of(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(byteLength(text));
  bytes.write(text);
  return bytes;
}
