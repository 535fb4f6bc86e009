// What a process holds of the machine's memory once it has let go of all that it can.
import { queryObjects } from 'node:v8';

/** After a thorough collection, which is what `queryObjects` begins with: it needs no flag of V8. */
export function residentMb(): number {
  queryObjects(class Nothing {}, { format: 'count' });
  return process.memoryUsage.rss() / 1_048_576;
}
