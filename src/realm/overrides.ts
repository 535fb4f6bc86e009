// Makes plain assignment work where freezing would forbid it. `error.name = 'X'` on an object that inherits a frozen,
// read-only `name` throws in strict mode, though the object itself is free to have one (the "override mistake" of
// ECMAScript). So what built-ins have as writable data becomes an accessor, whose setter defines an own property on the receiver.
// Code that asks for descriptors is told of data all the same: see descriptors.ts.
import {
  defineProperty,
  getOwnPropertyDescriptor,
  MapOf,
  mapGet,
  mapSet,
  SetOf,
  setAdd,
  setHas,
  stringOf,
  TypeErrorOf,
} from './primordials.ts';

/** Turns data of built-ins into accessors, before all of it is frozen. */
export class Overrides {
  readonly #setters: Map<PropertyKey, (assigned: unknown) => void> = new MapOf();
  readonly #known: Set<unknown> = new SetOf();
  readonly #watched: ReadonlyMap<object, readonly PropertyKey[]> = new MapOf(watched);

  /** Whether this is the setter of an accessor that stands where the engine has data. The getter gives it. */
  isOwnSetter(setter: unknown): boolean {
    return setHas(this.#known, setter);
  }

  /** Returns what the property is now: the same as before, if nobody could assign to it anyway or the engine watches it. */
  enable(holder: object, key: PropertyKey, descriptor: PropertyDescriptor): PropertyDescriptor {
    if (descriptor.writable !== true || descriptor.configurable !== true) return descriptor;
    if (mapGet(this.#watched, holder)?.includes(key)) return descriptor;
    const accessor = accessorOf(descriptor.value, this.#setterFor(key), descriptor.enumerable === true);
    defineProperty(holder, key, accessor);
    return accessor;
  }

  /** What is assigned to the holder itself is dropped; an object that inherits from it gets a property of its own. Enumerable. */
  ignoreAssignment(holder: object, key: PropertyKey, value: unknown): void {
    const { set } = {
      set(this: object, assigned: unknown): void {
        if (this !== holder) assign(this, key, assigned);
      },
    };
    setAdd(this.#known, set);
    defineProperty(holder, key, accessorOf(value, set, true));
  }

  /** One for all properties of this name: which built-in is asked, the receiver alone shows. */
  #setterFor(key: PropertyKey): (assigned: unknown) => void {
    const known = mapGet(this.#setters, key);
    if (known !== undefined) return known;
    const { set } = {
      set(this: object, assigned: unknown): void {
        assign(this, key, assigned);
      },
    };
    mapSet(this.#setters, key, set);
    setAdd(this.#known, set);
    return set;
  }
}

function accessorOf(value: unknown, set: (assigned: unknown) => void, enumerable: boolean): PropertyDescriptor {
  return { get: () => value, set, enumerable, configurable: true };
}

/** As an assignment does it that finds no property on its way. */
function assign(receiver: object, key: PropertyKey, value: unknown): void {
  // An own property is met here only by `super.key = value` and `Reflect.set`, plain assignment finds it first; or it is the built-in's.
  const own = getOwnPropertyDescriptor(receiver, key);
  const isNew = own === undefined;
  const descriptor = isNew
    ? { __proto__: null, value, writable: true, enumerable: true, configurable: true }
    : { __proto__: null, value };
  if ((!isNew && own.writable !== true) || !defineProperty(receiver, key, descriptor as PropertyDescriptor)) {
    throw new TypeErrorOf(`Cannot assign to read only property '${stringOf(key)}'`);
  }
}

/**
 * What the engine's fast paths watch: as accessors these would make all code of the cell slower. An assignment of one of them to an
 * object that inherits it throws. docs/compatibility.md names them; decision 032 has the figures.
 */
const watched: readonly (readonly [holder: object, keys: readonly PropertyKey[]])[] = [
  [Array.prototype, ['constructor', Symbol.iterator]],
  [Object.getPrototypeOf([].values()), ['next']],
  [Promise.prototype, ['constructor']],
  [RegExp.prototype, ['exec']],
];
