// Loaded INTO the isolate by tests: looks at what every function gives, for the time, for chance, and for objects that
// two calls share.
import { type Call, callAll, everything, isObject, reachable } from './graph.ts';

const dayMs = 86_400_000;
const { parse } = Date;
const { isFrozen } = Object;

/** Paths of functions whose result tells the current time. `now` is the time in milliseconds. */
export function tellingTime(now: number): string[] {
  const year = new Date(now).toISOString().slice(0, 4);
  const paths = new Set<string>();
  const isNow = (value: unknown): boolean => {
    if (typeof value === 'bigint') return [1n, 1_000n, 1_000_000n].some((unit) => isNear(Number(value / unit), now));
    if (typeof value === 'number') return [0.001, 1, 1_000, 1_000_000].some((unit) => isNear(value / unit, now));
    return typeof value === 'string' && (isNear(parse(value), now) || value.includes(year));
  };
  callAll(everything(), ({ path, result }: Call) => {
    if (textsOf(result).some(isNow)) paths.add(path);
  });
  return [...paths];
}

function isNear(time: number, now: number): boolean {
  return Math.abs(time - now) < dayMs;
}

/** Paths of functions that give another number when they are called again. */
export function givingChance(): string[] {
  const first: Call[] = [];
  const paths = new Set<string>();
  callAll(everything(), (call) => first.push(call));
  let index = 0;
  callAll(everything(), ({ path, result }) => {
    const before = first[index++];
    if (before?.path !== path) throw new Error(`The calls differ: ${before?.path}, ${path}.`);
    if (typeof result === 'number' && !Object.is(result, before.result)) paths.add(path);
  });
  return [...paths];
}

/** Paths of functions that give the same object to two callers, which could leave something in it for one another. */
export function givingSharedObjects(): string[] {
  const known = everything();
  const given = new Set<object>();
  const paths = new Set<string>();
  const changeable = ({ result }: Call): object[] => {
    if (!isObject(result) || known.has(result) || isHuge(result)) return [];
    return [...reachable({ result }).keys()].slice(1).filter((object) => !isFrozen(object) && !known.has(object));
  };
  callAll(known, (call) => {
    for (const object of changeable(call)) given.add(object);
  });
  callAll(known, (call) => {
    if (changeable(call).some((object) => given.has(object))) paths.add(call.path);
  });
  return [...paths];
}

function isHuge(value: object): boolean {
  return Array.isArray(value) && value.length > 10_000;
}

/** The value itself, its fields, and how it shows itself: a Date, a Temporal object, parts of a formatted date. */
function textsOf(value: unknown, depth = 0): unknown[] {
  if (!isObject(value) || depth > 2) return [value];
  const texts: unknown[] = Object.values(value).flatMap((field) => textsOf(field, depth + 1));
  for (const method of ['toISOString', 'toString', 'valueOf']) {
    try {
      if (typeof value !== 'function') texts.push(Reflect.get(value, method).call(value));
    } catch {
      texts.push(undefined); // It does not show itself this way.
    }
  }
  return texts.filter((text) => !isObject(text));
}
