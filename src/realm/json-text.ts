// The JSON text of what a step hands over. What JSON would leave out or change without a word is refused, by its path: the step that gets the
// value would find out, or nobody. Most values are plain data: for them a look at each part is all that is added to writing them out.
import { depthMost, isTooDeep } from '../protocol/depth.ts';
import { strictText, whyNoJson } from './json-refusal.ts';
import { opError } from './op-error.ts';
import { getPrototypeOf, isArray, isFiniteNumber, jsonStringify, objectPrototype } from './primordials.ts';

/** Throws what the step is told. `what` names the value to its author. */
export function jsonText(value: unknown, code: string, what: string): string {
  if (isPlainScalar(value)) return jsonStringify(value);
  let text: string | undefined;
  try {
    text = jsonStringify(value);
  } catch {
    throw opError(code, whyNoJson(value, what)); // It is found once more, with its path.
  }
  if (text !== undefined && isTooDeep(text)) throw opError(code, `${what} may be nested ${depthMost} deep.`);
  if (text !== undefined && isPlain(value)) return text;
  const strict = strictText(value, what);
  if (typeof strict === 'string') return strict;
  throw opError(code, strict.why);
}

function isPlainScalar(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  return typeof value === 'number' && isFiniteNumber(value);
}

/**
 * Whether the text of the value has all of it: lists, records, texts, numbers. (Undefined is left out of a record and null in a list, as
 * everywhere.) Of anything else more has to be asked. What most parts are is looked at without a call: a number less itself is 0 if it is finite.
 */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isPlainScalar(value);
  if (isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'string' || (typeof item === 'number' && item - item === 0)) continue;
      if (item !== undefined && !isPlain(item)) return false;
    }
    return true;
  }
  const prototype = getPrototypeOf(value);
  if (prototype !== objectPrototype && prototype !== null) return false;
  for (const name in value) {
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'string' || (typeof item === 'number' && item - item === 0)) continue;
    if (item !== undefined && !isPlain(item)) return false;
  }
  return true;
}
