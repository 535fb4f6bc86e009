// Errors that browsers and Node throw as DOMException. The realm has no such class; code looks at the name.
import { defineHidden, ErrorOf } from '../primordials.ts';

/** An error whose `name` tells its kind, such as `DataCloneError`. */
export function namedError(name: string, message: string): Error {
  const error = new ErrorOf(message);
  defineHidden(error, 'name', name);
  return error;
}
