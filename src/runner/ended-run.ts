// A run that has ended, as it is remembered: ten thousand of them are. What a small one says takes a third of its memory as one text, and as bytes
// it is out of the heap: there old texts that go and new ones that come would leave gaps, a fifth of all of them.
import type { Cancellation, LogLine, RunEnd, RunState, RunUsage, StepCounts, StepFailure } from '../state/run-state.ts';

/** Plain data: as JSON it is the same again. */
export interface EndedRun {
  readonly status: RunEnd;
  readonly createdAt: number;
  readonly endedAt: number;
  /** SHA-256 of its source, in hex. */
  readonly workflow: string;
  /** JSON, as are the store's keys and values: a tenant's values are parsed when somebody asks for them. */
  readonly output: string | null;
  readonly store: readonly (readonly [key: string, text: string])[];
  readonly failure: StepFailure | null;
  readonly cancellation: Cancellation | null;
  readonly counts: StepCounts;
  readonly usage: RunUsage;
  readonly logs: readonly LogLine[];
}

/** Null while the run is open. */
export function endedRunOf(run: RunState): EndedRun | null {
  if (run.status.kind === 'open') return null;
  const { status, at: endedAt, store } = run.status;
  const { createdAt, output, failure, cancellation, counts, usage, logs } = run;
  const { hash: workflow } = run.program;
  return { status, createdAt, endedAt, workflow, output, store, failure, cancellation, counts, usage, logs };
}

/** A larger one is kept as it is: its texts are most of it, and writing them out once more would take its time. */
const packedBytesMost = 65_536;

/** `bytes`: about what it takes. */
export function kept(run: EndedRun, bytes: number): () => EndedRun {
  if (bytes > packedBytesMost) return () => run;
  return unpacking(utf8Of(JSON.stringify(run)));
}

/** Apart, so that nothing but the bytes is held by it. */
function unpacking(bytes: Buffer): () => EndedRun {
  return () => JSON.parse(bytes.toString());
}

/** Not of Node's pool, whose pieces go together. */
function utf8Of(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
