// Code that does not end by itself, and that V8's interrupts reach: it costs its step its CPU time, and nobody else anything.
import { type Attack, type Chapter, startOf } from '../payload.ts';

const cpu = 'STEP_CPU_EXCEEDED';

const loops: readonly Attack[] = [
  startOf('for(;;);', cpu, 'for (;;);'),
  startOf('for(;;) await 0', cpu, 'for (;;) await 0;'),
  startOf('for(;;) behind a rejection', cpu, "Promise.reject(new Error('no')); for (;;);"),
  startOf(
    'for(;;) behind a rejection whose text hangs',
    cpu,
    'Promise.reject({ get message() { for (;;); }, get stack() { for (;;); } }); for (;;);',
  ),
  startOf('for(;;) before a reaction that hangs', cpu, 'Promise.resolve().then(() => { for (;;); }); for (;;);'),
  startOf(
    'a microtask that queues itself',
    cpu,
    '(function f() { Promise.resolve().then(f); })(); await new Promise(() => {});',
  ),
  startOf('queueMicrotask that queues itself', cpu, '(function f() { queueMicrotask(f); })();'),
  startOf('a promise that nothing settles', 'STEP_STALLED', 'await new Promise(() => {});'),
  startOf(
    'a promise that awaits itself',
    'STEP_STALLED',
    'let own; own = (async () => { await 0; await own; })(); await own;',
  ),
  startOf('try{for(;;);}finally{for(;;);}', cpu, 'try { for (;;); } finally { for (;;); }'),
  startOf(
    'finally within finally, a hundred deep',
    cpu,
    `${'try {'.repeat(100)} for (;;); ${'} finally { for (;;); }'.repeat(100)}`,
  ),
  startOf(
    'a loop in catch of a stack overflow',
    cpu,
    'const dive = () => { try { dive(); } catch { for (;;); } }; dive();',
  ),
  startOf('a labelled loop', cpu, 'outer: for (;;) { for (;;) continue outer; }'),
  startOf('while(true) await api.runStore.get', 'OPS_EXCEEDED', "while (true) await api.runStore.get('k');"),
  startOf(
    'while(true) await get, and caught',
    [cpu, 'STEP_WALL_EXCEEDED'],
    "while (true) { try { await api.runStore.get('k'); } catch {} }",
    { why: 'Most of its time it waits for refusals: on a busy machine the wall may end it.' },
  ),
  startOf('a turn that hangs behind an op', cpu, "await api.runStore.set('k', 1); for (;;);"),
  startOf('a timer that hangs', cpu, 'setTimeout(() => { for (;;); }, 1); await new Promise((r) => setTimeout(r, 5));'),
  startOf('a generator that yields for ever', cpu, 'for (const n of (function* () { for (;;) yield 1; })());'),
  startOf(
    'an async generator that yields for ever',
    cpu,
    'for await (const n of (async function* () { for (;;) yield 1; })());',
  ),
  startOf(
    'for await over an iterator of thenables',
    cpu,
    'for await (const n of { [Symbol.asyncIterator]: () => ({ next: () => ({ then(r) { r({ value: 1, done: false }); } }) }) });',
  ),
  startOf(
    'an iterator whose return hangs',
    cpu,
    'for (const n of { [Symbol.iterator]: () => ({ next: () => ({ value: 1 }), return() { for (;;); } }) }) break;',
  ),
  startOf(
    'Iterator.drop of an endless iterator',
    cpu,
    'Iterator.from((function* () { for (;;) yield 1; })()).drop(Infinity).next();',
  ),
  startOf('Iterator.find in an endless iterator', cpu, '(function* () { for (;;) yield 1; })().find((n) => n === 2);'),
  startOf('a sort comparator that hangs', cpu, '[3, 2, 1].sort(() => { for (;;); });'),
  startOf('a reviver that hangs', cpu, "JSON.parse('[1]', () => { for (;;); });"),
  startOf('a replacer that hangs', cpu, 'JSON.stringify([1], () => { for (;;); });'),
  startOf(
    'a species that hangs',
    cpu,
    'class A extends Array { static get [Symbol.species]() { for (;;); } } A.of(1).map((x) => x);',
  ),
  startOf('a proxy in the prototype chain', cpu, 'Object.create(new Proxy({}, { get() { for (;;); } })).x;'),
  startOf('instanceof that hangs', cpu, '({}) instanceof { [Symbol.hasInstance]() { for (;;); } };'),
  startOf('a tagged template that hangs', cpu, '(() => { for (;;); })`x`;'),
  startOf('isConcatSpreadable that hangs', cpu, '[].concat({ get [Symbol.isConcatSpreadable]() { for (;;); } });'),
  startOf('a class field that hangs', cpu, 'class A { x = (() => { for (;;); })(); } new A();'),
  startOf(
    'a private accessor that hangs',
    cpu,
    'class A { get #x() { for (;;); } read() { return this.#x; } } new A().read();',
  ),
  startOf('a default parameter that hangs', cpu, '((x = (() => { for (;;); })()) => x)();'),
  startOf('using, whose dispose hangs', cpu, 'using x = { [Symbol.dispose]() { for (;;); } };'),
  startOf('eval of a loop', cpu, "eval('for (;;);');"),
  startOf('Function of a loop', cpu, "new Function('for (;;);')();"),
  startOf('a million evals', cpu, "for (let n = 0; ; n++) eval('var a' + n + ' = ' + n);"),
  startOf(
    'a hundred million calls through bind',
    cpu,
    'let f = () => {}; for (let n = 0; n < 1_000; n++) f = f.bind(null, n); for (;;) { try { f(); } catch {} }',
  ),
  startOf(
    'mutual recursion, caught',
    cpu,
    'const a = () => { try { b(); } catch { b(); } }; const b = () => { try { a(); } catch { a(); } }; a();',
  ),
  startOf('recursion through a getter', 'STEP_THREW', 'const o = { get x() { return this.x; } }; return o.x;'),
  startOf('recursion through toJSON', 'OUTPUT_INVALID', 'return { toJSON() { return JSON.stringify(this); } };'),
  startOf('recursion through a proxy', 'STEP_THREW', 'const p = new Proxy({}, { get: (t, k) => p[k] }); return p.x;'),
  startOf('recursion through sort', 'STEP_THREW', 'const f = () => [2, 1].sort(f); f();'),
  startOf('recursion through replace', 'STEP_THREW', "const f = () => 'x'.replace(/x/, f); f();"),
  startOf('recursion through eval', 'STEP_THREW', "const f = () => eval('f()'); f();"),
  startOf(
    'recursion through Reflect.construct',
    'STEP_THREW',
    'class A { constructor() { Reflect.construct(A, []); } } new A();',
  ),
  startOf('recursion through async functions', 'STEP_THREW', 'const f = async () => { await f(); }; await f();'),
  startOf('yield* of itself', 'STEP_THREW', 'function* f() { yield* f(); } [...f()];'),
];

const expressions: readonly Attack[] = [
  // Elsewhere V8 may give up on backtracking and go linear, and then it is over at once.
  startOf('/^(a+)+$/', [cpu, 'completed'], "return /^(a+)+$/.test('a'.repeat(64) + 'b');"),
  startOf('a regular expression with a back reference', cpu, "return /^(a+)+\\1$/.test('a'.repeat(64) + 'b');"),
  startOf(
    'a regular expression with a lookbehind',
    [cpu, 'completed'],
    "return /(?<=^(a|a)*)b(?=(a|a)*$)\\1?c/.test('a'.repeat(40) + 'b' + 'a'.repeat(40));",
  ),
  startOf(
    'split by a regular expression that backtracks',
    cpu,
    "return ('a'.repeat(40) + 'b').split(/(a|a|a)*\\1c/).length;",
  ),
  startOf(
    'replaceAll by a regular expression that backtracks',
    cpu,
    "return 'ab'.repeat(40).replaceAll(/((ab)*)*\\1c/g, '').length;",
  ),
];

export const hang: Chapter = { title: 'Hang', attacks: [...loops, ...expressions] };
