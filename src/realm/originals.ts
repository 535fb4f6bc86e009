// What the properties of built-ins were before hardening made them accessors and froze them. Code that asks for a descriptor is told of this, so
// that what it copies from a built-in to an object of its own can be changed there, as anywhere else.
import { MapOf, mapGet, mapSet, SetOf, setHas } from './primordials.ts';

/** Most properties of built-ins can be configured. Of data, it is written here if it could be written and is no accessor now. */
interface Fixed {
  readonly isWritable: boolean;
  readonly isConfigurable: boolean;
}

const usual: Fixed = { isWritable: false, isConfigurable: true };
const constant: Fixed = { isWritable: false, isConfigurable: false };

export class Originals {
  /** All built-ins that code can reach. */
  readonly builtIns: Set<object> = new SetOf();
  readonly #unusual: Map<object, Map<PropertyKey, Fixed>> = new MapOf();

  isBuiltIn(value: unknown): boolean {
    return setHas(this.builtIns, value as object);
  }

  /** `now`: what stands in the place of `before`. */
  note(builtIn: object, key: PropertyKey, before: PropertyDescriptor, now: PropertyDescriptor): void {
    if (before !== now) return;
    const isWritable = before.writable === true;
    const isConfigurable = before.configurable === true;
    const expected = expectedOf(builtIn, key);
    if (isWritable === expected.isWritable && isConfigurable === expected.isConfigurable) return;
    const known = mapGet(this.#unusual, builtIn) ?? new MapOf<PropertyKey, Fixed>();
    mapSet(known, key, { isWritable, isConfigurable });
    mapSet(this.#unusual, builtIn, known);
  }

  /** Of what is no accessor that overrides.ts has made. */
  fixed(builtIn: object, key: PropertyKey): Fixed {
    const known = mapGet(this.#unusual, builtIn);
    return (known === undefined ? undefined : mapGet(known, key)) ?? expectedOf(builtIn, key);
  }
}

function expectedOf(builtIn: object, key: PropertyKey): Fixed {
  return key === 'prototype' && typeof builtIn === 'function' ? constant : usual;
}
