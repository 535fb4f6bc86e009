// A step's `Function`, for a source that makes code from text: such code finds what the source itself finds, the step's time and its
// `globalThis`, and not the frozen global object of the cell. Functions that were made in another way lead to the Function that all share.

import {
  apply,
  construct,
  defineHidden,
  defineProperty,
  FunctionOf,
  ProxyOf,
  reflectGet,
  stringOf,
} from '../primordials.ts';
import { standardNames } from '../standard-globals.ts';

const { prototype } = FunctionOf;

/** Parameters of what is around the code: names are looked up in them, and others in the global object. */
const bound = standardNames.filter((name) => !['eval', 'undefined', 'Infinity', 'NaN'].includes(name));
const isStrict = /^\s*(?:'use strict'|"use strict")/;
const mentionsThis = /\bthis\b|\beval\b/;

/** `globalOf` gives the step's `globalThis`, once it is there; `names` are those of per-step globals. */
export function createFunction(globalOf: () => object, names: readonly string[]): unknown {
  const given = [...new Set([...names, ...bound])];
  const values = given.map((name) => `globalThis.${name}`).join(', ');
  const head = `with (globalThis) return (function (${given.join(', ')}) { return (function anonymous(`;

  // biome-ignore lint/suspicious/noShadowRestrictedNames: this is the name that the step sees.
  const StepFunction = function Function(...args: unknown[]): unknown {
    const texts = args.map(stringOf);
    // The engine says what is wrong with the text, and that it is one function and no more.
    const plain = construct(FunctionOf, texts, new.target ?? StepFunction);
    if (new.target !== undefined && new.target !== StepFunction) return plain;
    const body = texts.pop() ?? '';
    const made = new FunctionOf('globalThis', `${head}${texts.join(',')}\n) {\n${body}\n}) })(${values})`);
    const result: object = made(globalOf());
    return mentionsThis.test(body) && !isStrict.test(body) ? withThis(result, globalOf) : result;
  };
  defineProperty(StepFunction, 'prototype', { value: prototype, writable: false });
  return StepFunction;
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
