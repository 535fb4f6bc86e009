// Makes plain assignment work where freezing would forbid it. `error.name = 'X'` on an object that inherits a frozen,
// read-only `name` throws in strict mode, though the object itself is free to have one (the "override mistake" of
// ECMAScript). A property listed here becomes an accessor, whose setter defines an own property on the receiver.
//
// Which are listed was measured in V8 14.6, hardened against hardened with one more accessor. Reading through such a
// getter costs nothing once the caller is compiled (`push`, `call`, `hasOwnProperty`, `toString`, `Map.prototype.get`:
// within noise). Left as they are, since the engine's fast paths watch them:
//   Array.prototype[Symbol.iterator]   spreading an array: 40 times slower
//   Array.prototype.constructor        map, filter, slice, concat: 20 times slower
//   Promise.prototype.constructor      Promise.all, then, await of a promise: 2 to 3 times slower
//   RegExp.prototype.exec              test: 3 times slower
// `class X extends Array` needs none of them: a class defines, it does not assign.
import { defineProperty, getOwnPropertyDescriptor, OriginalDate, ownKeys, TypedArray } from './primordials.ts';

/** Returns the values that now stand behind getters: whoever freezes the realm finds them by no property. */
export function enableOverrides(): readonly unknown[] {
  const typedArrayPrototype = TypedArray.prototype;
  return [
    // Objects used as records may hold any word: `counts.constructor = 1`, `exports.toString = f`.
    ...enable(Object.prototype, stringKeysOf(Object.prototype)),
    // Set by bundlers and by code that makes its own kinds of function.
    ...enable(Function.prototype, ['constructor', 'apply', 'bind', 'call', 'toString']),
    // Set on instances, and on prototypes made by `Object.create(Error.prototype)`.
    ...errorPrototypes().flatMap((prototype) => enable(prototype, ['constructor', 'name', 'message', 'toString'])),
    // Set on objects that stand for a text or a number, and are made by `Object.create(String.prototype)`.
    ...[String, Number, Boolean, Symbol, BigInt].flatMap(({ prototype }) =>
      enable(prototype, ['constructor', 'toString', 'valueOf']),
    ),
    // Set on single arrays by code that wants to hear of changes.
    ...enable(Array.prototype, ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'concat', 'toString']),
    ...enable(Array.prototype, ['slice', 'map', 'filter', 'forEach', 'includes', 'indexOf', 'join']),
    // Libraries that bring a Buffer of their own assign its methods over those of Uint8Array.
    ...enable(typedArrayPrototype, without(stringKeysOf(typedArrayPrototype), 'constructor')),
    // Code that was transpiled assigns this to iterators it makes from the engine's.
    ...enable(Iterator.prototype, [Symbol.iterator]),
    ...[Map, Set, WeakMap, WeakSet, OriginalDate].flatMap(({ prototype }) => enable(prototype, ['constructor'])),
  ];
}

function errorPrototypes(): readonly object[] {
  const names = [
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SuppressedError',
    'SyntaxError',
  ];
  return [...names, 'TypeError', 'URIError'].flatMap((name) => {
    const errorClass: { prototype: object } | undefined = Reflect.get(globalThis, name);
    return errorClass === undefined ? [] : [errorClass.prototype];
  });
}

function stringKeysOf(holder: object): readonly PropertyKey[] {
  return ownKeys(holder).filter((key) => typeof key === 'string');
}

function without(keys: readonly PropertyKey[], left: PropertyKey): readonly PropertyKey[] {
  return keys.filter((key) => key !== left);
}

function enable(holder: object, keys: readonly PropertyKey[]): readonly unknown[] {
  return keys.flatMap((key) => {
    const descriptor = getOwnPropertyDescriptor(holder, key);
    // An accessor is not subject to the mistake, and what the engine does not have needs no help.
    if (descriptor === undefined || !('value' in descriptor)) return [];
    const { get, set } = accessorFor(holder, key, descriptor.value);
    defineProperty(holder, key, { get, set, enumerable: false, configurable: true });
    return [descriptor.value];
  });
}

function accessorFor(holder: object, key: PropertyKey, value: unknown): { get(): unknown; set(value: unknown): void } {
  return {
    get: () => value,
    set(this: object, assigned: unknown): void {
      // An own property is met here only by `super.key = value` and `Reflect.set`: plain assignment finds it first.
      const own = this === holder ? undefined : getOwnPropertyDescriptor(this, key);
      const isNew = own === undefined;
      const descriptor = isNew
        ? { value: assigned, writable: true, enumerable: true, configurable: true }
        : { value: assigned };
      if ((!isNew && own.writable !== true) || !defineProperty(this, key, descriptor)) {
        throw new TypeError(`Cannot assign to read only property '${String(key)}'`);
      }
    },
  };
}
