// Errors that the api throws at a workflow: a standard class of error, so that `instanceof TypeError` works, and a code.
import { defineHidden, RangeErrorOf, setHas, TypeErrorOf } from './primordials.ts';

const typeErrors: ReadonlySet<string> = new Set([
  'ACTION_INVALID',
  'DELTA_INVALID',
  'KEY_INVALID',
  'OPTION_UNKNOWN',
  'OUTPUT_INVALID',
  'PAYLOAD_INVALID',
  'VALUE_INVALID',
  'VALUE_NOT_A_LIST',
  'VALUE_NOT_A_NUMBER',
]);

/** Bounds that the next attempt would meet again, whatever has changed meanwhile. */
const finalErrors: ReadonlySet<string> = new Set([
  'CHAIN_DEPTH_EXCEEDED',
  'FAN_OUT_EXCEEDED',
  'HOOK_CANNOT_SCHEDULE',
  'OPS_EXCEEDED',
  'OP_BYTES_EXCEEDED',
  'STEPS_EXCEEDED',
]);

/** A TypeError for what has the wrong type, a RangeError for what crosses a bound; `code` says which. */
export function opError(code: string, message: string): Error {
  const error = setHas(typeErrors, code) ? new TypeErrorOf(message) : new RangeErrorOf(message);
  defineHidden(error, 'code', code);
  if (setHas(finalErrors, code)) defineHidden(error, 'retryable', false);
  return error;
}
