// Gives Intl and the methods that are called without a locale or a time zone those of the region. What code names itself stays as it is.
import type { Region } from '../../protocol/region.ts';
import { nameLike, replaceMethod } from './method.ts';

const { construct, apply, get, ownKeys } = Reflect;
const { create, defineProperty, getOwnPropertyDescriptor } = Object;
const objectOf = Object;
const global = globalThis;
const intl = Intl as unknown as Record<string, unknown>;
const numbers = Number.prototype;
const bigInts = BigInt.prototype;
const dates = Date.prototype;
const texts = String.prototype;

type Constructor = new (...args: unknown[]) => object;

/** Every constructor of Intl takes locales first, and options second. */
export function useDefaults({ locale, timeZone }: Region): void {
  const names = ownKeys(intl);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof name !== 'string' || name === 'Locale') continue; // That one has no default.
    const Original = intl[name];
    if (typeof Original !== 'function' || typeof Original.prototype !== 'object') continue;
    const zone = name === 'DateTimeFormat' ? timeZone : null;
    replaceConstructor(intl, name, Original as Constructor, locale, zone);
  }
  localize(numbers, 'toLocaleString', 0, locale, null);
  localize(bigInts, 'toLocaleString', 0, locale, null);
  localize(dates, 'toLocaleString', 0, locale, timeZone);
  localize(dates, 'toLocaleDateString', 0, locale, timeZone);
  localize(dates, 'toLocaleTimeString', 0, locale, timeZone);
  localize(texts, 'localeCompare', 1, locale, null);
  useTemporal(locale, timeZone);
}

function useTemporal(locale: string, timeZone: string): void {
  const temporal: unknown = get(global, 'Temporal');
  if (typeof temporal !== 'object' || temporal === null) return;
  const names = ownKeys(temporal);
  for (let i = 0; i < names.length; i++) {
    const type: unknown = get(temporal, names[i] ?? '');
    if (typeof type !== 'function' || typeof type.prototype !== 'object') continue;
    localize(type.prototype, 'toLocaleString', 0, locale, names[i] === 'Instant' ? timeZone : null);
  }
  const now: unknown = get(temporal, 'Now');
  if (typeof now !== 'object' || now === null) return;
  replaceMethod(now, 'timeZoneId', () => () => timeZone);
  const keys = ['zonedDateTimeISO', 'plainDateTimeISO', 'plainDateISO', 'plainTimeISO'];
  for (let i = 0; i < keys.length; i++) {
    replaceMethod(
      now,
      keys[i] ?? '',
      (original) =>
        (zone: unknown = timeZone) =>
          apply(original, now, [zone] as never[]),
    );
  }
}

/** The argument at `index` are the locales, and the one behind it the options. */
function localize(holder: object, key: string, index: number, locale: string, timeZone: string | null): void {
  replaceMethod(holder, key, (original) => {
    return function (this: unknown, first: unknown, second: unknown, third: unknown) {
      const locales = (index === 0 ? first : second) ?? locale;
      const options = index === 0 ? second : third;
      const asked = timeZone === null ? options : optionsWith(timeZone, options);
      return apply(original, this, (index === 0 ? [locales, asked] : [first, locales, asked]) as never[]);
    } as typeof original;
  });
}

/** With the zone, unless they name one. What they are else is left to the engine to read, or to refuse. */
function optionsWith(timeZone: string, options: unknown): unknown {
  if (options === null) return options;
  const given = objectOf(options ?? {});
  if (given.timeZone !== undefined) return given;
  const asked = create(given);
  defineProperty(asked, 'timeZone', { __proto__: null, value: timeZone } as PropertyDescriptor);
  return asked;
}

function replaceConstructor(
  holder: Record<string, unknown>,
  name: string,
  Original: Constructor,
  locale: string,
  timeZone: string | null,
): void {
  const Localized = function (this: unknown, locales: unknown = locale, options?: unknown): object {
    const args = [locales, timeZone === null ? options : optionsWith(timeZone, options)];
    // Some may be called without `new`, and the engine says which.
    if (new.target === undefined) return apply(Original, this, args);
    return construct(Original, args, new.target);
  };
  nameLike(Localized, Original);
  const keys = ownKeys(Original);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    const descriptor = getOwnPropertyDescriptor(Original, key);
    if (descriptor !== undefined && key !== 'length' && key !== 'name') defineProperty(Localized, key, descriptor);
  }
  redirect(Original.prototype, 'constructor', Localized);
  redirect(holder, name, Localized);
}

function redirect(holder: object, key: string, value: unknown): void {
  defineProperty(holder, key, {
    __proto__: null,
    ...getOwnPropertyDescriptor(holder, key),
    value,
  } as PropertyDescriptor);
}
