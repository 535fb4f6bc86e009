// UTF-8 by the WHATWG Encoding Standard: lone surrogates are written as U+FFFD, and each maximal wrong sequence of bytes
// is read as one U+FFFD, or refused. The isolate has no TextDecoder to ask.
import {
  append,
  apply,
  type BareList,
  bareList,
  charCodeAt,
  fromCharCode,
  TypeErrorOf,
  typedArrayLength,
} from '../primordials.ts';

const replacement = 0xfffd;

/** How many bytes `text` takes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = charCodeAt(text, index);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPairAt(text, index, unit)) {
      length += 4;
      index++;
    } else length += 3;
  }
  return length;
}

/** Writes as many whole characters of `text` as fit. `read` counts UTF-16 units, `written` bytes. */
export function writeUtf8(text: string, bytes: Uint8Array): { read: number; written: number } {
  const room = typedArrayLength(bytes);
  let written = 0;
  let read = 0;
  while (read < text.length) {
    const unit = charCodeAt(text, read);
    const isPair = unit >= 0xd800 && isPairAt(text, read, unit);
    const codePoint = isPair ? pairAt(text, read) : unit >= 0xd800 && unit <= 0xdfff ? replacement : unit;
    const size = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    if (written + size > room) break;
    if (size === 1) bytes[written] = codePoint;
    else writeLong(codePoint, size, bytes, written);
    written += size;
    read += isPair ? 2 : 1;
  }
  return { read, written };
}

function writeLong(codePoint: number, size: number, bytes: Uint8Array, at: number): void {
  const lead = size === 2 ? 0xc0 : size === 3 ? 0xe0 : 0xf0;
  bytes[at] = lead | (codePoint >> (6 * (size - 1)));
  for (let rest = size - 2; rest >= 0; rest--) bytes[at + size - 1 - rest] = 0x80 | ((codePoint >> (6 * rest)) & 0x3f);
}

function isPairAt(text: string, index: number, unit: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = charCodeAt(text, index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

function pairAt(text: string, index: number): number {
  return 0x10000 + ((charCodeAt(text, index) - 0xd800) << 10) + (charCodeAt(text, index + 1) - 0xdc00);
}

/** Reads bytes piece by piece; a character may be cut by the end of a piece. */
export class Utf8Reader {
  readonly #fatal: boolean;
  #codePoint = 0;
  #missing = 0;
  /** The bounds of the next byte of the character, narrower for the second byte of some leads. */
  #lower = 0x80;
  #upper = 0xbf;
  readonly #units: BareList<number> = bareList();
  #text = '';

  constructor(fatal: boolean) {
    this.#fatal = fatal;
  }

  read(bytes: Uint8Array): string {
    const length = typedArrayLength(bytes);
    for (let index = 0; index < length; index++) {
      const byte = bytes[index] ?? 0;
      if (this.#missing === 0) this.#lead(byte);
      else if (byte >= this.#lower && byte <= this.#upper) this.#continuation(byte);
      else {
        // The wrong byte may itself begin a character: it is looked at again.
        this.#expect(0, 0);
        this.#wrong();
        index--;
      }
      if (this.#units.length >= unitsPerPiece) this.#flush();
    }
    return this.#take();
  }

  /** The end of the bytes. A character that was cut is wrong. */
  end(): string {
    if (this.#missing > 0) {
      this.#expect(0, 0);
      this.#wrong();
    }
    return this.#take();
  }

  #lead(byte: number): void {
    if (byte < 0x80) append(this.#units, byte);
    else if (byte >= 0xc2 && byte <= 0xdf) this.#expect(1, byte & 0x1f);
    else if (byte >= 0xe0 && byte <= 0xef) {
      // Neither longer than needed nor a surrogate.
      this.#expect(2, byte & 0x0f, byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      // Neither longer than needed nor beyond U+10FFFF.
      this.#expect(3, byte & 0x07, byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
    } else this.#wrong();
  }

  #continuation(byte: number): void {
    const codePoint = (this.#codePoint << 6) | (byte & 0x3f);
    this.#expect(this.#missing - 1, codePoint);
    if (this.#missing > 0) return;
    if (codePoint < 0x10000) append(this.#units, codePoint);
    else {
      append(this.#units, 0xd800 + ((codePoint - 0x10000) >> 10));
      append(this.#units, 0xdc00 + ((codePoint - 0x10000) & 0x3ff));
    }
  }

  #expect(missing: number, codePoint: number, lower = 0x80, upper = 0xbf): void {
    this.#missing = missing;
    this.#codePoint = codePoint;
    this.#lower = lower;
    this.#upper = upper;
  }

  #wrong(): void {
    if (this.#fatal) throw new TypeErrorOf('The encoded data was not valid for encoding utf-8.');
    append(this.#units, replacement);
  }

  #flush(): void {
    this.#text += apply(fromCharCode, undefined, this.#units as ArrayLike<number>);
    this.#units.length = 0;
  }

  #take(): string {
    this.#flush();
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** As many arguments as one call takes without trouble for the stack. */
const unitsPerPiece = 4_096;
