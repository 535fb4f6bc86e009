// `TextEncoder` and `TextDecoder` for UTF-8. Both classes are shared by all steps and frozen; what an instance remembers
// is its own.
import {
  arrayBufferByteLength,
  charCodeAt,
  dataViewBuffer,
  dataViewByteLength,
  dataViewByteOffset,
  defineProperty,
  isView,
  jsonStringify,
  RangeErrorOf,
  setHas,
  slice,
  startsWith,
  TypeErrorOf,
  toLowerCase,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayName,
  Uint8ArrayOf,
} from '../primordials.ts';
import { Utf8Reader, utf8Length, writeUtf8 } from './utf8.ts';

export class TextEncoder {
  get encoding(): string {
    return 'utf-8';
  }

  encode(input: unknown = ''): Uint8Array {
    const text = `${input}`;
    const bytes = new Uint8ArrayOf(utf8Length(text));
    writeUtf8(text, bytes);
    return bytes;
  }

  encodeInto(source: unknown, destination: unknown): { read: number; written: number } {
    if (typedArrayName(destination) !== 'Uint8Array')
      throw new TypeErrorOf('encodeInto expects a Uint8Array to write to.');
    return writeUtf8(`${source}`, bytesOf(destination));
  }

  get [Symbol.toStringTag](): string {
    return 'TextEncoder';
  }
}

/** The names that the Encoding Standard gives to UTF-8. */
const labels: ReadonlySet<string> = new Set([
  ...['unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'utf-8', 'utf8', 'x-unicode20utf8'],
]);

const byteOrderMark = '\ufeff';

export class TextDecoder {
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  /** Present between the pieces of a stream. */
  #stream: { readonly reader: Utf8Reader; begun: boolean } | undefined;

  constructor(label: unknown = 'utf-8', options?: unknown) {
    const name = `${label}`;
    if (!setHas(labels, toLowerCase(trimmed(name)))) {
      throw new RangeErrorOf(`The encoding ${jsonStringify(slice(name, 0, 60))} is not supported: only utf-8 is.`);
    }
    const { fatal, ignoreBOM } = optionsOf(options);
    this.#fatal = !!fatal;
    this.#ignoreBOM = !!ignoreBOM;
  }

  get encoding(): string {
    return 'utf-8';
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBOM;
  }

  decode(input: unknown = undefined, options: unknown = undefined): string {
    const isStream = !!optionsOf(options).stream;
    const bytes = input === undefined ? new Uint8ArrayOf(0) : bytesOf(input);
    const state = this.#stream ?? { reader: new Utf8Reader(this.#fatal), begun: false };
    // After an error the next call starts anew.
    this.#stream = undefined;
    const text = state.reader.read(bytes) + (isStream ? '' : state.reader.end());
    const isFirst = !state.begun && text !== '';
    if (isFirst) state.begun = true;
    if (isStream) this.#stream = state;
    return isFirst && !this.#ignoreBOM && startsWith(text, byteOrderMark) ? slice(text, 1) : text;
  }

  get [Symbol.toStringTag](): string {
    return 'TextDecoder';
  }
}

// As Web IDL has it: `for … in` finds them.
for (const key of ['encoding', 'encode', 'encodeInto'])
  defineProperty(TextEncoder.prototype, key, { enumerable: true });
for (const key of ['encoding', 'fatal', 'ignoreBOM', 'decode']) {
  defineProperty(TextDecoder.prototype, key, { enumerable: true });
}

/** Without the white space of ASCII around it. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(charCodeAt(text, start))) start++;
  while (end > start && isSpace(charCodeAt(text, end - 1))) end--;
  return slice(text, start, end);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0c || unit === 0x0d;
}

interface Options {
  readonly fatal?: unknown;
  readonly ignoreBOM?: unknown;
  readonly stream?: unknown;
}

const noOptions = Object.create(null) as Options;

function optionsOf(options: unknown): Options {
  if (options === undefined || options === null) return noOptions;
  if (typeof options === 'object' || typeof options === 'function') return options;
  throw new TypeErrorOf('Expected the options to be an object.');
}

/** The bytes behind an ArrayBuffer or a view, without running any code of whoever made it. */
function bytesOf(input: unknown): Uint8Array {
  if (typedArrayName(input) !== undefined) {
    return bytesAt(typedArrayBuffer(input), typedArrayByteOffset(input), typedArrayByteLength(input));
  }
  if (isView(input)) {
    return bytesAt(dataViewBuffer(input), dataViewByteOffset(input), dataViewByteLength(input));
  }
  return bytesAt(input as ArrayBuffer, 0, arrayBufferByteLength(input));
}

function bytesAt(buffer: ArrayBuffer, byteOffset: number, byteLength: number): Uint8Array {
  return byteLength === 0 ? new Uint8ArrayOf(0) : new Uint8ArrayOf(buffer, byteOffset, byteLength);
}
