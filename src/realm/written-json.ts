// Whether a text is JSON exactly as `JSON.stringify` writes it, found without making a single object of it. What was written by another hand
// (a space, a key escaped in two ways, a number with an exponent of its own) would be one value with two texts, and stores compare texts.
import { depthMost } from '../protocol/depth.ts';
import { charCodeAt, numberOf, slice, startsWith, Uint8ArrayOf } from './primordials.ts';

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openList = 0x5b;
const openRecord = 0x7b;
const closeRecord = 0x7d;
/** Of a digit more than this a whole number may have another text. */
const digitsMost = 15;
const numberLengthMost = 32;

/** What closes each list or record that is open. */
const closers = new Uint8ArrayOf(depthMost);

/** Of one value that ends at `end`, where something stands that is no part of any JSON, such as a separator. */
export function isWrittenJson(text: string, start: number, end: number): boolean {
  let at = start;
  let depth = 0;
  for (;;) {
    const unit = charCodeAt(text, at);
    if (unit === openList || unit === openRecord) {
      const closer = unit + 2;
      if (depth === depthMost) return false;
      if (charCodeAt(text, at + 1) !== closer) {
        closers[depth++] = closer;
        at = unit === openList ? at + 1 : endOfName(text, at + 1);
        if (at < 0) return false;
        continue;
      }
      at += 2;
      // An empty one counts for the depth as well.
    } else at = endOfScalar(text, at, unit);
    if (at < 0) return false;
    while (depth > 0 && charCodeAt(text, at) === closers[depth - 1]) {
      at++;
      depth--;
    }
    if (depth === 0) return at === end;
    if (charCodeAt(text, at) !== comma) return false;
    at = closers[depth - 1] === closeRecord ? endOfName(text, at + 1) : at + 1;
    if (at < 0) return false;
  }
}

/** Behind a name and its colon; -1 if there is none. */
function endOfName(text: string, start: number): number {
  const end = charCodeAt(text, start) === quote ? endOfString(text, start) : -1;
  return end >= 0 && charCodeAt(text, end) === colon ? end + 1 : -1;
}

function endOfScalar(text: string, start: number, unit: number): number {
  if (unit === quote) return endOfString(text, start);
  if (unit === 0x2d || isDigit(unit)) return endOfNumber(text, start);
  if (startsWith(text, 'true', start) || startsWith(text, 'null', start)) return start + 4;
  return startsWith(text, 'false', start) ? start + 5 : -1;
}

/** Most numbers are whole and short. Of the others the text has to be the one that their value has. */
function endOfNumber(text: string, start: number): number {
  let end = start;
  while (isDigit(charCodeAt(text, end))) end++;
  const isShort = end > start && end - start <= digitsMost && (charCodeAt(text, start) !== 0x30 || end === start + 1);
  if (isShort && !isOfNumber(charCodeAt(text, end))) return end;
  while (isOfNumber(charCodeAt(text, end))) end++;
  if (end - start > numberLengthMost) return -1;
  const token = slice(text, start, end);
  return `${numberOf(token)}` === token ? end : -1;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** A digit, a sign, a point or an exponent. */
function isOfNumber(unit: number): boolean {
  return isDigit(unit) || unit === 0x2b || unit === 0x2d || unit === 0x2e || unit === 0x65;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at >= 0; ) {
    const unit = charCodeAt(text, at);
    if (unit === quote) return at + 1;
    if (unit === backslash) at = endOfEscape(text, at);
    else if (!(unit >= 0x20)) return -1;
    else if (unit < 0xd800 || unit > 0xdfff) at++;
    else at = unit < 0xdc00 && isLowHalf(charCodeAt(text, at + 1)) ? at + 2 : -1;
  }
  return -1;
}

/** Only what has to be escaped is: quotes, backslashes, control characters in their short form, halves of characters. */
function endOfEscape(text: string, start: number): number {
  const letter = charCodeAt(text, start + 1);
  if (letter === quote || letter === backslash) return start + 2;
  if (letter === 0x62 || letter === 0x66 || letter === 0x6e || letter === 0x72 || letter === 0x74) return start + 2;
  if (letter !== 0x75) return -1;
  const unit = escapedUnit(text, start);
  const end = start + 6;
  if (unit < 0x20) return unit < 0 || hasShortForm(unit) ? -1 : end;
  if (isLowHalf(unit)) return end;
  if (unit < 0xd800 || unit > 0xdfff) return -1;
  // Before its other half it would be no half.
  return isLowHalf(charCodeAt(text, end)) || isLowHalf(escapedUnit(text, end)) ? -1 : end;
}

function hasShortForm(unit: number): boolean {
  return unit === 0x08 || unit === 0x09 || unit === 0x0a || unit === 0x0c || unit === 0x0d;
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Of an escape with four hex digits in lower case; -1 if it is none. */
function escapedUnit(text: string, start: number): number {
  if (charCodeAt(text, start) !== backslash || charCodeAt(text, start + 1) !== 0x75) return -1;
  let unit = 0;
  for (let at = start + 2; at < start + 6; at++) {
    const digit = charCodeAt(text, at);
    if (isDigit(digit)) unit = unit * 16 + digit - 0x30;
    else if (digit >= 0x61 && digit <= 0x66) unit = unit * 16 + digit - 0x57;
    else return -1;
  }
  return unit;
}
