// The JSON text of what an embedder hands over, refused by its path where JSON would leave something out or change it without a word: what a
// step may not hand over either (`realm/json-refusal.ts`, which cannot be used outside of a cell). The embedder's code is trusted.
import { types } from 'node:util';

/** What is wrong with a value, for whoever gave it: `` `items[2].price` is NaN. Use null or a text ``. */
export interface NoJson {
  readonly why: string;
}

/** Plain data, which most values are, costs a look at each part besides being written out. */
export function jsonTextOf(value: unknown, name: string): string | NoJson {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return checkedText(value, name); // It is found once more, with its path.
  }
  return text !== undefined && isPlain(value) ? text : checkedText(value, name);
}

/** Texts and numbers, which most parts are, are looked at without a call. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'number'
      ? Number.isFinite(value)
      : typeof value === 'string' || typeof value === 'boolean' || value === null;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isPlain(value[index])) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name in value) {
    const part = (value as Record<string, unknown>)[name];
    if (typeof part !== 'string' && part !== undefined && !isPlain(part)) return false;
  }
  return true;
}

interface Holder {
  readonly object: object;
  readonly path: string;
}

function checkedText(value: unknown, name: string): string | NoJson {
  const holders: Holder[] = [];
  let path = name;
  let why: string | null = null;
  try {
    const text = JSON.stringify(value, function (this: object, key: string, part: unknown): unknown {
      while (holders.length > 0 && holders.at(-1)?.object !== this) holders.pop();
      const holder = holders.at(-1);
      path = holder === undefined ? name : pathOf(holder, key);
      why = whyNot(Reflect.get(this, key), part, holders);
      if (why !== null) throw new Error(why);
      if (typeof part === 'object' && part !== null) holders.push({ object: part, path });
      return part;
    });
    return text ?? { why: `\`${name}\` has nothing that JSON could carry` };
  } catch (error) {
    return { why: `\`${path}\` ${why ?? `cannot be read: ${error instanceof Error ? error.message : 'it threw'}`}` };
  }
}

/** `original`: before its `toJSON`, if it has one. Null for what JSON carries. */
function whyNot(original: unknown, part: unknown, holders: readonly Holder[]): string | null {
  if (types.isDate(original)) return whyNotDate(original);
  if (ArrayBuffer.isView(original) || types.isAnyArrayBuffer(original)) {
    return 'is bytes. Use a list, `Array.from(bytes)`, or a text such as base64';
  }
  switch (typeof part) {
    case 'undefined':
      if (holders.length === 0) return 'is undefined. Leave it out, or use null';
      return Array.isArray(holders.at(-1)?.object) ? 'is undefined, in a list. Use null' : null;
    case 'function':
      return 'is a function, which no step can call. Pass data';
    case 'symbol':
      return 'is a symbol. Use a text';
    case 'bigint':
      return 'is a BigInt. Use a text, such as `String(value)`, or a number';
    case 'number':
      return Number.isFinite(part) ? null : `is ${part}. Use null or a text`;
    case 'object':
      return part === null ? null : whyNotObject(part, holders);
    default:
      return null;
  }
}

function whyNotDate(date: Date): string | null {
  if (Number.isNaN(Date.prototype.getTime.call(date))) return 'is an invalid Date. Use null';
  // Also where the Date is that of another context, as in some test runners.
  const isPlainDate = Object.hasOwn(Object.getPrototypeOf(date) ?? {}, 'setUTCMilliseconds');
  return isPlainDate
    ? null
    : 'is a Date of a class of its own, of which only the time would be left. Use `toISOString()`';
}

function whyNotObject(object: object, holders: readonly Holder[]): string | null {
  const around = holders.find((holder) => holder.object === object);
  if (around !== undefined) return `is circular: it is \`${around.path}\`, which holds it. Use an id, or leave it out`;
  if (types.isMap(object)) return 'is a Map. Use `Object.fromEntries(map)` or `[...map]`';
  if (types.isSet(object)) return 'is a Set. Use `[...set]`';
  if (types.isPromise(object)) return 'is a promise. Await it first';
  if (types.isNativeError(object)) return 'is an error, of which JSON carries no message. Use `error.message`';
  if (types.isRegExp(object)) return 'is a regular expression. Use its `source`';
  if (types.isBigIntObject(object)) return 'is a BigInt. Use a text, such as `String(value)`';
  return types.isWeakMap(object) || types.isWeakSet(object)
    ? 'is a weak collection, of which nothing would be left'
    : null;
}

/** Names are the embedder's, which may have taken them from others: cut, and in quotes where they are no plain names. */
function pathOf({ object, path }: Holder, key: string): string {
  const cut = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  if (Array.isArray(object)) return `${path}[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(cut) ? `${path}.${cut}` : `${path}[${JSON.stringify(cut)}]`;
}
