// How `console.timeEnd` writes a time, as Node does: `12ms`, `1.250s`, `2:05.000 (m:ss.mmm)`.
import { floor, numberToFixed } from '../primordials.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Of whole milliseconds. */
export function elapsedText(ms: number): string {
  if (ms < second) return `${ms}ms`;
  if (ms < minute) return `${numberToFixed(ms / second, 3)}s`;
  const minutes = floor((ms % hour) / minute);
  const seconds = `${ms % minute < 10 * second ? '0' : ''}${numberToFixed((ms % minute) / second, 3)}`;
  if (ms < hour) return `${minutes}:${seconds} (m:ss.mmm)`;
  return `${floor(ms / hour)}:${minutes < 10 ? '0' : ''}${minutes}:${seconds} (h:mm:ss.mmm)`;
}
