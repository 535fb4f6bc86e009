// Turns whatever a tenant threw into text, inside the timed turn. The thrown value may be anything: null, a proxy, an
// object whose getters throw. Nothing here may throw, and what loops is cut by the turn's timer.
import { type ThrownText, thrownLengths } from '../protocol/records.ts';

/** Lines of the author's source carry this file name; all others belong to the runner and are left out. */
export const sourceName = 'workflow.js';

export function thrownText(thrown: unknown): ThrownText {
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  return {
    name: isObject ? textOf(() => Reflect.get(thrown, 'name'), thrownLengths.name, 'Error') : 'Error',
    message: isObject
      ? textOf(() => Reflect.get(thrown, 'message'), thrownLengths.message, '')
      : textOf(() => String(thrown), thrownLengths.message, ''),
    stack: isObject ? authorLines(textOf(() => Reflect.get(thrown, 'stack'), thrownLengths.stack, '')) : '',
    code: isObject ? textOf(() => Reflect.get(thrown, 'code'), thrownLengths.code, '') : '',
    retryable: !(isObject && attempt(() => Reflect.get(thrown, 'retryable')) === false),
  };
}

function textOf(read: () => unknown, limit: number, fallback: string): string {
  const value = attempt(read);
  return typeof value === 'string' ? value.slice(0, limit) : fallback;
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
  return stack
    .split('\n')
    .filter((line) => line.includes(`${sourceName}:`) && line.trimStart().startsWith('at '))
    .map((line) => line.trim())
    .join('\n');
}
