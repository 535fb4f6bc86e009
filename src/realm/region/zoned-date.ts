// Dates whose local time is that of a time zone other than the process's. The engine has one zone for all isolates of a process.
import { nameLike, replaceMethod } from './method.ts';
import type { Offsets } from './offsets.ts';

const { apply, construct } = Reflect;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const NativeDate = Date;
const { parse, UTC, prototype } = NativeDate;
const { getTime, setTime, toUTCString, toISOString, getUTCFullYear, setUTCFullYear } = prototype;
const { indexOf, slice, padStart } = String.prototype;
const { isNaN: isNothing } = Number;
const { exec } = RegExp.prototype;
const { get: reflectGet } = Reflect;
const { abs, floor, trunc } = Math;
const numberOf = Number;
const TypeErrorOf = TypeError;
const { toPrimitive } = Symbol;
const { getPrototypeOf } = Object;
const rangeErrors = RangeError.prototype;
const global = globalThis;

type DateMethod = (this: Date, ...args: never[]) => number;

/** Puts a Date of this zone in the place of the engine's, and of its prototype's methods. `zoneName`: what the zone is called at a time. */
export function useZonedDate(offsets: Offsets, zoneName: (utc: number) => string): void {
  const fields = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];
  for (let i = 0; i < fields.length; i++) {
    replaceGetter(offsets, fields[i] ?? '');
    replaceSetter(offsets, fields[i] ?? '');
  }
  useYears(offsets);
  replaceMethod(prototype, 'getTimezoneOffset', () => {
    return function (this: unknown): number {
      return 0 - offsets.offsetAt(timeOf(this)) / 60_000;
    };
  });
  useTexts(offsets, zoneName);
  useConstructor(offsets);
}

function replaceGetter(offsets: Offsets, field: string): void {
  const ofUtc = reflectGet(prototype, `getUTC${field}`) as DateMethod;
  replaceMethod(prototype, `get${field}`, () => {
    return function (this: unknown): number {
      return apply(ofUtc, localOf(offsets, this), []);
    };
  });
}

function replaceSetter(offsets: Offsets, field: string): void {
  const ofUtc = reflectGet(prototype, `setUTC${field}`) as DateMethod | undefined;
  if (ofUtc === undefined) return; // The day of the week follows from the others.
  replaceMethod(prototype, `set${field}`, () => {
    return function (this: unknown, ...args: never[]): number {
      const local = localOf(offsets, this);
      // Only a year makes a date of one that is invalid.
      if (field === 'FullYear' && isNothing(apply(getTime, local, []))) apply(setTime, local, [0]);
      return setLocal(offsets, this, apply(ofUtc, local, args));
    };
  });
}

/** Annex B: years that count from 1900. */
function useYears(offsets: Offsets): void {
  replaceMethod(prototype, 'getYear', () => {
    return function (this: unknown): number {
      return apply(getUTCFullYear, localOf(offsets, this), []) - 1900;
    };
  });
  replaceMethod(prototype, 'setYear', () => {
    return function (this: unknown, year: never): number {
      const local = localOf(offsets, this);
      if (isNothing(apply(getTime, local, []))) apply(setTime, local, [0]);
      const whole = trunc(numberOf(year));
      const full = whole >= 0 && whole <= 99 ? 1900 + whole : whole;
      return setLocal(offsets, this, apply(setUTCFullYear, local, [full]));
    };
  });
}

function useTexts(offsets: Offsets, zoneName: (utc: number) => string): void {
  // Such as `Sun, 09 Mar 2031 08:05:00 GMT`.
  const dateText = (local: Date): string => {
    const text = apply(toUTCString, local, []);
    const yearEnd = apply(indexOf, text, [' ', 12]);
    const part = (from: number, to: number): string => apply(slice, text, [from, to]);
    return `${part(0, 3)} ${part(8, 11)} ${part(5, 7)} ${part(12, yearEnd)}`;
  };
  const clockText = (local: Date): string => {
    const text = apply(toUTCString, local, []);
    const from = apply(indexOf, text, [' ', 12]) + 1;
    return apply(slice, text, [from, from + 8]);
  };
  const timeText = (local: Date, utc: number): string => {
    const offset = offsets.offsetAt(utc);
    const minutes = floor(abs(offset) / 60_000);
    const hours = digits(floor(minutes / 60));
    return `${clockText(local)} GMT${offset < 0 ? '-' : '+'}${hours}${digits(minutes % 60)} (${zoneName(utc)})`;
  };
  const textBy = (text: (local: Date, utc: number) => string) => () => {
    return function (this: unknown): string {
      const utc = timeOf(this);
      return isNothing(utc) ? 'Invalid Date' : text(localOf(offsets, this), utc);
    };
  };
  replaceMethod(prototype, 'toDateString', textBy(dateText));
  replaceMethod(prototype, 'toTimeString', textBy(timeText));
  replaceMethod(
    prototype,
    'toString',
    textBy((local, utc) => `${dateText(local)} ${timeText(local, utc)}`),
  );
}

function useConstructor(offsets: Offsets): void {
  const { toString: zonedToString } = prototype;
  // biome-ignore lint/suspicious/noShadowRestrictedNames: this is the name that a step sees.
  const ZonedDate = function Date(...args: unknown[]): unknown {
    if (new.target === undefined) return apply(zonedToString, new NativeDate(), []);
    if (args.length === 0) return construct(NativeDate, [], new.target);
    return construct(
      NativeDate,
      [args.length === 1 ? oneValue(args[0]) : offsets.utcOf(apply(UTC, null, args as never))],
      new.target,
    );
  };
  const oneValue = (value: unknown): unknown => {
    const primitive = isDate(value) ? timeOf(value) : primitiveOf(value);
    return typeof primitive === 'string' ? parsed(offsets, primitive) : primitive;
  };
  nameLike(ZonedDate, NativeDate);
  const keys = ['UTC', 'now', 'parse', 'prototype'];
  for (let i = 0; i < keys.length; i++) {
    const descriptor = getOwnPropertyDescriptor(NativeDate, keys[i] ?? '');
    if (descriptor !== undefined) defineProperty(ZonedDate, keys[i] ?? '', descriptor);
  }
  replaceMethod(ZonedDate, 'parse', () => (text: unknown) => parsed(offsets, `${text as string}`));
  redirect(prototype, 'constructor', ZonedDate);
  redirect(global, 'Date', ZonedDate);
}

function redirect(holder: object, key: string, value: unknown): void {
  defineProperty(holder, key, {
    __proto__: null,
    ...getOwnPropertyDescriptor(holder, key),
    value,
  } as PropertyDescriptor);
}

/** Only a day: that is UTC. https://tc39.es/ecma262/#sec-date.parse */
const dayOnly = /^\s*(?:[+-]\d{6}|\d{4})(?:-\d\d(?:-\d\d)?)?\s*$/;
/** It names a zone: as a letter or a word, or as an offset behind a time. */
const namesZone = /(?:^|[\s\d)])(?:z|ut|utc|gmt|[ecmp][sd]t)(?![a-z])|\d:\d\d.*[+-]\d/i;
const comment = /\([^()]*\)/;

/** What names no zone is read as if it were UTC, and taken to be local. */
function parsed(offsets: Offsets, text: string): number {
  if (apply(exec, dayOnly, [text]) !== null || apply(exec, namesZone, [withoutComments(text)]) !== null)
    return parse(text);
  const iso = parse(`${text}Z`);
  return offsets.utcOf(isNothing(iso) ? parse(`${text} UTC`) : iso);
}

function withoutComments(text: string): string {
  let kept = '';
  let left = text;
  for (let found = apply(exec, comment, [left]); found !== null; found = apply(exec, comment, [left])) {
    kept += `${apply(slice, left, [0, found.index])} `;
    left = apply(slice, left, [found.index + (found[0] ?? '').length]);
  }
  return kept + left;
}

function timeOf(date: unknown): number {
  return apply(getTime, date as Date, []); // Throws as the engine does for what is no date.
}

/** A date whose UTC fields are those of the local time. */
function localOf(offsets: Offsets, date: unknown): Date {
  const utc = timeOf(date);
  return new NativeDate(utc + offsets.offsetAt(utc));
}

function setLocal(offsets: Offsets, date: unknown, local: number): number {
  return apply(setTime, date as Date, [offsets.utcOf(local)]);
}

function isDate(value: unknown): boolean {
  try {
    apply(toISOString, value as Date, []);
    return true;
  } catch (error) {
    return getPrototypeOf(error) === rangeErrors; // An invalid date is one.
  }
}

/** https://tc39.es/ecma262/#sec-toprimitive, without a hint. */
function primitiveOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  const exotic = reflectGet(value, toPrimitive);
  if (exotic !== undefined && exotic !== null)
    return primitiveResult(apply(exotic as () => unknown, value, ['default'] as never));
  const { valueOf: ofValue, toString: ofText } = value;
  const first = typeof ofValue === 'function' ? apply(ofValue, value, []) : value;
  if (!isObject(first)) return first;
  return primitiveResult(typeof ofText === 'function' ? apply(ofText, value, []) : value);
}

function primitiveResult(value: unknown): unknown {
  if (isObject(value)) throw new TypeErrorOf('Cannot convert object to primitive value');
  return value;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function digits(value: number): string {
  return apply(padStart, `${value}`, [2, '0']);
}
