// Which lines of a V8 stack an author is shown. Those of the runner's own code say nothing about the author's.
import { charAt, indexOf, slice, startsWith } from './primordials.ts';

/** Lines of the author's source carry this file name. */
export const sourceName = 'workflow.js';

/** Files of the runner that are loaded into a cell. */
export const runnerName = 'stepwell:';

/** The lines that lie in the author's source. They stand at the end of a stack, behind a message of any length. */
export function authorLines(stack: string, most: number): string {
  const end = stack.length;
  let lines = '';
  for (let start = end > most ? end - most : 0; start < end; ) {
    const lineEnd = endOfLine(stack, start);
    const line = trimmed(stack, start, lineEnd);
    if (isFrameOf(line, `${sourceName}:`)) lines += lines === '' ? line : `\n${line}`;
    start = lineEnd + 1;
  }
  return lines;
}

/** A stack, with its message, without the lines that lie in the runner's code. */
export function withoutRunnerLines(stack: string): string {
  if (indexOf(stack, runnerName) < 0) return stack;
  let kept = '';
  for (let start = 0; start <= stack.length; ) {
    const lineEnd = endOfLine(stack, start);
    if (!isFrameOf(trimmed(stack, start, lineEnd), runnerName)) {
      kept += start === 0 ? slice(stack, 0, lineEnd) : `\n${slice(stack, start, lineEnd)}`;
    }
    start = lineEnd + 1;
  }
  return kept;
}

function endOfLine(text: string, start: number): number {
  const newline = indexOf(text, '\n', start);
  return newline < 0 ? text.length : newline;
}

export function isFrameOf(line: string, file: string): boolean {
  return startsWith(line, 'at ') && indexOf(line, file) >= 0;
}

/** Without the spaces that V8 puts before a frame. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  while (from < end && charAt(text, from) === ' ') from++;
  return slice(text, from, end);
}
