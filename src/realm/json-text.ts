// The JSON text of what a step hands over.
import { depthMost, isTooDeep } from '../protocol/depth.ts';
import { opError } from './op-error.ts';
import { jsonStringify } from './primordials.ts';
import { messageOf } from './thrown.ts';

/** Undefined for what JSON leaves out, such as a function. Throws what the step is told. */
export function jsonText(value: unknown, code: string, what: string): string | undefined {
  let text: string | undefined;
  try {
    text = jsonStringify(value);
  } catch (error) {
    throw opError(code, `${what} has to be JSON: ${messageOf(error)}`);
  }
  if (text !== undefined && isTooDeep(text)) throw opError(code, `${what} may be nested ${depthMost} deep.`);
  return text;
}
