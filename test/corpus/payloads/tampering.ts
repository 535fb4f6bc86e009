// Changes to what steps could share: built-ins, globals, the api, the class. The next step sees what the first one saw.
import { canaryCode } from '../../sandbox/canary.ts';
import type { Attack, Chapter } from '../payload.ts';

const changes = [
  'globalThis.leak = 1',
  'Workflow.leak = 1; Workflow.prototype.leak = 1; this.constructor.leak = 1',
  'Workflow.prototype.after = async () => {}; Object.setPrototypeOf(Workflow.prototype, { leak: 1 })',
  'Object.prototype.leak = 1',
  'Object.prototype.toJSON = () => "leak"',
  'Object.defineProperty(Object.prototype, "then", { get: () => (resolve) => resolve("leak") })',
  'Object.defineProperty(Object.prototype, "toJSON", { get() { while (1) {} } })',
  'Object.defineProperty(Object.prototype, 0, { set() { while (1) {} } })',
  'Object.setPrototypeOf(Object.prototype, { leak: 1 })',
  '({}).__proto__.leak = 1; [].__proto__.leak = 1; "".__proto__.leak = 1',
  'Object.assign(Object.prototype, JSON.parse(\'{"__proto__":{"leak":1},"leak":1}\'))',
  'Object.prototype.__defineGetter__("leak", () => 1)',
  'Promise.prototype.then = () => "leak"',
  'Promise.resolve = Promise.all = Promise.reject = () => "leak"',
  'Promise[Symbol.species] = Array; Object.defineProperty(Promise, Symbol.species, { get: () => Array })',
  'Array.prototype[Symbol.iterator] = function* () { yield "leak" }',
  'Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true })',
  'Array.prototype.map = Array.prototype.push = () => "leak"',
  'Array.prototype.length = 5; Array.prototype[0] = "leak"',
  'Map.prototype.get = () => "leak"; Map.prototype.entries = () => ["leak"]; Set.prototype.has = () => true',
  'JSON.stringify = () => "leak"; JSON.parse = () => "leak"; globalThis.JSON = { stringify: () => "leak", parse: () => 1 }',
  'Function.prototype.call = () => "leak"; Function.prototype.apply = () => "leak"; Function.prototype.leak = 1',
  'Function.prototype[Symbol.hasInstance] = () => true',
  'Reflect.apply = Reflect.get = () => "leak"',
  'String.prototype.split = () => "leak"; String.prototype.replace = () => "leak"; String.prototype.slice = () => "leak"',
  'String.prototype[Symbol.iterator] = function* () { yield "leak" }',
  'RegExp.prototype.exec = () => null; RegExp.prototype[Symbol.replace] = () => "leak"',
  'Number.prototype.toString = () => "leak"; Symbol.prototype[Symbol.toPrimitive] = () => 1',
  'Math.max = () => "leak"; Date.prototype.toISOString = () => "leak"; Number = parseInt = () => "leak"',
  'Math.random = Date.now = () => 4; Math = null; Date = null',
  'Error.prototype.name = "leak"; TypeError.prototype.name = "leak"; Object.defineProperty(TypeError, Symbol.hasInstance, { value: () => false })',
  'Error.stackTraceLimit = 1e9; Error.prepareStackTrace = () => "leak"; Error.captureStackTrace = () => {}',
  'new Function("this.leak = 1")(); (0, eval)("var leak = 1"); (0, eval)("leak = 1"); (0, eval)("function leak() {}"); (0, eval)("let leak = 1")',
  'eval("var leak = 1")',
  'Object.defineProperty(globalThis, "undefined", { value: 1 }); Object.defineProperty(globalThis, "leak", { get: () => 1 })',
  'Object.setPrototypeOf(globalThis, { leak: 1 })',
  'console.info = () => {}; api.log = () => {}; api.runStore.push = () => {}; api.runStore = null',
  'setTimeout = queueMicrotask = structuredClone = null; crypto.getRandomValues = () => "leak"',
  'Object.freeze(api); Object.freeze(data); Object.freeze(globalThis); Object.freeze(Workflow.prototype)',
  'Object.getPrototypeOf(function* () {}).prototype.next = () => "leak"; Object.getPrototypeOf(async function* () {}).leak = 1',
  'Intl.NumberFormat.prototype.format = () => "leak"; Intl.DateTimeFormat.prototype.leak = 1',
  'ArrayBuffer.prototype.slice = () => "leak"; Object.getPrototypeOf(Uint8Array).prototype.set = () => "leak"',
  'Symbol.iterator = "leak"; Symbol.for("leak").leak = 1',
  'Iterator.prototype.map = () => "leak"; Iterator.prototype[Symbol.toStringTag] = "leak"',
  'delete Object.prototype.hasOwnProperty; delete JSON.stringify; delete globalThis.Promise; delete Array.prototype.push',
  'delete globalThis.JSON; delete globalThis.Map; delete globalThis.globalThis',
];

/** Each statement stands alone, so that one that throws does not keep the next from its attempt. */
function tampering(change: string): Attack {
  const attempts = change.split('; ').map((text) => `try { ${text} } catch {}`);
  return {
    name: change,
    expected: 'completed',
    source: {
      start: "await api.scheduleNextStep({ action: 'before' });",
      before: `await api.runStore.set('clean', ${canaryCode}); await api.scheduleNextStep({ action: 'tamper' });`,
      tamper: `const schedule = api.scheduleNextStep; ${attempts.join(' ')} await schedule({ action: 'after' });`,
      after: `const same = await api.runStore.get('clean') === ${canaryCode};
        await api.runStore.delete('clean'); await api.runStore.set('same', same);`,
    },
    store: { same: true },
  };
}

export const tamperings: Chapter = { title: 'Tampering with built-ins', attacks: changes.map(tampering) };
