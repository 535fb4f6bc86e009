// Ordinary code assigns to names that its objects inherit. It must go on working when what they inherit from is frozen.
import { afterAll, describe, expect, test } from 'vitest';
import { loadRealm } from './load-realm.ts';

const realm = loadRealm(['harden.ts']);
realm.run('harden.harden()');
afterAll(() => realm.dispose());

describe('plain assignment in strict mode', () => {
  test.each([
    ['const o = {}; o.toString = () => "mine"; return String(o)', 'mine'],
    ['const o = {}; o.valueOf = () => 7; return o + 1', 8],
    [
      'const counts = {}; for (const w of ["constructor", "constructor"]) counts[w] = (Object.hasOwn(counts, w) ? counts[w] : 0) + 1; return counts',
      { constructor: 2 },
    ],
    [
      'const o = {}; for (const k of Object.getOwnPropertyNames(Object.prototype)) if (k !== "__proto__" && !k.startsWith("__")) o[k] = 1; return Object.keys(o).length',
      7,
    ],
    [
      'return [String, Number, Boolean, Symbol, BigInt].map(({ prototype }) => { const o = Object.create(prototype); o.valueOf = 1; o.toString = 2; o.constructor = 3; return o.valueOf + o.toString + o.constructor; })',
      [6, 6, 6, 6, 6],
    ],
    ['const e = new Error("a"); e.name = "X"; e.message = "b"; return [String(e), Object.keys(e)]', ['X: b', ['name']]],
    ['const e = new TypeError(); e.message = "late"; e.toString = () => "mine"; return String(e)', 'mine'],
    ['class E extends RangeError { constructor(m) { super(m); this.name = "E"; } } return String(new E("m"))', 'E: m'],
    ['class E extends Error {} E.prototype.name = "E"; return [new E("m").name, new Error("m").name]', ['E', 'Error']],
    [
      'function E() {} E.prototype = Object.create(Error.prototype); E.prototype.constructor = E; E.prototype.name = "E"; const e = new E(); return [e instanceof Error, e.constructor === E, String(e)]',
      [true, true, 'E'],
    ],
    [
      'function Sub() {} Sub.prototype = {}; Sub.prototype.constructor = Sub; return new Sub().constructor === Sub',
      true,
    ],
    [
      'function Sub() {} Sub.prototype = Object.create(Map.prototype); Sub.prototype.constructor = Sub; return new Sub().constructor === Sub',
      true,
    ],
    [
      'function d() {} function __() { this.constructor = d; } __.prototype = Date.prototype; return new __().constructor === d',
      true,
    ],
    ['const list = []; list.push = () => "heard"; return [list.push(1), list.length, [].push(1)]', ['heard', 0, 1]],
    [
      'const list = [1]; list.concat = () => 2; list.map = () => 3; list.toString = () => "t"; return [list.concat(), list.map(), String(list)]',
      [2, 3, 't'],
    ],
    [
      'const f = () => 1; f.bind = () => "bound"; f.call = () => "called"; f.apply = () => "applied"; return [f.bind(), f.call(), f.apply()]',
      ['bound', 'called', 'applied'],
    ],
    ['const f = () => 1; f.toString = () => "source"; return String(f)', 'source'],
    [
      'const it = Object.create(Iterator.prototype); it[Symbol.iterator] = function () { return [1, 2].values() }; return [...it]',
      [1, 2],
    ],
    [
      'class Bytes extends Uint8Array {} Bytes.prototype.toString = () => "bytes"; Bytes.prototype.slice = () => "cut"; return [String(new Bytes(2)), new Bytes(1).slice()]',
      ['bytes', 'cut'],
    ],
    ['class A { m() { super.toString = 5; return Object.keys(this) } } return new A().m()', ['toString']],
    ['const o = { toString: 1 }; o.toString = 2; return o', { toString: 2 }],
  ])('%s', (code, expected) => {
    expect(realm.run(code)).toEqual(expected);
  });

  test('what is assigned is an ordinary property', () => {
    const script = 'const o = {}; o.toString = 1; return Object.getOwnPropertyDescriptor(o, "toString")';
    expect(realm.run(script)).toEqual({ value: 1, writable: true, enumerable: true, configurable: true });
  });
});

describe('assignment is refused with a TypeError', () => {
  test.each([
    ['to a built-in itself', 'Object.prototype.toString = 1'],
    ['to a built-in that inherits from another', 'Array.prototype.valueOf = 1'],
    ['to a frozen object', 'Object.freeze({}).toString = 1'],
    ['to an object that takes no new properties', 'Object.preventExtensions([]).push = 1'],
    ['to a primitive', '"text".valueOf = 1'],
    [
      'to a read-only property, by way of super',
      'const o = Object.freeze({ toString: 1 }); ({ m() { super.toString = 2 } }).m.call(o)',
    ],
    [
      'to an accessor, by way of Reflect.set',
      'const o = { get toString() { return 1 } }; if (!Reflect.set({}, "toString", 2, o)) throw new TypeError()',
    ],
  ])('%s', (_, code) => {
    expect(realm.run(`try { ${code} } catch (error) { return error.name }`)).toBe('TypeError');
  });
});

describe('reading is as before', () => {
  test.each([
    ['return Object.prototype.toString.call([])', '[object Array]'],
    ['return ({}).hasOwnProperty("a") || ({ a: 1 }).hasOwnProperty("a")', true],
    [
      'return [({}).constructor === Object, (() => 1).constructor === Function, new Error().constructor === Error]',
      [true, true, true],
    ],
    ['return [new Error("m").name, new TypeError().name, new Error().message]', ['Error', 'TypeError', '']],
    ['return Object.keys(Object.prototype).concat(Object.keys(Array.prototype))', []],
    ['const keys = []; for (const key in {}) keys.push(key); for (const key in []) keys.push(key); return keys', []],
    ['return JSON.stringify({ a: [1] })', '{"a":[1]}'],
  ])('%s', (code, expected) => {
    expect(realm.run(code)).toEqual(expected);
  });

  test.each([
    ['return typeof Object.getOwnPropertyDescriptor(Object.prototype, "toString").value', 'function'],
    ['return typeof Reflect.getOwnPropertyDescriptor(Map.prototype, "get").value', 'function'],
    [
      'return Object.entries(Object.getOwnPropertyDescriptors(WeakSet.prototype)).map(([key, { value }]) => [key, typeof value])',
      [
        ['constructor', 'function'],
        ['delete', 'function'],
        ['has', 'function'],
        ['add', 'function'],
      ],
    ],
    [
      'return Object.getOwnPropertyDescriptor(JSON, "parse")',
      { writable: true, enumerable: false, configurable: true },
    ],
    ['return [({}).__lookupGetter__("toString"), typeof new Map().__lookupGetter__("size")]', [null, 'function']],
    [
      'return [Object.prototype.__lookupSetter__.call([], "push"), typeof ({}).__lookupSetter__("__proto__")]',
      [null, 'function'],
    ],
    ['return typeof Object.getOwnPropertyDescriptor(new Proxy(Map.prototype, {}), "get").value', 'function'],
    ['try { Object.getOwnPropertyDescriptor(undefined, "a") } catch (error) { return error.name }', 'TypeError'],
    [
      'return [Object.getOwnPropertyDescriptor("ab", 1), Object.getOwnPropertyDescriptor({ get a() { return 1 } }, "a").get.name]',
      [{ value: 'b', writable: false, enumerable: true, configurable: false }, 'get a'],
    ],
    [
      'return Object.getOwnPropertyDescriptors({ __proto__: null, ["__proto__"]: 1 })',
      JSON.parse('{"__proto__": {"value": 1, "writable": true, "enumerable": true, "configurable": true}}'),
    ],
    [
      'return [Object.isFrozen(Map.prototype), Object.hasOwn(Map.prototype, "get"), Map.prototype.propertyIsEnumerable("get")]',
      [true, true, false],
    ],
  ])('descriptors tell of data: %s', (code, expected) => {
    expect(realm.run(code)).toEqual(expected);
  });
});

describe('Error', () => {
  test.each([
    [
      'Error.stackTraceLimit = 1; const deep = (n) => n === 0 ? new Error("d") : deep(n - 1); return [Error.stackTraceLimit, deep(20).stack.split("\\n").length]',
      [10, 11],
    ],
    ['class E extends Error {} E.stackTraceLimit = 5; return [E.stackTraceLimit, Error.stackTraceLimit]', [5, 10]],
    [
      'return [new Error("m") instanceof Error, Error("m") instanceof Error, new TypeError() instanceof Error, ({}) instanceof Error]',
      [true, true, true, false],
    ],
    [
      'return [new Error().constructor === Error, Object.getPrototypeOf(TypeError) === Error, Error.prototype.constructor === Error, Object.getPrototypeOf(Error) === Function.prototype]',
      [true, true, true, true],
    ],
    [
      'return [Error.name, Error.length, Object.hasOwn(Error, "prototype"), Object.keys(Error)]',
      ['Error', 1, true, ['stackTraceLimit']],
    ],
    [
      'try { null.x } catch (error) { return [error.constructor === TypeError, error instanceof Error, Error.isError(error)] }',
      [true, true, true],
    ],
    [
      'class E extends Error { constructor() { super("m", { cause: 1 }) } } const e = new E(); return [e.cause, e.constructor === E, e instanceof Error, String(e)]',
      [1, true, true, 'Error: m'],
    ],
    ['const o = {}; Error.captureStackTrace(o); return typeof o.stack', 'string'],
    ['return new Error("first").stack.split("\\n")[0]', 'Error: first'],
    [
      'return /^ {4}at .*isolated-vm|^ {4}at /.test(new Error().stack.split("\\n")[1]) && !/stepwell|bound/.test(new Error().stack)',
      true,
    ],
  ])('%s', (code, expected) => {
    expect(realm.run(code)).toEqual(expected);
  });
});
