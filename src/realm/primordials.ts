// The built-ins that trusted code in the realm uses, captured while the realm is still untouched.
// A step with a context of its own may change every built-in there, so no code of the realm may look one up once a step has
// begun: no method of an array or a text, no iterator, no global. `test/code/primordials.test.ts` holds the realm to that.
import { uncurryThis } from '../protocol/captured-text.ts';

export {
  charAt,
  charCodeAt,
  endsWith,
  indexOf,
  slice,
  startsWith,
  toLowerCase,
  uncurryThis,
} from '../protocol/captured-text.ts';

export const { stringify: jsonStringify, parse: jsonParse } = JSON;
export const { freeze, hasOwn, isFrozen, keys: objectKeys, getOwnPropertyDescriptor } = Object;
export const { apply, construct, defineProperty, deleteProperty, get: reflectGet, getPrototypeOf, ownKeys } = Reflect;
export const { isArray } = Array;
export const { fromCharCode } = String;
export const { isFinite: isFiniteNumber, isInteger, isSafeInteger } = Number;
export const { floor, trunc } = Math;
export const numberToFixed = uncurryThis(Number.prototype.toFixed);
export const objectPrototype: object = Object.prototype;

/** Captured by another name: in a function, the global of the same name would be looked up anew. */
export const ErrorOf: ErrorConstructor = Error;
export const TypeErrorOf: TypeErrorConstructor = TypeError;
export const RangeErrorOf: RangeErrorConstructor = RangeError;
export const PromiseOf: PromiseConstructor = Promise;
export const numberOf: (value: unknown) => number = Number;
export const stringOf: (value: unknown) => string = String;
export const objectOf: (value: unknown) => object = Object;
export const FunctionOf: FunctionConstructor = Function;
export const ProxyOf: ProxyConstructor = Proxy;
export const MapOf: MapConstructor = Map;
export const SetOf: SetConstructor = Set;
export const ArrayOf: ArrayConstructor = Array;
export const RegExpOf: RegExpConstructor = RegExp;
export const ArrayBufferOf: ArrayBufferConstructor = ArrayBuffer;
export const Uint8ArrayOf: Uint8ArrayConstructor = Uint8Array;
export const Int32ArrayOf: Int32ArrayConstructor = Int32Array;
export const Uint32ArrayOf: Uint32ArrayConstructor = Uint32Array;

/** The getter of a built-in accessor as a function. It throws for a receiver of the wrong kind, so it is a brand check. */
export function getterOf<Result>(prototype: object, key: PropertyKey): (self: unknown) => Result {
  const getter = getOwnPropertyDescriptor(prototype, key)?.get;
  if (getter === undefined) throw new ErrorOf(`No getter ${stringOf(key)} in this engine.`);
  return uncurryThis(getter as () => Result);
}

/** By the engine alone: neither `flags` nor a changed `exec` is asked. Not for a pattern with the flag `g` or `y`. */
export const matchOf = uncurryThis(RegExp.prototype.exec) as (pattern: unknown, text: string) => RegExpExecArray | null;

/** The engine's own Date. Hardening puts one that cannot tell the time in its place. */
export const OriginalDate: DateConstructor = Date;
export const dateToString = uncurryThis(Date.prototype.toString);
export const dateValue = uncurryThis(Date.prototype.getTime);

export const symbolToString = uncurryThis(Symbol.prototype.toString);
export const regExpSource = getterOf<string>(RegExp.prototype, 'source');
const hasIndices = getterOf<boolean>(RegExp.prototype, 'hasIndices');
const isGlobal = getterOf<boolean>(RegExp.prototype, 'global');
const ignoresCase = getterOf<boolean>(RegExp.prototype, 'ignoreCase');
const isMultiline = getterOf<boolean>(RegExp.prototype, 'multiline');
const isDotAll = getterOf<boolean>(RegExp.prototype, 'dotAll');
const isUnicode = getterOf<boolean>(RegExp.prototype, 'unicode');
const hasUnicodeSets = getterOf<boolean>(RegExp.prototype, 'unicodeSets');
const isSticky = getterOf<boolean>(RegExp.prototype, 'sticky');

/** The engine's own `flags` asks for each of them by its name. */
export function regExpFlags(pattern: unknown): string {
  const indices = hasIndices(pattern) ? 'd' : '';
  const first = indices + (isGlobal(pattern) ? 'g' : '') + (ignoresCase(pattern) ? 'i' : '');
  const second = (isMultiline(pattern) ? 'm' : '') + (isDotAll(pattern) ? 's' : '') + (isUnicode(pattern) ? 'u' : '');
  return first + second + (hasUnicodeSets(pattern) ? 'v' : '') + (isSticky(pattern) ? 'y' : '');
}

export const mapGet = uncurryThis(Map.prototype.get) as <Key, Value>(
  self: ReadonlyMap<Key, Value>,
  key: Key,
) => Value | undefined;
export const mapSet = uncurryThis(Map.prototype.set) as <Key, Value>(
  self: Map<Key, Value>,
  key: Key,
  value: Value,
) => void;
export const mapDelete = uncurryThis(Map.prototype.delete) as <Key>(self: Map<Key, unknown>, key: Key) => boolean;
export const setHas = uncurryThis(Set.prototype.has) as <Item>(self: ReadonlySet<Item>, item: Item) => boolean;
export const setAdd = uncurryThis(Set.prototype.add) as <Item>(self: Set<Item>, item: Item) => void;
export const setDelete = uncurryThis(Set.prototype.delete) as <Item>(self: Set<Item>, item: Item) => boolean;

export const WeakMapOf: WeakMapConstructor = WeakMap;
export const weakMapGet = uncurryThis(WeakMap.prototype.get) as <Key extends WeakKey, Value>(
  self: WeakMap<Key, Value>,
  key: Key,
) => Value | undefined;
export const weakMapSet = uncurryThis(WeakMap.prototype.set) as <Key extends WeakKey, Value>(
  self: WeakMap<Key, Value>,
  key: Key,
  value: Value,
) => void;

export const mapSize = getterOf<number>(Map.prototype, 'size');
export const mapEntries = uncurryThis(Map.prototype.entries) as (self: unknown) => MapIterator<[unknown, unknown]>;
export const setSize = getterOf<number>(Set.prototype, 'size');
export const setValues = uncurryThis(Set.prototype.values) as (self: unknown) => SetIterator<unknown>;

/** The iterators of maps and of sets have a `next` of their own each. */
export const mapNext = uncurryThis(new Map().entries().next) as (self: unknown) => IteratorResult<[unknown, unknown]>;
export const setNext = uncurryThis(new Set().values().next) as (self: unknown) => IteratorResult<unknown>;

export const TypedArray = getPrototypeOf(Uint8Array) as { new (): ArrayBufferView; readonly prototype: object };
/** The name of a typed array's class; undefined for anything else. Never throws. */
export const typedArrayName = getterOf<string | undefined>(TypedArray.prototype, Symbol.toStringTag);
export const typedArrayBuffer = getterOf<ArrayBuffer>(TypedArray.prototype, 'buffer');
export const typedArrayByteOffset = getterOf<number>(TypedArray.prototype, 'byteOffset');
export const typedArrayByteLength = getterOf<number>(TypedArray.prototype, 'byteLength');
export const typedArrayLength = getterOf<number>(TypedArray.prototype, 'length');

export const copyBytes = uncurryThis(Uint8Array.prototype.set) as (self: Uint8Array, from: Uint8Array) => void;
export const { isView } = ArrayBuffer;

export const dataViewBuffer = getterOf<ArrayBuffer>(DataView.prototype, 'buffer');
export const dataViewByteOffset = getterOf<number>(DataView.prototype, 'byteOffset');
export const dataViewByteLength = getterOf<number>(DataView.prototype, 'byteLength');

export const arrayBufferByteLength = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
export const arrayBufferMaxByteLength = getterOf<number>(ArrayBuffer.prototype, 'maxByteLength');
export const arrayBufferResizable = getterOf<boolean>(ArrayBuffer.prototype, 'resizable');
export const arrayBufferDetached = getterOf<boolean>(ArrayBuffer.prototype, 'detached');
export const arrayBufferTransfer = uncurryThis(ArrayBuffer.prototype.transfer) as (self: unknown) => ArrayBuffer;

export const { captureStackTrace } = Error;
const errorPrototype = Error.prototype;
const { isError: nativeIsError } = Error as { isError?: (value: unknown) => boolean };

/** Whether the engine made this value as an error, whatever its prototype says now. */
export const isError: (value: unknown) => value is Error = (nativeIsError ??
  ((value: unknown) => isBehind(errorPrototype, value))) as (value: unknown) => value is Error;

/**
 * A list of the realm's own, with an index and a length and nothing else. A write behind the end of an ordinary array looks for a setter
 * in its prototypes, which may be the step's.
 */
export interface BareList<Item> {
  [index: number]: Item;
  length: number;
}

const { setPrototypeOf } = Object;

export function bareList<Item>(): BareList<Item> {
  return setPrototypeOf([], null);
}

export function append<Item>(list: BareList<Item>, item: Item): void {
  list[list.length] = item;
}

/** A property as those of built-ins are: not enumerable. A descriptor that inherited could have a getter that it was not given. */
export function defineHidden(target: object, key: PropertyKey, value: unknown): void {
  defineProperty(target, key, hidden(value));
}

function hidden(value: unknown): PropertyDescriptor {
  return { __proto__: null, value, writable: true, enumerable: false, configurable: true } as PropertyDescriptor;
}

/** A property as assignment makes it. */
export function defineOwn(target: object, key: PropertyKey, value: unknown): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
  defineProperty(target, key, descriptor as PropertyDescriptor);
}

/** Whether a getter or a method that works on one kind of object only takes this one. */
export function isBranded(brand: (self: unknown) => unknown, value: unknown): boolean {
  try {
    brand(value);
    return true;
  } catch {
    return false; // Another kind, or an impostor: it has the prototype, but not what the constructor gives.
  }
}

const isBehind = uncurryThis(Object.prototype.isPrototypeOf) as (prototype: unknown, value: unknown) => boolean;

/** What `instanceof` says as long as nobody has changed it, for those that the class has made itself. */
function kindOf(prototype: object, brand: (self: unknown) => unknown): (value: unknown) => boolean {
  return (value) => isBehind(prototype, value) && isBranded(brand, value);
}

export const isMap = kindOf(Map.prototype, mapSize);
export const isSet = kindOf(Set.prototype, setSize);
export const isRegExp = kindOf(RegExp.prototype, regExpSource);
export const isArrayBuffer = kindOf(ArrayBuffer.prototype, arrayBufferByteLength);

/** Dates of a step have a prototype of its own; what code that is made from text calls a Date has the engine's. */
export function isDate(value: unknown, own: object): boolean {
  return (isBehind(own, value) || isBehind(datePrototype, value)) && isBranded(dateValue, value);
}

/** One of these classes, or of those that extend them, has made the value: they have no brand that could be asked for. */
export const isPromise = (value: unknown): boolean => isBehind(promisePrototype, value);
export const isWeakMap = (value: unknown): boolean => isBehind(weakMapPrototype, value);
export const isWeakSet = (value: unknown): boolean => isBehind(weakSetPrototype, value);
export const isSymbolObject = (value: unknown): boolean => isBehind(symbolPrototype, value);
const datePrototype: object = Date.prototype;
const promisePrototype = Promise.prototype;
const weakMapPrototype = WeakMap.prototype;
const weakSetPrototype = WeakSet.prototype;
const symbolPrototype = Symbol.prototype;

const numberValue = uncurryThis(Number.prototype.valueOf);
const stringValue = uncurryThis(String.prototype.valueOf);
const booleanValue = uncurryThis(Boolean.prototype.valueOf);
const bigIntValue = uncurryThis(BigInt.prototype.valueOf);
const isNumberObject = kindOf(Number.prototype, numberValue);
const isStringObject = kindOf(String.prototype, stringValue);
const isBooleanObject = kindOf(Boolean.prototype, booleanValue);
const isBigIntObject = kindOf(BigInt.prototype, bigIntValue);

/** The primitive value that an object stands for; undefined if it stands for none. */
export function unboxed(object: object): unknown {
  if (isStringObject(object)) return stringValue(object);
  if (isNumberObject(object)) return numberValue(object);
  if (isBooleanObject(object)) return booleanValue(object);
  return isBigIntObject(object) ? bigIntValue(object) : undefined;
}
