// A step's `Function`, for a source that makes code from text: such code finds what the source itself finds, the step's time and its
// `globalThis`, and not the frozen global object of the cell. Functions that were made in another way lead to the Function that all share.

import {
  append,
  apply,
  type BareList,
  bareList,
  charAt,
  charCodeAt,
  construct,
  defineHidden,
  defineProperty,
  endsWith,
  FunctionOf,
  indexOf,
  ProxyOf,
  reflectGet,
  SetOf,
  setAdd,
  setHas,
  slice,
  stringOf,
} from '../primordials.ts';
import { standardNames } from '../standard-globals.ts';

const { prototype } = FunctionOf;

/** Parameters of what is around the code: names are looked up in them, and others in the global object. */
const bound = standardNames.filter((name) => name !== 'eval');
const isStrict = /^\s*(?:'use strict'|"use strict")/;
const mentionsThis = /\bthis\b|\beval\b/;

/** `globalOf` gives the step's `globalThis`, once it is there; `names` are those of per-step globals. */
export function createFunction(globalOf: () => object, names: readonly string[]): unknown {
  const given = [...new Set([...names, ...bound])];
  const head = `with (globalThis) return (function (${given.join(', ')}) { return (function anonymous(`;

  // biome-ignore lint/suspicious/noShadowRestrictedNames: this is the name that the step sees.
  const StepFunction = function Function(...args: unknown[]): unknown {
    const texts = args.map(stringOf);
    // The engine says what is wrong with the text, and that it is one function and no more.
    const plain = construct(FunctionOf, texts, new.target ?? StepFunction);
    if (new.target !== undefined && new.target !== StepFunction) return plain;
    const body = texts.pop() ?? '';
    const around = new FunctionOf('globalThis', `${head}${texts.join(',')}\n) {\n${body}\n}) })`);
    const global = globalOf();
    const factory = around(isStrict.test(body) ? global : scopeOf(body, global));
    const result: object = apply(factory, undefined, valuesOf(global, given));
    return mentionsThis.test(body) && !isStrict.test(body) ? withThis(result, globalOf) : result;
  };
  defineProperty(StepFunction, 'prototype', { value: prototype, writable: false });
  return StepFunction;
}

/** Read here: within the text each of them would be looked up in its scope. */
function valuesOf(global: object, names: readonly string[]): BareList<unknown> {
  const values: BareList<unknown> = bareList();
  for (let index = 0; index < names.length; index++) append(values, reflectGet(global, names[index] ?? ''));
  return values;
}

/**
 * Code that is not strict makes a global of a name that it assigns to and nobody has declared. The engine looks for the name before it is there, and so only what
 * answers for it then is told of the assignment.
 */
function scopeOf(body: string, global: object): object {
  let assigned: Set<unknown> | undefined;
  const has = (target: object, key: PropertyKey): boolean => {
    if (key in target) return true;
    assigned ??= assignedIn(body);
    return setHas(assigned, key);
  };
  return new ProxyOf(global, { has });
}

function assignedIn(body: string): Set<unknown> {
  const assigned = new SetOf<unknown>();
  for (let at = indexOf(body, '='); at >= 0; at = indexOf(body, '=', at + 1)) setAdd(assigned, nameBefore(body, at));
  return assigned;
}

/** The name that this `=` assigns to, unless it is declared there. What is no assignment may have one too: then it makes no difference. */
function nameBefore(body: string, equals: number): string {
  let end = equals;
  while (charAt(body, end - 1) === ' ') end--;
  let start = end;
  while (isWordAt(body, start - 1)) start--;
  if (start === end || charAt(body, start - 1) === '.') return '';
  const isDeclared = endsWith(slice(body, start - 4, start), 'var ') || endsWith(slice(body, start - 4, start), 'let ');
  return isDeclared ? '' : slice(body, start, end);
}

function isWordAt(body: string, at: number): boolean {
  const code = charCodeAt(body, at);
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  return isLetter || code === 95 || code === 36 || (code >= 48 && code <= 57) || code > 127;
}

/** Code that is not strict takes the global object for a `this` that nobody gave. */
function withThis(made: object, globalOf: () => object): object {
  const visible = new ProxyOf(made as () => unknown, {
    apply: (target, self: unknown, args) => apply(target, self ?? globalOf(), args),
  });
  // What it constructs leads to it by `constructor`.
  defineHidden(reflectGet(made, 'prototype'), 'constructor', visible);
  return visible;
}
