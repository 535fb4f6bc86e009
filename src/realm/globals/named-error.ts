// Errors that browsers and Node throw as DOMException. The realm has no such class; code looks at the name.

/** An error whose `name` tells its kind, such as `DataCloneError`. */
export function namedError(name: string, message: string): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, writable: true, enumerable: false, configurable: true });
  return error;
}
