// Reads the `delay` of a scheduled step. The admission check and the sandboxed realm load this same file, so it keeps
// no state, and never calls into the value it was given: no coercion, no getter, no `toString`. In a realm that
// its step may change it uses no built-in that was not captured before.
import { charCodeAt, slice, uncurryThis } from './captured-text.ts';

const { round } = Math;
const { isFinite: isFiniteNumber } = Number;
const { stringify } = JSON;
const toHex = uncurryThis(Number.prototype.toString);
const matchOf = uncurryThis(RegExp.prototype.exec);
const numberOf = Number;

/** The longest delay: 400 days, in seconds. */
export const delayMaxSeconds = 400 * 86_400;

const textLengthMax = 64;
const gotLengthMax = 60;
const durationText = /^(\d+(?:\.\d+)?) *([a-z]+)$/;
const expected = 'a number of seconds or a text such as "30 sec", "5 min", "2 hr", "3 days" or "1 week"';

/**
 * The delay in whole milliseconds or, for a bad delay, a sentence that tells the author what to write instead.
 * `undefined` means 0. A delay out of range is bad; it is never clamped.
 */
export function parseDelay(delay: unknown, minSeconds: number): number | string {
  const seconds = delay === undefined ? 0 : secondsOf(delay);
  if (typeof seconds === 'string') return seconds;
  if (seconds < 0) return `Expected \`delay\` to be 0 or more, got ${described(delay)}.`;
  if (seconds > delayMaxSeconds) {
    return `Expected \`delay\` to be at most 400 days (${delayMaxSeconds} seconds), got ${described(delay)}.`;
  }
  if (seconds < minSeconds) {
    return `Expected \`delay\` to be at least ${minSeconds} seconds, got ${described(delay)}.`;
  }
  // Adding 0 turns -0 into 0.
  return round(seconds * 1000) + 0;
}

/** Seconds, not yet held against any bound, or the sentence that says why there are none. */
function secondsOf(delay: unknown): number | string {
  if (typeof delay === 'number') {
    return isFiniteNumber(delay) ? delay : `Expected \`delay\` to be a finite number, got ${described(delay)}.`;
  }
  if (typeof delay !== 'string') return `Expected \`delay\` to be ${expected}, got ${described(delay)}.`;
  // The length is bounded before the pattern runs; the pattern has one way to match any text.
  const parts = delay.length > textLengthMax ? null : matchOf(durationText, delay);
  const amount = parts?.[1];
  const unit = parts?.[2];
  if (amount === undefined || unit === undefined) {
    return `Expected \`delay\` to be ${expected}, got ${described(delay)}.`;
  }
  const unitSeconds = secondsOfUnit(unit);
  if (typeof unitSeconds === 'number') return numberOf(amount) * unitSeconds;
  if (unitSeconds === 'calendar') {
    return `Expected \`delay\` in seconds, minutes, hours, days or weeks, got ${described(delay)}: months and years are not a fixed number of seconds.`;
  }
  return `Expected \`delay\` to be ${expected}, got ${described(delay)}.`;
}

function secondsOfUnit(unit: string): number | 'calendar' | 'unknown' {
  switch (unit) {
    case 'sec':
    case 'secs':
    case 'second':
    case 'seconds':
      return 1;
    case 'min':
    case 'mins':
    case 'minute':
    case 'minutes':
      return 60;
    case 'hr':
    case 'hrs':
    case 'hour':
    case 'hours':
      return 3_600;
    case 'day':
    case 'days':
      return 86_400;
    case 'week':
    case 'weeks':
      return 604_800;
    case 'mo':
    case 'month':
    case 'months':
    case 'yr':
    case 'yrs':
    case 'year':
    case 'years':
      return 'calendar';
    default:
      return 'unknown';
  }
}

/** The value for a message. Text is cut, quoted and reduced to printable ASCII: a terminal may show it. */
function described(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
    case 'boolean':
      return `${value}`;
    case 'undefined':
      return 'nothing';
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'bigint':
      return 'a BigInt';
    default:
      return `a ${typeof value}`;
  }
}

function quoted(text: string): string {
  const json = stringify(text.length > gotLengthMax ? `${slice(text, 0, gotLengthMax)}…` : text);
  let shown = '';
  for (let at = 0; at < json.length; at++) {
    const unit = charCodeAt(json, at);
    if (unit >= 0x7f && isUnprintable(unit)) shown += `\\u${slice(`000${toHex(unit, 16)}`, -4)}`;
    else shown += json[at];
  }
  return shown;
}

/** Control characters, soft hyphens, and what has no width, breaks lines or turns their direction. */
function isUnprintable(unit: number): boolean {
  if (unit <= 0x9f || unit === 0xad || unit === 0xfeff) return true;
  if (unit < 0x200b || unit > 0x206f) return false;
  return unit <= 0x200f || (unit >= 0x2028 && unit <= 0x202f) || unit >= 0x2060;
}
