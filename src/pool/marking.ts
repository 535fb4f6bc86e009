// Keeps V8 from marking while threads end. A thread that ends in the middle of V8's incremental marking aborts the whole
// process: isolated-vm 7.0.1 is then called back for each of its handles, when it has already left the thread (seen on
// Node 26.10, about once in a hundred threads). V8 has this switch for the process only, so it is off while threads end.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Runners of this process that are ending threads right now. The switch belongs to the process, and so does the count. */
let ending = 0;

/**
 * Runs `end`, which ends threads that have had isolates, while V8 begins no marking, and lets those threads collect. A
 * cell that is made just then, by another runner, may have a `gc`: a tenant that finds it pays with its own time.
 */
export async function withoutMarking(end: () => Promise<void>): Promise<void> {
  if (ending++ === 0) setFlags('--no-incremental-marking', '--expose-gc');
  try {
    await end();
  } finally {
    if (--ending === 0) setFlags('--incremental-marking', '--no-expose-gc');
  }
}

/** In a thread that is about to end: finishes the marking that may have begun before. */
export function finishMarking(): void {
  const collect: unknown = runInNewContext('globalThis.gc');
  if (typeof collect === 'function') collect();
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
