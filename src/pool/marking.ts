// A thread that ends in the middle of V8's incremental marking aborts the whole process: isolated-vm 7.0.1 is then called
// back for each of its handles, when it has already left the thread (seen on Node 26.10, about once in a hundred threads).
import { queryObjects } from 'node:v8';

/**
 * In a thread that is about to end: collects all there is to collect, and ends the marking that may be under way.
 * `queryObjects` is the call of Node that does so without flags of V8, which belong to the process and may not be changed
 * while it runs. Nothing is looked for. Takes up to a quarter of a second.
 */
export function finishMarking(): void {
  queryObjects(class Nothing {}, { format: 'count' });
}
