// Loaded INTO the isolate by tests: finds built-ins by the names that SES and the specification give them, and tells
// whether each is there and frozen.

const { getPrototypeOf, getOwnPropertyDescriptor } = Reflect;

export interface IntrinsicState {
  readonly frozen: boolean;
  /** Those of the asked properties that are there. */
  readonly properties: readonly string[];
  /** Properties that are there and can be changed, or hold a function that can. */
  readonly loose: readonly string[];
}

/** `names` with the properties to look at, as `toString` or `@@iterator`. What is not there is left out. */
export function stateOf(names: Record<string, readonly string[]>): Record<string, IntrinsicState> {
  const states: [string, IntrinsicState][] = [];
  for (const [name, keys] of Object.entries(names)) {
    const intrinsic = resolve(name);
    if ((typeof intrinsic !== 'object' && typeof intrinsic !== 'function') || intrinsic === null) continue;
    const properties = keys.filter((key) => getOwnPropertyDescriptor(intrinsic, keyOf(key)) !== undefined);
    const loose = properties.filter((key) => isLoose(getOwnPropertyDescriptor(intrinsic, keyOf(key))));
    states.push([name, { frozen: Object.isFrozen(intrinsic), properties, loose }]);
  }
  return Object.fromEntries(states);
}

function isLoose(descriptor: PropertyDescriptor | undefined): boolean {
  const { value, get, set, writable, configurable } = descriptor ?? {};
  return configurable === true || writable === true || [value, get, set].some((held) => !Object.isFrozen(held));
}

function keyOf(key: string): PropertyKey {
  return key.startsWith('@@') ? (Reflect.get(Symbol, key.slice(2)) ?? key) : key;
}

/** `Array`, `%ArrayPrototype%`, `%SharedDate%`, `%Temporal.PlainDate%`, or one of those that have no name. */
function resolve(name: string): unknown {
  const anonymous = unnamed()[name];
  if (anonymous !== undefined) return anonymous;
  const path = name.replaceAll('%', '').replace(/^(Initial|Shared|Unique)(?!ArrayBuffer)/, '');
  const owner = /^(.+)Prototype$/.exec(path)?.[1];
  if (owner !== undefined) return Reflect.get(Object(resolve(owner)), 'prototype');
  return path.split('.').reduce<unknown>((holder, key) => Reflect.get(Object(holder), key), globalThis);
}

function unnamed(): Record<string, unknown> {
  const generatorFunction = getPrototypeOf(function* () {}) ?? {};
  const asyncGeneratorFunction = getPrototypeOf(async function* () {}) ?? {};
  const asyncFunctionPrototype = getPrototypeOf(async () => {}) ?? {};
  const asyncGeneratorPrototype: object = Reflect.get(asyncGeneratorFunction, 'prototype');
  const strictArguments = (function () {
    // biome-ignore lint/complexity/noArguments: the arguments object is what is wanted.
    return arguments;
  })();
  return {
    '%ThrowTypeError%': getOwnPropertyDescriptor(strictArguments, 'callee')?.get,
    '%InertFunction%': Function.prototype.constructor,
    '%StringIteratorPrototype%': getPrototypeOf(''[Symbol.iterator]()),
    '%RegExpStringIteratorPrototype%': getPrototypeOf(''.matchAll(/./g)),
    '%ArrayIteratorPrototype%': getPrototypeOf([].values()),
    '%MapIteratorPrototype%': getPrototypeOf(new Map().values()),
    '%SetIteratorPrototype%': getPrototypeOf(new Set().values()),
    '%TypedArray%': getPrototypeOf(Uint8Array),
    '%TypedArrayPrototype%': getPrototypeOf(Uint8Array.prototype),
    '%WrapForValidIteratorPrototype%': getPrototypeOf(Iterator.from({ next: () => ({ done: true, value: 1 }) })),
    '%IteratorHelperPrototype%': getPrototypeOf([].values().take(0)),
    '%InertGeneratorFunction%': generatorFunction.constructor,
    '%Generator%': generatorFunction,
    '%GeneratorPrototype%': Reflect.get(generatorFunction, 'prototype'),
    '%InertAsyncGeneratorFunction%': asyncGeneratorFunction.constructor,
    '%AsyncGenerator%': asyncGeneratorFunction,
    '%AsyncGeneratorPrototype%': asyncGeneratorPrototype,
    '%AsyncIteratorPrototype%': getPrototypeOf(asyncGeneratorPrototype),
    '%InertAsyncFunction%': asyncFunctionPrototype.constructor,
    '%AsyncFunctionPrototype%': asyncFunctionPrototype,
    '%InitialGetStackString%': getOwnPropertyDescriptor(new Error(), 'stack')?.get,
  };
}
