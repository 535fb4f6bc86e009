// Reads a long JSON text a part at a time: a text of a MiB may be 350,000 objects, which V8 makes in one go of 50 ms or more. What comes out
// is what `JSON.parse` gives.
import type { Divided } from '../background-work.ts';
import { depthMost, endOfString, isTooDeep } from '../protocol/depth.ts';

/** A shorter text is read in one go, and of a longer one so many values. */
const lengthAtOnce = 16_384;
const valuesAtOnce = 2_000;

/** The value of a tenant's JSON text. Text that is none, or nested too deep, stays text: only a broken realm writes such. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(text) ? text : value;
  } catch {
    return text;
  }
}

/** As {@link parsed}. */
export function* parsedInParts(text: string): Divided<unknown> {
  if (text.length <= lengthAtOnce || !/^[[{]/.test(text)) return parsed(text);
  const reader = new Reader(text);
  try {
    while (!reader.read(valuesAtOnce)) yield;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
  return reader.value;
}

type Container =
  | { readonly kind: 'array'; readonly value: unknown[] }
  | { readonly kind: 'object'; readonly value: Record<string, unknown>; key: string };

/** Numbers, `true`, `false` and `null`, which end where something else than these characters stands. */
const scalar = /[-+.\w]+/y;
const space = /[ \t\n\r]*/y;

class Reader {
  readonly #text: string;
  #at = 0;
  /** Arrays and objects that have not ended, from the outermost on. */
  readonly #open: Container[] = [];
  #value: unknown;

  constructor(text: string) {
    this.#text = text;
  }

  get value(): unknown {
    return this.#value;
  }

  /** Reads so many values more. Whether that was all. Throws a SyntaxError for what is no JSON. */
  read(values: number): boolean {
    for (let left = values; left > 0; left--) {
      if (this.#readValue()) return true;
    }
    return false;
  }

  /** Reads one value, or the beginning of one that holds others. Whether the outermost has ended. */
  #readValue(): boolean {
    const char = this.#next();
    if (char === '[') {
      this.#begin({ kind: 'array', value: [] });
      return this.#next() === ']' ? this.#end() : false;
    }
    if (char === '{') {
      const container: Container = { kind: 'object', value: {}, key: '' };
      this.#begin(container);
      if (this.#next() === '}') return this.#end();
      this.#readKey(container);
      return false;
    }
    return this.#ended(char === '"' ? this.#string() : this.#scalar());
  }

  #begin(container: Container): void {
    this.#at++;
    this.#open.push(container);
    if (this.#open.length > depthMost) throw new SyntaxError('nested too deep');
  }

  /** The innermost array or object has ended. */
  #end(): boolean {
    this.#at++;
    return this.#ended(this.#open.pop()?.value);
  }

  /** A value has ended: it goes into the one around it, and with it ends each that has no more. */
  #ended(value: unknown): boolean {
    const around = this.#open.at(-1);
    if (around === undefined) {
      this.#value = value;
      if (this.#next() !== '') throw new SyntaxError('more than one value');
      return true;
    }
    if (around.kind === 'array') around.value.push(value);
    // What an object inherits may be a setter, as `__proto__` is, or frozen.
    else if (around.key in Object.prototype) Object.defineProperty(around.value, around.key, { ...plain, value });
    else around.value[around.key] = value;
    const char = this.#next();
    if (char === (around.kind === 'array' ? ']' : '}')) return this.#end();
    if (char !== ',') throw new SyntaxError('a value that does not end');
    this.#at++;
    if (around.kind === 'object') this.#readKey(around);
    return false;
  }

  #readKey(container: Container & { readonly kind: 'object' }): void {
    if (this.#next() !== '"') throw new SyntaxError('a key that is no string');
    container.key = this.#string();
    if (this.#next() !== ':') throw new SyntaxError('a key without a value');
    this.#at++;
  }

  /** The next character that is no space; none at the end. */
  #next(): string {
    space.lastIndex = this.#at;
    if (this.#text.charCodeAt(this.#at) <= 0x20) this.#at += space.exec(this.#text)?.[0].length ?? 0;
    return this.#text.charAt(this.#at);
  }

  #string(): string {
    const end = endOfString(this.#text, this.#at) + 1;
    const text: string = JSON.parse(this.#text.slice(this.#at, end));
    this.#at = end;
    return text;
  }

  #scalar(): unknown {
    scalar.lastIndex = this.#at;
    const text = scalar.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return JSON.parse(text);
  }
}

const plain = { writable: true, enumerable: true, configurable: true };
