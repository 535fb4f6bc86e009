// Methods of texts as functions, captured when this is loaded: in a realm that its step may change, none may be looked up later.

const { bind, call } = Function.prototype;

/** Turns a method into a function that takes its receiver first, whatever the receiver itself has under that name. */
export const uncurryThis = bind.bind(call) as <Args extends unknown[], Result>(
  method: (...args: Args) => Result,
) => (self: unknown, ...args: Args) => Result;

/** As methods of a text, optimized code looked these up anew for each call: a sixth of what a step cost in its cell. */
export const charAt = uncurryThis(String.prototype.charAt);
export const charCodeAt = uncurryThis(String.prototype.charCodeAt);
export const endsWith = uncurryThis(String.prototype.endsWith);
export const indexOf = uncurryThis(String.prototype.indexOf);
export const slice = uncurryThis(String.prototype.slice);
export const startsWith = uncurryThis(String.prototype.startsWith);
export const toLowerCase = uncurryThis(String.prototype.toLowerCase);
