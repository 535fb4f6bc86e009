// The built-ins that trusted code in the realm uses, captured while the realm is still untouched.
// Once the realm is hardened, methods of values that trusted code made itself are safe to call as usual. What is captured
// here is needed for values that a tenant made: a proxy, an object with getters, a Map with methods of its own.

export const { stringify: jsonStringify } = JSON;
export const { freeze, hasOwn, keys: objectKeys, getOwnPropertyDescriptor } = Object;
export const { apply, construct, defineProperty, deleteProperty, getPrototypeOf, ownKeys } = Reflect;
export const { isArray } = Array;
export const { fromCharCode } = String;

const { bind, call } = Function.prototype;

/** Turns a method into a function that takes its receiver first, whatever the receiver itself has under that name. */
export const uncurryThis = bind.bind(call) as <Args extends unknown[], Result>(
  method: (...args: Args) => Result,
) => (self: unknown, ...args: Args) => Result;

/** The getter of a built-in accessor as a function. It throws for a receiver of the wrong kind, so it is a brand check. */
export function getterOf<Result>(prototype: object, key: PropertyKey): (self: unknown) => Result {
  const getter = getOwnPropertyDescriptor(prototype, key)?.get;
  if (getter === undefined) throw new Error(`No getter ${String(key)} in this engine.`);
  return uncurryThis(getter as () => Result);
}

/** As methods of a text, optimized code looked these up anew for each call: a sixth of what a step cost in its cell. */
export const charAt = uncurryThis(String.prototype.charAt);
export const charCodeAt = uncurryThis(String.prototype.charCodeAt);
export const indexOf = uncurryThis(String.prototype.indexOf);
export const slice = uncurryThis(String.prototype.slice);

/** The engine's own Date. Hardening puts one that cannot tell the time in its place. */
export const OriginalDate: DateConstructor = Date;
export const dateToString = uncurryThis(Date.prototype.toString);
export const dateValue = uncurryThis(Date.prototype.getTime);

export const symbolToString = uncurryThis(Symbol.prototype.toString);
export const regExpToString = uncurryThis(RegExp.prototype.toString);
export const regExpSource = getterOf<string>(RegExp.prototype, 'source');
export const regExpFlags = getterOf<string>(RegExp.prototype, 'flags');

export const mapSize = getterOf<number>(Map.prototype, 'size');
export const mapEntries = uncurryThis(Map.prototype.entries) as (self: unknown) => MapIterator<[unknown, unknown]>;
export const setSize = getterOf<number>(Set.prototype, 'size');
export const setValues = uncurryThis(Set.prototype.values) as (self: unknown) => SetIterator<unknown>;

export const TypedArray = getPrototypeOf(Uint8Array) as { new (): ArrayBufferView; readonly prototype: object };
/** The name of a typed array's class; undefined for anything else. Never throws. */
export const typedArrayName = getterOf<string | undefined>(TypedArray.prototype, Symbol.toStringTag);
export const typedArrayBuffer = getterOf<ArrayBuffer>(TypedArray.prototype, 'buffer');
export const typedArrayByteOffset = getterOf<number>(TypedArray.prototype, 'byteOffset');
export const typedArrayByteLength = getterOf<number>(TypedArray.prototype, 'byteLength');
export const typedArrayLength = getterOf<number>(TypedArray.prototype, 'length');

export const dataViewBuffer = getterOf<ArrayBuffer>(DataView.prototype, 'buffer');
export const dataViewByteOffset = getterOf<number>(DataView.prototype, 'byteOffset');
export const dataViewByteLength = getterOf<number>(DataView.prototype, 'byteLength');

export const arrayBufferByteLength = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
export const arrayBufferMaxByteLength = getterOf<number>(ArrayBuffer.prototype, 'maxByteLength');
export const arrayBufferResizable = getterOf<boolean>(ArrayBuffer.prototype, 'resizable');
export const arrayBufferDetached = getterOf<boolean>(ArrayBuffer.prototype, 'detached');
export const arrayBufferTransfer = uncurryThis(ArrayBuffer.prototype.transfer) as (self: unknown) => ArrayBuffer;

const { isError: nativeIsError } = Error as { isError?: (value: unknown) => boolean };

/** Whether the engine made this value as an error, whatever its prototype says now. */
export const isError: (value: unknown) => value is Error = (nativeIsError ??
  ((value: unknown) => value instanceof Error)) as (value: unknown) => value is Error;
