// Tells code of data where overrides.ts has put an accessor: a library that wants a built-in as it was asks for its descriptor. The
// accessor itself is given to nobody.
import type { Overrides } from './overrides.ts';
import { apply, defineHidden, ownKeys } from './primordials.ts';

const { getOwnPropertyDescriptor, getOwnPropertyDescriptors } = Object;
const ofReflect = Reflect.getOwnPropertyDescriptor;

/**
 * Puts functions that do so in the place of the engine's. Methods, not functions: built-ins cannot be called with `new`. Returns that of
 * `Object.getOwnPropertyDescriptor`.
 */
export function tellOfData(overrides: Overrides): (object: object, key: PropertyKey) => PropertyDescriptor | undefined {
  function told(descriptor: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
    if (descriptor?.get === undefined || !overrides.isOwnSetter(descriptor.set)) return descriptor;
    const { get, enumerable = false, configurable = false } = descriptor;
    return { value: apply(get, undefined, []), writable: configurable, enumerable, configurable };
  }

  const ofObject = {
    getOwnPropertyDescriptor: (object: object, key: PropertyKey) => told(getOwnPropertyDescriptor(object, key)),
    getOwnPropertyDescriptors(object: object) {
      const descriptors: Record<PropertyKey, PropertyDescriptor | undefined> = getOwnPropertyDescriptors(object);
      const keys = ownKeys(descriptors);
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as string;
        descriptors[key] = told(descriptors[key]);
      }
      return descriptors;
    },
  };
  replace(Object, ofObject);
  replace(Reflect, {
    getOwnPropertyDescriptor: (object: object, key: PropertyKey) => told(ofReflect(object, key)),
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
