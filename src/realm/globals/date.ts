// A step's `Date`: the engine's dates with the step's time. No date of a step leads to the Date of another one, nor to one that tells
// the real time: code compares and clones dates by their `constructor`, so that has to be the step's own.
import { construct, dateToString, defineHidden, defineProperty, OriginalDate } from '../primordials.ts';
import { copierOf } from './copies.ts';
import type { StepContext } from './step-context.ts';

const { UTC, parse, prototype } = OriginalDate;

/**
 * For a source that cannot tell it from {@link createDate}'s: its prototype is the one that all steps share. Assigned, not defined:
 * ten times cheaper.
 */
export function createPlainDate(step: StepContext): DateConstructor {
  const StepDate = dateWithTimeOf(step);
  StepDate.prototype = prototype;
  StepDate.UTC = UTC;
  StepDate.parse = parse;
  StepDate.now = nowOf(step);
  return StepDate as DateConstructor; // Built to be one, piece by piece.
}

/** `own`: the prototype of its dates, which no other step has. */
export function createDate(step: StepContext, own: object): DateConstructor {
  const StepDate = dateWithTimeOf(step);
  defineProperty(StepDate, 'prototype', { __proto__: null, value: own, writable: false } as PropertyDescriptor);
  defineHidden(StepDate, 'now', nowOf(step));
  defineHidden(StepDate, 'parse', parse);
  defineHidden(StepDate, 'UTC', UTC);
  defineHidden(own, 'constructor', StepDate);
  return StepDate as DateConstructor; // Built to be one, piece by piece.
}

/** Has all that the engine's has but its `constructor`. */
export const copyOfDatePrototype: () => object = copierOf(prototype, ['constructor']);

interface UnfinishedDate {
  (...args: unknown[]): unknown;
  prototype: object;
  UTC?: unknown;
  parse?: unknown;
  now?: unknown;
}

/** Its parameters are there to be counted: `Date.length` is 7. */
function dateWithTimeOf(step: StepContext): UnfinishedDate {
  // biome-ignore lint/suspicious/noShadowRestrictedNames: this is the name that the step sees.
  return function Date(_year, _month, _date, _hours, _minutes, _seconds, _ms): unknown {
    if (new.target === undefined) return dateToString(new OriginalDate(step.now()));
    // biome-ignore lint/complexity/noArguments: only it tells an argument that is undefined from one that is not there.
    return construct(OriginalDate, arguments.length === 0 ? [step.now()] : arguments, new.target);
  };
}

/** A method, not a function: built-ins cannot be called with `new`. */
function nowOf(step: StepContext): unknown {
  return { now: () => step.now() }.now;
}
