// `atob` and `btoa`: base64 over strings whose characters stand for bytes, as browsers and Node have it.
import {
  append,
  apply,
  bareList,
  charAt,
  charCodeAt,
  defineProperty,
  endsWith,
  fromCharCode,
  slice,
  TypeErrorOf,
} from '../primordials.ts';
import { namedError } from './named-error.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The value of a character by its code; -1 for what is not in the alphabet. */
const valueOfUnit: readonly number[] = Array.from({ length: 128 }, (_, unit) => alphabet.indexOf(fromCharCode(unit)));
const charactersPerPiece = 4_096;

// They count their arguments themselves, so their own lengths would be 0.
for (const named of [atob, btoa]) defineProperty(named, 'length', { value: 1 });

export function btoa(...args: unknown[]): string {
  const text = onlyArgument('btoa', args);
  let encoded = '';
  for (let index = 0; index < text.length; index += 3) {
    const word = (byteAt(text, index) << 16) | (byteAt(text, index + 1) << 8) | byteAt(text, index + 2);
    const left = text.length - index;
    encoded += charAt(alphabet, word >>> 18) + charAt(alphabet, (word >>> 12) & 63);
    encoded += left > 1 ? charAt(alphabet, (word >>> 6) & 63) : '=';
    encoded += left > 2 ? charAt(alphabet, word & 63) : '=';
  }
  return encoded;
}

function byteAt(text: string, index: number): number {
  if (index >= text.length) return 0;
  const unit = charCodeAt(text, index);
  if (unit <= 0xff) return unit;
  throw namedError('InvalidCharacterError', `btoa takes characters up to U+00FF, got one beyond it at index ${index}.`);
}

/** Spaces are left out and padding may be missing, as the forgiving decoder of the Infra Standard has it. */
export function atob(...args: unknown[]): string {
  const text = withoutPadding(withoutSpaces(onlyArgument('atob', args)));
  if (text.length % 4 === 1) throw namedError('InvalidCharacterError', 'atob got base64 text of an impossible length.');
  let decoded = '';
  const units = bareList<number>();
  let word = 0;
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    const value = valueOfUnit[charCodeAt(text, index)] ?? -1;
    if (value < 0) throw namedError('InvalidCharacterError', 'atob got a character that is not base64.');
    word = ((word << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    append(units, (word >>> bits) & 0xff);
    if (units.length < charactersPerPiece) continue;
    decoded += apply(fromCharCode, undefined, units as ArrayLike<number>);
    units.length = 0;
  }
  return decoded + apply(fromCharCode, undefined, units as ArrayLike<number>);
}

function withoutSpaces(text: string): string {
  let kept = '';
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = charCodeAt(text, index);
    if (unit !== 0x20 && (unit < 0x09 || unit > 0x0d || unit === 0x0b)) continue;
    kept += slice(text, from, index);
    from = index + 1;
  }
  return from === 0 ? text : kept + slice(text, from);
}

function withoutPadding(text: string): string {
  if (text.length % 4 !== 0) return text;
  return endsWith(text, '==') ? slice(text, 0, -2) : endsWith(text, '=') ? slice(text, 0, -1) : text;
}

function onlyArgument(name: string, args: readonly unknown[]): string {
  if (args.length === 0) throw new TypeErrorOf(`${name} expects a string.`);
  return `${args[0]}`;
}
