// Code is told of the properties of built-ins what plain V8 says, though all of them are frozen: only an attempt to change one fails.
import { afterAll, describe, expect, test } from 'vitest';
import { loadRealm } from './load-realm.ts';

const untouched = loadRealm(['harden.ts']);
const hardened = loadRealm(['harden.ts']);
hardened.run('harden.harden()');
afterAll(() => {
  untouched.dispose();
  hardened.dispose();
});

/** By path, each property of a built-in: whether it is data, and its attributes. As code is told of them. */
const told = (ask: string): string => `
  const told = {}, seen = new Set(), queue = [['', globalThis], ['async*', Object.getPrototypeOf(async function* () {})],
    ['iterators', [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)].map(Object.getPrototypeOf)]];
  const isThere = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
  for (const [path, object] of queue) {
    if (!isThere(object) || seen.has(object)) continue;
    seen.add(object);
    queue.push([path + '.__proto__', Object.getPrototypeOf(object)]);
    for (const key of Reflect.ownKeys(object)) {
      const at = path + '.' + String(key);
      const descriptor = (${ask})(object, key);
      const { value, get, set, ...attributes } = descriptor;
      told[at] = ['value' in descriptor ? 'data' : 'accessor', Object.entries(attributes).sort().join(' ')].join(' ');
      queue.push([at, value], ['get ' + at, get], ['set ' + at, set]);
    }
  }
  return told;`;

/** Of all functions, %ThrowTypeError% stands there. V8's own are other functions. */
const poisoned = /^get .*\.(?:arguments|caller)\.(?:name|length)$/;

describe.each([
  'Object.getOwnPropertyDescriptor',
  'Reflect.getOwnPropertyDescriptor',
  '(object, key) => Object.getOwnPropertyDescriptors(object)[key]',
])('%s', (ask) => {
  const before = untouched.run(told(ask)) as Record<string, string>;
  const after = hardened.run(told(ask)) as Record<string, string>;

  test('tells what the engine does', () => {
    const different = Object.entries(after).filter(([path, text]) => !poisoned.test(path) && before[path] !== text);
    expect(Object.keys(after).length).toBeGreaterThan(2_500);
    expect(different).toEqual([]);
  });
});

test('built-ins are frozen all the same', () => {
  const script = `
    const holders = [Array.prototype, Map, JSON.parse, Object.getPrototypeOf([].values())];
    const { configurable, writable } = Object.getOwnPropertyDescriptor(Array.prototype, 'map');
    let thrown = 0;
    const isRefused = (change) => { try { change(); } catch { thrown++; } };
    isRefused(() => { delete Array.prototype.map; });
    isRefused(() => { Array.prototype.map = 1; });
    isRefused(() => { Object.defineProperty(Array.prototype, 'map', { value: 1 }); });
    return [configurable, writable, thrown, holders.map(Object.isFrozen), holders.map(Object.isExtensible)];`;
  const all = (value: boolean) => Array<boolean>(4).fill(value);
  expect(hardened.run(script)).toEqual([true, true, 3, all(true), all(false)]);
});

describe('what is copied from a built-in can be changed', () => {
  test.each([
    [
      'into a class, property by property',
      `class List {}
       for (const key of ['map', 'push', Symbol.iterator]) {
         Object.defineProperty(List.prototype, key, Object.getOwnPropertyDescriptor(Array.prototype, key));
       }
       List.prototype.push = () => 'own'; List.prototype[Symbol.iterator] = () => 'iterator';
       delete List.prototype.map;
       return [new List().push(), new List()[Symbol.iterator](), typeof new List().map]`,
      ['own', 'iterator', 'undefined'],
    ],
    [
      'all at once',
      `const copy = Object.create(null, Object.getOwnPropertyDescriptors(JSON)); copy.parse = 1; return copy.parse`,
      1,
    ],
    [
      'the name of a function, to a function around it',
      `const around = () => {};
       Object.defineProperty(around, 'name', Object.getOwnPropertyDescriptor(Array.isArray, 'name'));
       Object.defineProperty(around, 'name', { value: 'around ' + around.name });
       return around.name`,
      'around isArray',
    ],
    [
      'an accessor',
      `const own = Object.defineProperty({}, 'size', Object.getOwnPropertyDescriptor(Map.prototype, 'size'));
       Object.defineProperty(own, 'size', { value: 7 });
       return own.size`,
      7,
    ],
  ])('%s', (_, script, expected) => {
    expect(untouched.run(script)).toEqual(expected);
    expect(hardened.run(script)).toEqual(expected);
  });
});

test("what is said of an author's own frozen objects is as it is", () => {
  const script = `
    const own = Object.freeze({ a: 1, get b() { return 1; } });
    const attributes = ({ value, get, ...rest }) => rest;
    return [Object.getOwnPropertyDescriptor(own, 'a'), Object.values(Object.getOwnPropertyDescriptors(own)).map(attributes)];`;
  expect(hardened.run(script)).toEqual(untouched.run(script));
});
