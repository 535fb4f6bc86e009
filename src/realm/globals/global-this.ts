// A step's `globalThis`: an ordinary object that the step may change, and that no other step ever sees. It holds what the
// frozen global holds, with the step's own things over it.
import { defineHidden, defineOwn, hasOwn, setHas } from '../primordials.ts';
import { standardNames } from '../standard-globals.ts';

const constants: readonly string[] = ['Infinity', 'NaN', 'undefined'];

/** What `Object.keys(globalThis)` lists in Node, as far as it is here: not what ECMAScript has. */
const listed: ReadonlySet<string> = new Set([
  ...['crypto', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  ...['queueMicrotask', 'structuredClone', 'atob', 'btoa'],
]);

/** As Node defines the global of this name. */
export function defineGlobal(global: object, name: string, value: unknown): void {
  if (setHas(listed, name)) defineOwn(global, name, value);
  else defineHidden(global, name, value);
}

/** Taken when the first step asks for it: hardening puts other things in the place of some. */
let template: Readonly<Record<string, unknown>> | undefined;

function standardGlobals(): Readonly<Record<string, unknown>> {
  const names = standardNames.filter((name) => hasOwn(globalThis, name));
  return Object.fromEntries(names.map((name) => [name, Reflect.get(globalThis, name)]));
}

/**
 * `own` are the per-step globals by name. The result is what their `globalThis` is. One that is not exact has properties that can be
 * enumerated, which V8 makes a hundred times faster.
 */
export function createGlobalThis(own: Record<string, unknown>, isExact: boolean): Record<string, unknown> {
  template ??= standardGlobals();
  const values: Record<string, unknown> = { ...template, ...own };
  const global = isExact ? withHidden(values) : values;
  defineHidden(global, 'globalThis', global);
  return global;
}

function withHidden(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const global: Record<string, unknown> = {};
  const names = Object.keys(values);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    if (constants.includes(name)) Object.defineProperty(global, name, { value: values[name] });
    else defineGlobal(global, name, values[name]);
  }
  return global;
}
