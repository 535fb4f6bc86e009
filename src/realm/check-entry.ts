// Takes the ops out of a context that its step may have spoilt, in a context that no step ever enters: inside of the isolate, so that time and
// memory for it are the tenant's. Nothing is believed: each record has to be the step's own, and what is JSON has to be as `JSON.stringify`
// writes it. Nothing is parsed either, for `[{},{}]` has three bytes a piece as text and many times that as objects.
import { fieldSeparator, opLetters, recordSeparator } from '../protocol/records.ts';
import { charAt, charCodeAt, indexOf, mapGet, startsWith } from './primordials.ts';
import { isWrittenJson } from './written-json.ts';

/** What a turn of one context has said begins with one of these. Behind `breach` stands what is wrong. */
export const verdicts = { open: 'o', ended: 'e', breach: 'b' } as const;

/**
 * The fields of a record behind its `ref`: `k` a key, `s` a text, `v` a value, `o` a value or nothing, `n` what the main thread reads by
 * itself. It also counts them.
 */
const fieldsOf: { readonly [Kind in keyof typeof opLetters]: string } = {
  get: 'k',
  set: 'kv',
  push: 'kv',
  increment: 'kn',
  delete: 'k',
  schedule: 'nvn',
  sleep: 'n',
  log: 'ns',
  completed: 'o',
  failed: 'v',
  stalled: 'n',
};

const patterns: ReadonlyMap<string, string> = new Map(
  Object.entries(opLetters).map(([kind, letter]) => [letter, fieldsOf[kind as keyof typeof opLetters]]),
);

/** The text of a turn as `take` gives it, of the one step whose context it is. */
export function checked(take: () => unknown, ref: string): string {
  const text = take();
  if (typeof text !== 'string') return `${verdicts.breach}The realm did not give text.`;
  const head = fieldSeparator + ref + fieldSeparator;
  let verdict: string = verdicts.open;
  for (let start = 0; start < text.length; ) {
    const end = indexOf(text, recordSeparator, start);
    if (end < 0 || !startsWith(text, head, start + 1)) {
      return `${verdicts.breach}A context spoke for a step that is not its own.`;
    }
    const letter = charAt(text, start);
    if (!areWritten(mapGet(patterns, letter) ?? '', text, start + 1 + head.length, end)) {
      return `${verdicts.breach}A context wrote a text that is no JSON, is nested too deep, or is not as JSON.stringify writes it.`;
    }
    if (letter === opLetters.completed || letter === opLetters.failed || letter === opLetters.stalled) {
      verdict = verdicts.ended;
    }
    start = end + 1;
  }
  return verdict + text;
}

/** What has no such fields is left to who counts them, as long as no text of it would be kept. */
function areWritten(pattern: string, text: string, start: number, end: number): boolean {
  let at = start;
  for (let index = 0; index < pattern.length; index++) {
    const separator = indexOf(text, fieldSeparator, at);
    const isLast = index === pattern.length - 1;
    const fieldEnd = isLast || separator < 0 || separator > end ? end : separator;
    if (!isField(charAt(pattern, index), text, at, fieldEnd)) return false;
    at = fieldEnd + 1;
  }
  return pattern !== '';
}

function isField(kind: string, text: string, start: number, end: number): boolean {
  if (kind === 'n' || (kind === 'o' && start === end)) return true;
  const isText = charCodeAt(text, start) === 0x22;
  return (kind === 'v' || kind === 'o' || isText) && isWrittenJson(text, start, end);
}
