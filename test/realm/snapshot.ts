// Loaded INTO the isolate by tests: remembers all that steps share, and tells what has changed since.
import { everything, reachable } from './graph.ts';

const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible, ownKeys } = Reflect;

type Remembered = readonly [path: string, prototype: object | null, properties: ReadonlyMap<PropertyKey, unknown[]>];
export type Snapshot = ReadonlyMap<object, Remembered>;

export function takeSnapshot(more: readonly object[]): Snapshot {
  const objects = new Map([...everything(), ...more.flatMap((object) => [...reachable(object)])]);
  return new Map(
    [...objects].map(([object, path]) => [object, [path, getPrototypeOf(object), propertiesOf(object)] as const]),
  );
}

/** Paths of what differs from the snapshot: a prototype, a property, or that something may be added again. */
export function changesSince(snapshot: Snapshot): string[] {
  const changes: string[] = [];
  for (const [object, [path, prototype, properties]] of snapshot) {
    if (getPrototypeOf(object) !== prototype) changes.push(`${path} has another prototype`);
    if (isExtensible(object)) changes.push(`${path} is extensible`);
    const now = propertiesOf(object);
    for (const key of new Set([...properties.keys(), ...now.keys()])) {
      const before = properties.get(key) ?? [];
      const after = now.get(key) ?? [];
      if (before.length !== after.length || before.some((part, index) => !Object.is(part, after[index]))) {
        changes.push(`${path}.${String(key)}`);
      }
    }
  }
  return changes;
}

function propertiesOf(object: object): Map<PropertyKey, unknown[]> {
  return new Map(ownKeys(object).map((key) => [key, Object.values(getOwnPropertyDescriptor(object, key) ?? {})]));
}
