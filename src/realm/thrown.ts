// Turns whatever a tenant threw into text, inside the timed turn. The thrown value may be anything: null, a proxy, an
// object whose getters throw. Nothing here may throw, and what loops is cut by the turn's timer.
import { type ThrownText, thrownLengths } from '../protocol/records.ts';
import { charAt, indexOf, reflectGet, slice, startsWith, stringOf } from './primordials.ts';

/** Lines of the author's source carry this file name; all others belong to the runner and are left out. */
export const sourceName = 'workflow.js';

/** Has no prototype: whoever writes it as JSON asks nobody for a `toJSON`. */
export function thrownText(thrown: unknown): ThrownText {
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  const text = {
    __proto__: null,
    name: isObject ? textOf(() => reflectGet(thrown, 'name'), thrownLengths.name, 'Error') : 'Error',
    message: messageOf(thrown),
    stack: isObject ? authorLines(textOf(() => reflectGet(thrown, 'stack'), thrownLengths.stack, '')) : '',
    code: isObject ? textOf(() => reflectGet(thrown, 'code'), thrownLengths.code, '') : '',
    retryable: !(isObject && attempt(() => reflectGet(thrown, 'retryable')) === false),
  };
  return text;
}

/** Only what it says, for an error of which no more is told. */
export function messageOf(thrown: unknown): string {
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  return isObject
    ? textOf(() => reflectGet(thrown, 'message'), thrownLengths.message, '')
    : textOf(() => stringOf(thrown), thrownLengths.message, '');
}

function textOf(read: () => unknown, limit: number, fallback: string): string {
  const value = attempt(read);
  return typeof value === 'string' ? slice(value, 0, limit) : fallback;
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined; // A getter that throws has nothing to say; what it threw is the tenant's own.
  }
}

/** The lines of a V8 stack that lie in the author's source. */
function authorLines(stack: string): string {
  let lines = '';
  for (let start = 0; start < stack.length; ) {
    const newline = indexOf(stack, '\n', start);
    const end = newline < 0 ? stack.length : newline;
    const line = trimmed(stack, start, end);
    if (startsWith(line, 'at ') && indexOf(line, `${sourceName}:`) >= 0) lines += lines === '' ? line : `\n${line}`;
    start = end + 1;
  }
  return lines;
}

/** Without the spaces that V8 puts before a frame. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  while (from < end && charAt(text, from) === ' ') from++;
  return slice(text, from, end);
}
