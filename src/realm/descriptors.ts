// Tells code of built-ins what the engine would: of data where overrides.ts has put an accessor, and of the attributes that freezing has
// taken. A library that wants a built-in as it was asks for its descriptor, and one that mixes built-ins into its own classes copies it.
// The accessor itself is given to nobody. Whether something can be changed, `Object.isFrozen` says.
import type { Originals } from './originals.ts';
import type { Overrides } from './overrides.ts';
import { apply, defineHidden, ownKeys } from './primordials.ts';

const { getOwnPropertyDescriptor, getOwnPropertyDescriptors } = Object;
const ofReflect = Reflect.getOwnPropertyDescriptor;

/**
 * Puts functions that do so in the place of the engine's. Methods, not functions: built-ins cannot be called with `new`. Returns that of
 * `Object.getOwnPropertyDescriptor`.
 */
export function tellOfData(
  overrides: Overrides,
  originals: Originals,
): (object: object, key: PropertyKey) => PropertyDescriptor | undefined {
  function told(
    object: object,
    key: PropertyKey,
    descriptor: PropertyDescriptor | undefined,
  ): PropertyDescriptor | undefined {
    if (descriptor === undefined) return undefined;
    const { get, enumerable = false } = descriptor;
    if (get !== undefined && overrides.isOwnSetter(descriptor.set)) {
      return { value: apply(get, undefined, []), writable: true, enumerable, configurable: true };
    }
    if (descriptor.configurable === true || !originals.isBuiltIn(object)) return descriptor;
    const { isWritable, isConfigurable } = originals.fixed(object, key);
    descriptor.configurable = isConfigurable;
    if (descriptor.writable !== undefined) descriptor.writable = isWritable;
    return descriptor;
  }

  const ofObject = {
    getOwnPropertyDescriptor: (object: object, key: PropertyKey) =>
      told(object, key, getOwnPropertyDescriptor(object, key)),
    getOwnPropertyDescriptors(object: object) {
      const descriptors: Record<PropertyKey, PropertyDescriptor | undefined> = getOwnPropertyDescriptors(object);
      const keys = ownKeys(descriptors);
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as string;
        descriptors[key] = told(object, key, descriptors[key]);
      }
      return descriptors;
    },
  };
  replace(Object, ofObject);
  replace(Reflect, {
    getOwnPropertyDescriptor: (object: object, key: PropertyKey) => told(object, key, ofReflect(object, key)),
  });
  const { __lookupGetter__: lookupGetter, __lookupSetter__: lookupSetter } = Object.prototype as unknown as Lookups;
  replace(Object.prototype, {
    __lookupGetter__(key: PropertyKey) {
      const isOwn = overrides.isOwnSetter(apply(lookupSetter, this, [key]));
      return isOwn ? undefined : apply(lookupGetter, this, [key]);
    },
    __lookupSetter__(key: PropertyKey) {
      const setter = apply(lookupSetter, this, [key]);
      return overrides.isOwnSetter(setter) ? undefined : setter;
    },
  });
  return ofObject.getOwnPropertyDescriptor;
}

interface Lookups {
  readonly __lookupGetter__: (key: PropertyKey) => unknown;
  readonly __lookupSetter__: (key: PropertyKey) => unknown;
}

function replace(holder: object, methods: Readonly<Record<string, unknown>>): void {
  for (const key of ownKeys(methods)) defineHidden(holder, key, methods[key as string]);
}
