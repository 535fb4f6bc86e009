// Errors that the api throws at a workflow: a standard class of error, so that `instanceof TypeError` works, and a code.

const typeErrors: ReadonlySet<string> = new Set([
  'ACTION_INVALID',
  'DELTA_INVALID',
  'KEY_INVALID',
  'OUTPUT_INVALID',
  'PAYLOAD_INVALID',
  'VALUE_INVALID',
  'VALUE_NOT_A_LIST',
  'VALUE_NOT_A_NUMBER',
]);

/** A TypeError for what has the wrong type, a RangeError for what crosses a bound; `code` says which. */
export function opError(code: string, message: string): Error {
  const error = typeErrors.has(code) ? new TypeError(message) : new RangeError(message);
  Object.defineProperty(error, 'code', { value: code, enumerable: false, configurable: true, writable: true });
  return error;
}
