// Keeps V8 from marking while threads end. A thread that ends in the middle of V8's incremental marking aborts the whole
// process: isolated-vm 7.0.1 is then called back for each of its handles, when it has already left the thread (seen on
// Node 26.10, about once in a hundred threads). V8 has this switch for the process only, so it is off while threads end.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Runners of this process that are ending threads right now. The switch belongs to the process, and so does the count. */
let ending = 0;

/** Runs `end`, which ends threads that have had isolates, while V8 begins no marking. */
export async function withoutMarking(end: () => Promise<void>): Promise<void> {
  if (ending++ === 0) setFlagsFromString('--no-incremental-marking');
  try {
    await end();
  } finally {
    if (--ending === 0) setFlagsFromString('--incremental-marking');
  }
}

/** In the thread that is about to end: finishes the marking that may have begun before. */
export function finishMarking(): void {
  // The context made between the flags has a `gc`. So has a cell that another thread makes just then, where it costs a
  // tenant that finds it nothing but its own time.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
}
