// Writes a value as JSON and finds what JSON would leave out or change: functions, NaN, maps. Slower than `JSON.stringify` alone, so only for
// values that are no plain data. The value is the step's: reading it may run its code, which may throw.
import { depthMost } from '../protocol/depth.ts';
import {
  type BareList,
  bareList,
  dateValue,
  getPrototypeOf,
  hasOwn,
  isArray,
  isBranded,
  isError,
  isFiniteNumber,
  isMap,
  isPromise,
  isSet,
  isView,
  jsonStringify,
  matchOf,
  OriginalDate,
  objectKeys,
  objectPrototype,
  reflectGet,
  slice,
  unboxed,
} from './primordials.ts';
import { messageOf } from './thrown.ts';

/** What is wrong with a value, for its author. */
export interface NoJson {
  readonly why: string;
}

/** Names and places of a path that are shown. */
const placesMost = 12;
const nameLength = 60;
const identifier = /^[A-Za-z_$][\w$]*$/;
const index = /^\d{1,15}$/;

/** Where a writer is in a value: what holds what, and under which name. */
interface Place {
  /** The first one holds the value. */
  readonly holders: BareList<object>;
  readonly names: BareList<string>;
  depth: number;
  why: string;
}

/** The text, or what is wrong with the value. */
export function strictText(value: unknown, what: string): string | NoJson {
  const place: Place = { holders: bareList(), names: bareList(), depth: 0, why: '' };
  try {
    const text = jsonStringify(value, function (this: object, name: string, part: unknown): unknown {
      enter(place, this, name);
      const why = whyNot(place, this, name, part);
      if (why !== '') {
        place.why = why;
        throw why;
      }
      if (typeof part === 'object' && part !== null) place.holders[place.depth++] = part;
      return part;
    });
    if (text !== undefined) return text;
    return refused(place, what, 'has nothing that JSON could carry');
  } catch (error) {
    if (place.why !== '') return refused(place, what, place.why);
    place.depth--; // The part that was next has thrown before it could be entered.
    return refused(place, what, `cannot be read: ${messageOf(error)}`);
  }
}

/** Of a value that `JSON.stringify` has refused. */
export function whyNoJson(value: unknown, what: string): string {
  const text = strictText(value, what);
  return typeof text === 'string' ? `${what} cannot be read twice in the same way.` : text.why;
}

/** The part with this name is next: what was deeper than its holder is behind it. The first one is held by nothing of the value. */
function enter(place: Place, holder: object, name: string): void {
  while (place.depth > 0 && place.holders[place.depth - 1] !== holder) place.depth--;
  if (place.depth === 0) place.holders[place.depth++] = holder;
  place.names[place.depth - 1] = name;
}

/** Empty for what JSON carries. */
function whyNot(place: Place, holder: object, name: string, part: unknown): string {
  switch (typeof part) {
    case 'undefined':
      // Within a value it is as everywhere: left out of a record, null in a list.
      return place.depth === 1 ? 'is undefined. Leave it out, or use null' : '';
    case 'function':
      return 'is a function, which no other step can call. Pass data, and call the function there';
    case 'symbol':
      return 'is a symbol. Use a text';
    case 'bigint':
      return 'is a BigInt. Use a text, such as `String(value)`, or a number';
    case 'number':
      return isFiniteNumber(part) ? '' : `is ${part}. Use null or a text`;
    case 'object':
      return part === null ? whyNotDate(reflectGet(holder, name), part) : whyNotObject(place, part);
    case 'string':
      return whyNotDate(reflectGet(holder, name), part);
    default:
      return '';
  }
}

/** What a Date has become by its `toJSON`. */
function whyNotDate(original: unknown, text: string | null): string {
  if (typeof original !== 'object' || original === null || !isBranded(dateValue, original)) return '';
  if (text === null && !isFiniteNumber(dateValue(original))) return 'is an invalid Date. Use null';
  const isOwnText = reflectGet(original, 'toJSON') !== dateToJson;
  if (isOwnText || isPlainDate(original)) return '';
  return 'is a Date of a class of its own, of which only the time would be left. Use `toISOString()`';
}

const { toJSON: dateToJson } = OriginalDate.prototype;

/** The prototype of a step's Date has all that the engine's has; that of a class that extends it has what is new. */
function isPlainDate(date: object): boolean {
  const prototype = getPrototypeOf(date);
  return prototype !== null && hasOwn(prototype, 'setUTCMilliseconds');
}

function whyNotObject(place: Place, object: object): string {
  for (let depth = 0; depth < place.depth; depth++) {
    if (place.holders[depth] !== object) continue;
    const which = depth <= 1 ? 'the value itself' : `\`${shownPath(place, depth)}\``;
    return `is circular: it is ${which}, which holds it. Use an id, or leave it out`;
  }
  if (place.depth > depthMost) return `is deeper than ${depthMost}. A value may be nested ${depthMost} deep`;
  if (isArray(object)) return '';
  if (isMap(object)) return 'is a Map. Use `Object.fromEntries(map)` or `[...map]`';
  if (isSet(object)) return 'is a Set. Use `[...set]`';
  if (isView(object)) return 'is bytes. Use a list, `Array.from(bytes)`, or a text such as base64';
  if (isPromise(object)) return 'is a promise. Await it first';
  if (isError(object)) return 'is an error, of which JSON carries no message. Use `error.message`, or `String(error)`';
  const prototype = getPrototypeOf(object);
  if (prototype === objectPrototype || prototype === null || objectKeys(object).length > 0) return '';
  const value = unboxed(object);
  if (value !== undefined) return typeof value === 'bigint' ? 'is a BigInt. Use a text, such as `String(value)`' : '';
  return `is an object of ${classOf(object)} that has no fields of its own, so nothing of it would be left. Use its data`;
}

function classOf(object: object): string {
  const made = reflectGet(object, 'constructor');
  const name: unknown = typeof made === 'function' ? reflectGet(made, 'name') : '';
  return typeof name === 'string' && name !== '' ? `the class ${slice(name, 0, nameLength)}` : 'a class';
}

function refused(place: Place, what: string, why: string): NoJson {
  const path = shownPath(place, place.depth);
  return { why: path === '' ? `${what} ${why}.` : `${what} has to be JSON: \`${path}\` ${why}.` };
}

/** The names from the value down to this depth, which are the step's: cut, and in quotes where they are no plain names. */
function shownPath({ names }: Place, depth: number): string {
  let path = '';
  for (let at = 1; at < depth; at++) {
    if (at > placesMost && at < depth - 1) {
      if (at === placesMost + 1) path += '…';
      continue;
    }
    const name = names[at] ?? '';
    const cut = name.length > nameLength ? `${slice(name, 0, nameLength)}…` : name;
    if (matchOf(index, cut) !== null) path += `[${cut}]`;
    else if (matchOf(identifier, cut) !== null) path += path === '' ? cut : `.${cut}`;
    else path += `[${jsonStringify(cut)}]`;
  }
  return path;
}
