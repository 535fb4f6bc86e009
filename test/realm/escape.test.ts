// What a hostile step tries, in one cell with another step: nothing that the other sees may change, and nothing of a host
// may be found. Each attack runs in sloppy and in strict mode.
import { afterAll, describe, expect, test } from 'vitest';
import { loadRealm } from './load-realm.ts';

const realm = loadRealm([
  ...['harden.ts', 'globals/index.ts'],
  ...['../../test/realm/graph.ts', '../../test/realm/snapshot.ts'],
]);
realm.run(`
  harden.harden();
  kept.logs = [];
  kept.step = (nonce) => ({
    now: () => 1_000, seed: 'ab'.repeat(32), nonce, sleep: async () => {}, log: (level, text) => kept.logs.push(text),
  });
  kept.globalsOf = (nonce) => index.createGlobals(kept.step(nonce), index.globalNames);
  kept.enter = (code) => {
    for (const mode of ['', '"use strict";']) {
      try {
        new Function(...index.globalNames, mode + code)(...kept.globalsOf(1));
      } catch { /* An attack that is refused has failed, which is well. */ }
    }
  };
  kept.canary = new Function(...index.globalNames, \`
    const words = 'b a'.split(' ').map((word) => word.toUpperCase()).sort();
    console.log({ words, date: new Date() });
    return JSON.stringify([
      words, [...new Map([[1, 2]])], Math.max(1, 2), new Date().toISOString(), Math.random(), crypto.randomUUID(),
      structuredClone({ a: [1] }), new TextDecoder().decode(new TextEncoder().encode('ü')), atob(btoa('x')),
      'a1'.replace(/\\\\d/g, '2'), String({}), typeof leak, Object.keys(globalThis).length, [,].length, typeof globalThis.leak,
      \\\`\\\${[1, 2]}\\\`, new (class extends Error {})('m').message, [3, 1].toSorted(), ({}).leak, [].leak, (() => {}).leak,
    ]);\`);
  kept.expected = kept.canary(...kept.globalsOf(2));
  kept.snapshot = snapshot.takeSnapshot([Object.freeze({ ...index.sharedObjects })]);
`);

afterAll(() => realm.dispose());

const leakInto = (target: string): string => `${target}.leak = 1`;

const attacks: readonly string[] = [
  // What is shared by name.
  'Object.prototype.toJSON = () => 1',
  'Object.defineProperty(Object.prototype, "then", { value() {} })',
  'Object.prototype.__defineGetter__.call(Object.prototype, "leak", () => 1)',
  '({}).__proto__.leak = 1',
  '({}).__proto__ = null; Object.prototype.__proto__ = { leak: 1 }',
  'Reflect.setPrototypeOf(Array.prototype, new Proxy({}, { get: () => 1 }))',
  'const data = JSON.parse(\'{"__proto__": {"leak": 1}}\'); Object.assign({}, data); ({ ...data }).__proto__.leak = 1',
  'const merge = (to, from) => { for (const k in from) typeof from[k] === "object" ? merge(to[k], from[k]) : (to[k] = from[k]) }; merge({}, JSON.parse(\'{"__proto__": {"leak": 1}}\'))',
  'Promise.prototype.then = () => 1',
  'Array.prototype[Symbol.iterator] = function* () { yield 1 }',
  'Array.prototype.push.call(Array.prototype, 1)',
  'Array.prototype.length = 7',
  'Array.prototype[0] = 1',
  'Object.defineProperty(Array, Symbol.species, { value: Object })',
  'delete Array.prototype.map',
  'Map.prototype.get = () => 1',
  'JSON.stringify = () => "x"',
  'Function.prototype.call = () => 1',
  'Object.keys = () => []',
  'RegExp.prototype.exec = () => null',
  'RegExp.prototype[Symbol.replace] = () => "x"',
  'Symbol.prototype[Symbol.toPrimitive] = () => 1; Symbol.leak = 1',
  'Error.prepareStackTrace = (error, sites) => sites.map((site) => site.getThis())',
  'Error.stackTraceLimit = 1e9',
  'Error.captureStackTrace(Object.prototype)',
  'Intl.DateTimeFormat.prototype.formatToParts = () => []',
  'Date.prototype.getTime = () => 1; Date.prototype.constructor.leak = 1',
  'Date.prototype.constructor.now = () => 1',
  'Reflect.set(Object.prototype, "toString", 1, Object.prototype)',
  'Reflect.defineProperty(String.prototype, "leak", { value: 1 })',
  'class Sub extends Array {} Object.getPrototypeOf(Sub).leak = 1; super_: { Object.getPrototypeOf(Sub.prototype).leak = 1 }',
  '({ __proto__: Object.prototype, m() { super.toString = 1; super.leak = 1 } }).m()',
  '(class { static m() { super.bind = 1 } }).m.call(Function.prototype)',
  // The accessors that make overriding possible.
  'Object.getOwnPropertyDescriptor(Object.prototype, "toString").set.call(Object.prototype, 1)',
  'Object.getOwnPropertyDescriptor(Object.prototype, "toString").set.call(Array.prototype, 1)',
  'Object.getOwnPropertyDescriptor(Object.prototype, "valueOf").set.call(new Function("return this")(), 1)',
  leakInto('Object.getOwnPropertyDescriptor(Object.prototype, "toString").get'),
  leakInto('Object.getOwnPropertyDescriptor(Error.prototype, "name").set'),
  leakInto('({}).toString'),
  leakInto('[].push'),
  // What is shared without a name.
  leakInto('Object.getOwnPropertyDescriptor(new Error("x"), "stack").get'),
  leakInto('Object.getOwnPropertyDescriptor(new Error("x"), "stack").set'),
  leakInto('Object.getOwnPropertyDescriptor((function () { "use strict"; return arguments })(), "callee").get'),
  leakInto('Object.getPrototypeOf(function* () {})'),
  leakInto('(function* () {}).constructor'),
  leakInto('(async () => {}).constructor'),
  leakInto('(async function* () {}).constructor.prototype.prototype'),
  leakInto('Object.getPrototypeOf(Object.getPrototypeOf((async function* () {}).prototype))'),
  leakInto('Object.getPrototypeOf([].values())'),
  leakInto('Object.getPrototypeOf([].values().map((x) => x))'),
  leakInto('Object.getPrototypeOf(Iterator.from({ next() {} }))'),
  leakInto('Object.getPrototypeOf("a".matchAll(/a/g))'),
  leakInto('Object.getPrototypeOf(""[Symbol.iterator]())'),
  leakInto('Object.getPrototypeOf(new Map().keys())'),
  leakInto('Object.getPrototypeOf(Uint8Array)'),
  leakInto('Object.getPrototypeOf(new Intl.Segmenter().segment("a"))'),
  leakInto('Object.getPrototypeOf(new Intl.Segmenter().segment("a")[Symbol.iterator]())'),
  leakInto('Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format").get'),
  leakInto('new Intl.DateTimeFormat("en").format'),
  leakInto('((strings) => strings)`x`'),
  // The real global, reached in every way that code has.
  'new Function("this.leak = 1")()',
  'new Function("leak = 1")()',
  '(0, eval)("var leak = 1")',
  '(0, eval)("leak = 1")',
  '(0, eval)("function leak() {}")',
  '(0, eval)("let leak = 1"); (0, eval)("const leak = 1"); (0, eval)("class leak {}")',
  '(0, eval)("var Array = 1"); (0, eval)("function Array() {}"); (0, eval)("Array = 1"); (0, eval)("{ function Array() {} }")',
  '(0, eval)("delete globalThis.Array"); (0, eval)("undefined = 1; NaN = 1")',
  'Object.setPrototypeOf(new Function("return this")(), { leak: 1 })',
  leakInto('Object.getPrototypeOf(new Function("return this")())'),
  'Object.defineProperty(new Function("return this")(), "leak", { get: () => 1 })',
  'new Function("with (this) { leak = 1; Array = 1 }")()',
  'Error.captureStackTrace(new Function("return this")())',
  'new (async () => {}).constructor("this.leak = 1")().catch(() => {})',
  // The step's own things: they may change, but for this step alone.
  'Math.leak = 1; Math.max = () => 0; delete Math.min; Object.getPrototypeOf(Math).leak = 1',
  'Date.leak = 1; Date.now = () => 0; Date.UTC.leak = 1; Date.prototype.leak = 1; Object.getPrototypeOf(Date).leak = 1',
  'console.log = () => {}; console.leak = 1; Object.getPrototypeOf(console).leak = 1',
  'crypto.randomUUID = () => "x"; crypto.getRandomValues.leak = 1',
  'performance.now = () => 0; setTimeout.leak = 1; clearTimeout.leak = 1',
  'globalThis.leak = 1; globalThis.Array = 1; delete globalThis.Object; globalThis.globalThis = 1',
  leakInto('Object.getPrototypeOf(globalThis)'),
  'TextEncoder.prototype.encode = () => 1; TextEncoder.leak = 1; new TextEncoder().encode.leak = 1',
  'TextDecoder.prototype.decode = () => "x"; Object.setPrototypeOf(TextDecoder, null)',
  'structuredClone.leak = 1; atob.leak = 1; btoa.leak = 1; queueMicrotask.leak = 1',
  'crypto.randomUUID(); Math.random(); for (let i = 0; i < 100; i++) crypto.getRandomValues(new Uint8Array(7))',
];

describe('another step sees nothing of', () => {
  test.each(attacks)('%s', (attack) => {
    realm.run(`kept.enter(${JSON.stringify(attack)})`);
    expect(realm.run('return snapshot.changesSince(kept.snapshot)')).toEqual([]);
    expect(
      realm.run('return kept.canary(...kept.globalsOf(2)) === kept.expected || kept.canary(...kept.globalsOf(2))'),
    ).toBe(true);
  });

  test('what it could have seen, if the attack had worked', () => {
    const open = loadRealm(['globals/index.ts', '../../test/realm/graph.ts', '../../test/realm/snapshot.ts']);
    const script = `
      const before = snapshot.takeSnapshot([]);
      Object.prototype.leak = 1;
      return snapshot.changesSince(before).filter((path) => path.endsWith('.leak')).length`;
    expect(open.run(script)).toBe(1);
    open.dispose();
  });

  test('the globals of two steps, which share only what is frozen', () => {
    const script = `
      const [one, two] = [1, 2].map((nonce) => graph.reachable({ ...kept.globalsOf(nonce) }));
      const shared = new Map([...one].filter(([object]) => two.has(object)));
      return [shared.size > 1_000, graph.notFrozen(shared)]`;
    expect(realm.run(script)).toEqual([true, []]);
  });
});

describe('nothing of a host is found by', () => {
  test.each([
    'this.constructor.constructor("return typeof process")()',
    'console.log.constructor("return typeof process")()',
    'new Function("return this")().process',
    'typeof require',
    'typeof module',
    'typeof WebAssembly',
    'typeof SharedArrayBuffer',
    'typeof new Function("return this")().WebAssembly',
    'typeof Atomics',
    'typeof WeakRef',
    'typeof FinalizationRegistry',
    'typeof arguments.callee?.caller',
    '(function inner() { return typeof inner.caller })()',
    '(function inner() { return typeof inner.arguments })()',
    '(() => {}).constructor("return typeof console")()',
    'typeof RegExp.$1',
    'typeof RegExp.lastMatch',
    'typeof Error.prepareStackTrace',
  ])('%s', (code) => {
    const script = `
      const sloppy = new Function(...index.globalNames, ${JSON.stringify(`try { return ${code} } catch { return 'undefined' }`)});
      return sloppy.apply({}, kept.globalsOf(1)) ?? 'undefined'`;
    expect(realm.run(script)).toBe('undefined');
  });

  test('import(), which no cell has', () => {
    realm.run(`kept.enter("import('node:fs').then(() => console.log('found'), (e) => console.log('no', e.message))")`);
    expect(realm.run('return kept.logs.filter((line) => /found|^no/.test(line))')).toEqual([
      'no Not supported',
      'no Not supported',
    ]);
  });

  test('the stack of an error, which names no file of the machine', () => {
    expect(realm.run('return new Error("here").stack')).not.toMatch(/node_modules|\/src\/|file:/);
  });
});
