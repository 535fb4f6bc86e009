// Ways out of the isolate: to the process, to modules, to code of the host. None finds anything.
import { type Attack, type Chapter, startOf } from '../payload.ts';

/** What the step says of what it found: nothing, or what it is and which of the host's things it leads to. */
const judge = `const judge = (found) => {
  if (found === undefined || found === null) return 'nothing';
  const isObject = typeof found === 'object' || typeof found === 'function';
  const things = ['process', 'require', 'module', 'Buffer', 'setImmediate', 'fetch', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'isolatedVm'];
  const led = isObject ? things.filter((name) => { try { return found[name] !== undefined; } catch { return false; } }) : ['a ' + typeof found];
  return led.length === 0 ? 'nothing' : led.join();
};`;

function reaching(expression: string): Attack {
  const start = `${judge} try { return judge(${expression}); } catch { return 'nothing'; }`;
  return startOf(expression, 'completed', start, { output: 'nothing' });
}

const expressions = [
  'process',
  'require("fs")',
  'module',
  '__filename',
  'globalThis',
  'this.constructor.constructor("return process")()',
  'api.constructor.constructor("return globalThis")().process',
  'api.runStore.set.constructor("return this")()',
  'api.runStore.set.constructor("return process")()',
  'data.constructor.constructor("return process")()',
  'headers.constructor.constructor("return this")()',
  'console.log.constructor("return this")()',
  'setTimeout.constructor("return this")()',
  'structuredClone.constructor("return this")()',
  'crypto.getRandomValues.constructor("return this")()',
  'globalThis.constructor.constructor("return process")()',
  'Reflect.construct(Function, ["return process"])()',
  'await (async () => {}).constructor("return process")()',
  'await (async () => {}).constructor("return import(\'node:fs\')")()',
  '(function* () {}).constructor("return process")().next().value',
  'await (async function* () {}).constructor("yield process")().next()',
  'await new Function("return import(\'node:fs\')")()',
  'await eval("import(\'node:child_process\')")',
  'await eval("import(\'data:text/javascript,export default process\')")',
  'eval("process")',
  '(0, eval)("process")',
  '(0, eval)("this")',
  '(0, eval)("var leak = 1; this").process',
  'new Function("return new.target")()',
  'arguments.callee.caller',
  '(function f() { return f.caller; })()',
  '(function f() { return f.arguments; })()',
  '(() => { Error.prepareStackTrace = (e, s) => s.map((c) => c.getThis()); return new Error().stack[0]; })()?.process',
  '(() => { Error.prepareStackTrace = (e, s) => s; const { stack } = new Error(); return stack[0].getFunction?.(); })()',
  '(() => { const o = {}; Error.captureStackTrace(o); return typeof o.stack === "string" ? undefined : o.stack; })()',
  '(() => { const h = { get: (t, k) => process }; return new Proxy({}, h).x; })()',
  '(() => { throw new Proxy({}, { getPrototypeOf: () => process.prototype }); })()',
  'await api.scheduleNextStep({ action: "next" }).constructor.constructor("return process")()',
  'await api.runStore.set("k", undefined).catch((e) => e.constructor.constructor("return process")())',
  'await api.runStore.set("k", 1n).catch((e) => e.cause ?? e.error ?? e.parent)',
  'await api.runStore.get({ toString() { return process; } }).catch(() => {})',
  'await new Promise((r) => setTimeout(function () { r(this === undefined ? undefined : this.process); }, 1))',
  'await new Promise((r) => queueMicrotask(function () { r(this === undefined ? undefined : this.process); }))',
  '[1].map(function () { return this; })[0]?.process',
  '"x".replace(/x/, function () { return typeof process; }) === "undefined" ? undefined : 1',
  'new Proxy(function () {}, { apply: (f, self) => self })()?.process',
  'Symbol.for("nodejs.util.inspect.custom") in api ? 1 : undefined',
  'globalThis[Symbol.for("nodejs.worker_threads")]',
  'Object.getOwnPropertySymbols(globalThis).map((s) => globalThis[s]).find((v) => typeof v === "object")',
  'Object.getOwnPropertyNames(globalThis).find((n) => /isolate|deliver|take|outbox|realm|factory/i.test(n))',
  'Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(globalThis)))',
  'api.__proto__.__proto__',
  'Object.getPrototypeOf(async () => {}).constructor("return this")()',
  'Object.entries(Object.getOwnPropertyDescriptors(api)).find(([, d]) => d.get || d.set)',
  'WebAssembly',
  'new WebAssembly.Memory({ initial: 65536 })',
  'SharedArrayBuffer',
  'Atomics.wait',
  'new FinalizationRegistry(() => {})',
  'new WeakRef({})',
  'gc()',
  'Temporal.Now',
  'new Intl.v8BreakIterator()',
  'RegExp.$1 ?? RegExp.lastMatch ?? RegExp.input',
  'RegExp.prototype.compile',
  '(() => { const d = new DisposableStack(); d.defer(function () { this.leak = process; }); d.dispose(); })()',
  '(function () { with_ = this; return with_; })()',
  '(() => { class A { static #p = 1; static has(o) { return #p in o; } } return A.has(api) || A.has(globalThis) || undefined; })()',
  '(() => { class Base { constructor(o) { return o; } } class Stamp extends Base { #mark = 1; static on(o) { new Stamp(o); return #mark in o; } } return Stamp.on(api.runStore) ? undefined : 1; })()',
];

/** What no expression can say. */
const statements: readonly Attack[] = [
  startOf("await import('node:fs')", 'STEP_THREW', "return await import('node:fs');"),
  startOf('import.meta', 'WORKFLOW_INVALID', 'return import.meta.url;'),
  startOf('with', 'WORKFLOW_INVALID', 'with (api) { return log; }'),
  startOf('natives syntax', 'WORKFLOW_INVALID', 'return %DebugPrint(api);'),
  startOf('an import at the top', 'WORKFLOW_INVALID', '', { before: "import fs from 'node:fs';" }),
  startOf('an export from', 'WORKFLOW_INVALID', '', { before: "export * from 'node:fs';" }),
  startOf(
    'the text of the functions of the api',
    'completed',
    `const text = [api.log, api.runStore.set, api.scheduleNextStep, setTimeout, console.log, structuredClone].map((f) => Function.prototype.toString.call(f)).join();
    return /file:|node_modules|require|process|isolated/.test(text);`,
    { output: false },
  ),
  startOf(
    'stacks of every kind',
    'completed',
    `const stacks = [new Error('own').stack, (await api.runStore.set('k').catch((e) => e)).stack,
      (await api.scheduleNextStep({ action: 'n' + 'ope' }).catch((e) => e)).stack];
    try { JSON.parse('{'); } catch (e) { stacks.push(e.stack); }
    try { new Function('}'); } catch (e) { stacks.push(e.stack); }
    try { eval('//# sourceURL=file:///etc/passwd\\n null.x'); } catch (e) { stacks.push(e.stack.replaceAll('file:///etc/passwd', '')); }
    try { (function deeper() { deeper(); })(); } catch (e) { stacks.push(e.stack); }
    try { structuredClone(() => {}); } catch (e) { stacks.push(e.stack); }
    await new Promise((r) => setTimeout(() => { stacks.push(new Error('late').stack); r(); }, 1));
    api.log(...stacks);
    return stacks.filter((text) => /file:|node:|node_modules|\\/src\\/|\\.ts:/.test(text));`,
    { output: [] },
  ),
  startOf(
    'an error thrown from a stack overflow in the api',
    // Where the stack ends is chance: within the api, the promise that it has made may be rejected and never handed out.
    ['completed', 'STEP_REJECTION_UNHANDLED'],
    `const seen = [];
    const dive = (n) => { try { dive(n + 1); } catch (e) { if (seen.length < 50) { try { api.runStore.set('k' + n, n); } catch (f) { seen.push(f); } try { api.log(n); } catch (f) { seen.push(f); } } throw e; } };
    try { dive(0); } catch {}
    await 0;
    return seen.filter((e) => !(e instanceof RangeError) || /file:|node:|\\.ts:/.test(e.stack)).length;`,
    { output: 0 },
  ),
];

export const escapes: Chapter = { title: 'Escape', attacks: [...expressions.map(reaching), ...statements] };
