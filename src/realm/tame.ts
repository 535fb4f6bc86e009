// Takes out of the shared built-ins what a tenant must not find there: things that should not exist in a cell at all,
// and every way to learn the time or to get a random number. Those come from a step's own Date, Math and crypto, so that
// a step that is run again sees what it saw before. Must run before anything is frozen.
import {
  apply,
  construct,
  defineHidden,
  defineOwn,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getterOf,
  OriginalDate,
  ownKeys,
} from './primordials.ts';
import { standardNames } from './standard-globals.ts';

/** `isShared`: by steps. What was matched in a context of its own, a step may be told. */
export function tame(isShared: boolean): void {
  // `gc` is there only in a process started with --expose-gc, and then it cannot be deleted. Its time is the step's own.
  keepOnly(globalThis, [...standardNames, 'gc']);
  if (isShared) tameRegExp();
  poison('caller');
  poison('arguments');
  keepOnly(Error, ['length', 'name', 'prototype', 'isError', 'captureStackTrace']);
  // V8 reads this as a data property of the one Error constructor. Frozen, it also bounds the cost of a stack.
  defineOwn(Error, 'stackTraceLimit', 10);
  tameDate();
  const { random } = {
    random(): never {
      throw new TypeError('Math.random is not available here. Use the Math of the step: name `Math` in the source.');
    },
  };
  defineHidden(Math, 'random', random);
  tameIntl();
  const temporal: unknown = Reflect.get(globalThis, 'Temporal');
  if (typeof temporal === 'object' && temporal !== null) remove(temporal, 'Now');
}

function tameRegExp(): void {
  // What is left of RegExp does not tell what the last match of any code in the cell was ($1, lastMatch, input, ...).
  keepOnly(RegExp, ['length', 'name', 'prototype', 'escape', Symbol.species]);
  remove(RegExp.prototype, 'compile'); // Changes even a frozen regular expression.
}

function keepOnly(holder: object, kept: readonly PropertyKey[]): void {
  for (const key of ownKeys(holder)) if (!kept.includes(key)) remove(holder, key);
}

function remove(holder: object, key: PropertyKey): void {
  if (!deleteProperty(holder, key)) throw new Error(`Cannot remove ${String(key)} from the realm.`);
}

/** V8's own tell a function that is not strict who has called it, and with what. Those of ECMAScript throw, whatever the function. */
function poison(key: 'arguments' | 'caller'): void {
  // biome-ignore lint/complexity/noArguments: the accessor of its `callee` is %ThrowTypeError%, which nothing else leads to.
  const { get, set } = getOwnPropertyDescriptor(arguments, 'callee') ?? {};
  defineProperty(Function.prototype, key, { get, set, enumerable: false, configurable: true } as PropertyDescriptor);
}

/** Puts a Date that knows no time where the engine's own was: in the global, and behind every Date's `constructor`. */
function tameDate(): void {
  const SharedDate = function (...args: unknown[]): object {
    if (new.target === undefined || args.length === 0) throw new TypeError(noTime);
    return construct(OriginalDate, args, new.target);
  };
  rename(SharedDate, 'Date', OriginalDate.length);
  defineHidden(SharedDate, 'UTC', OriginalDate.UTC);
  defineHidden(SharedDate, 'parse', OriginalDate.parse);
  const { now } = {
    now(): never {
      throw new TypeError(noTime);
    },
  };
  defineHidden(SharedDate, 'now', now);
  defineProperty(SharedDate, 'prototype', { value: OriginalDate.prototype, writable: false });
  defineHidden(OriginalDate.prototype, 'constructor', SharedDate);
  defineHidden(globalThis, 'Date', SharedDate);
}

/** Leaves the attributes as those of every function. */
function rename(named: object, name: string, length: number): void {
  defineProperty(named, 'name', { __proto__: null, value: name } as PropertyDescriptor);
  defineProperty(named, 'length', { __proto__: null, value: length } as PropertyDescriptor);
}

const noTime = 'This Date does not know the time. Use the Date of the step: name `Date` in the source.';

/** A DateTimeFormat formats the current time when it is given none. Ranges need both of their ends, so they are safe. */
function tameIntl(): void {
  remove(Intl, 'v8BreakIterator');
  const { prototype } = Intl.DateTimeFormat;
  const { formatToParts } = prototype;
  const formatOf = getterOf<(date: unknown) => string>(prototype, 'format');
  const tamed = {
    get format(): (date: unknown) => string {
      const formatDate = formatOf(this);
      return (date) => formatDate(explicit(date));
    },
    formatToParts(date: unknown): unknown {
      return apply(formatToParts, this, [explicit(date)]);
    },
  };
  const descriptor = getOwnPropertyDescriptor(tamed, 'format');
  defineProperty(prototype, 'format', { ...descriptor, enumerable: false });
  defineHidden(prototype, 'formatToParts', tamed.formatToParts);
}

function explicit(date: unknown): unknown {
  if (date === undefined) throw new TypeError('Expected a date to format: name it, for example `new Date()`.');
  return date;
}
