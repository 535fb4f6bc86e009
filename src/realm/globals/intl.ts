// A step's `Intl`: what all steps share, and a DateTimeFormat that formats the step's time where it is given none.
import {
  apply,
  construct,
  defineHidden,
  defineProperty,
  getOwnPropertyDescriptor,
  getterOf,
  WeakMapOf,
  weakMapGet,
  weakMapSet,
} from '../primordials.ts';
import { copierOf } from './copies.ts';
import type { StepContext } from './step-context.ts';

type Format = (date: unknown) => string;

const EngineFormat = Intl.DateTimeFormat;
const { prototype: enginePrototype, supportedLocalesOf } = EngineFormat;
const { formatToParts } = enginePrototype;
const formatOf = getterOf<Format>(enginePrototype, 'format');

const copyOfIntl = copierOf(Intl, ['DateTimeFormat', 'v8BreakIterator']);
const copyOfPrototype = copierOf(enginePrototype, ['constructor', 'format', 'formatToParts']);

export function createIntl(step: StepContext): object {
  const own = copyOfPrototype();
  const StepFormat = function DateTimeFormat(): object {
    // biome-ignore lint/complexity/noArguments: built-ins have no parameters here, and their `length` is 0.
    return construct(EngineFormat, arguments, new.target ?? StepFormat);
  };
  defineProperty(StepFormat, 'prototype', { __proto__: null, value: own, writable: false } as PropertyDescriptor);
  defineHidden(StepFormat, 'supportedLocalesOf', supportedLocalesOf);
  defineHidden(own, 'constructor', StepFormat);
  giveTime(own, step);
  const intl = copyOfIntl();
  defineHidden(intl, 'DateTimeFormat', StepFormat);
  return intl;
}

/** Each formatter gives the same function whenever it is asked for its `format`. */
function giveTime(own: object, step: StepContext): void {
  const formats = new WeakMapOf<object, Format>();
  const methods = {
    get format(): Format {
      const engineFormat = formatOf(this);
      const known = weakMapGet(formats, engineFormat);
      if (known !== undefined) return known;
      const format = (date: unknown): string => engineFormat(date === undefined ? step.now() : date);
      defineProperty(format, 'name', { __proto__: null, value: '' } as PropertyDescriptor);
      weakMapSet(formats, engineFormat, format);
      return format;
    },
    formatToParts(date: unknown): unknown {
      return apply(formatToParts, this, [date === undefined ? step.now() : date]);
    },
  };
  const format = getOwnPropertyDescriptor(methods, 'format')?.get;
  const descriptor = { __proto__: null, get: format, enumerable: false, configurable: true };
  defineProperty(own, 'format', descriptor as PropertyDescriptor);
  defineHidden(own, 'formatToParts', methods.formatToParts);
}
