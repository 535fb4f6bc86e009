// Memory, in every kind that a step may ask for, until its cell has none left.
import { type Attack, type Chapter, startOf } from '../payload.ts';

function filling(name: string, start: string, unheld?: Attack['unheld']): Attack {
  return startOf(name, full, start, unheld === undefined ? {} : { unheld });
}

const cpu = 'STEP_CPU_EXCEEDED';
const full = 'STEP_MEMORY_EXCEEDED';
const kept = 'const kept = [];';

export const memory: Chapter = {
  title: 'Memory',
  attacks: [
    filling('for(;;) a.push(new Array(1000).fill({}))', 'const a = []; for (;;) a.push(new Array(1000).fill({}));', [
      'hung',
      'held',
    ]),
    filling(
      'arrays of arrays, with rests',
      `${kept} for (;;) { kept.push(Array.from({ length: 1_000 }, (_, n) => ({ n }))); await 0; }`,
    ),
    filling(
      'maps',
      `const m = new Map(); for (let n = 0; ; n++) { m.set({ n }, new Map([[n, n]])); if (n % 1_000 === 0) await 0; }`,
    ),
    filling('sets', `const s = new Set(); for (let n = 0; ; n++) { s.add('x' + n); }`),
    filling('strings', `${kept} for (let n = 0; ; n++) { kept.push(('x' + n).repeat(1_000).toUpperCase()); }`),
    filling('closures', `let f = () => 0; for (let n = 0; ; n++) { const g = f; f = () => [g, n]; }`),
    filling('promises', `${kept} for (;;) { kept.push(new Promise(() => {})); if (kept.length % 1e4 === 0) await 0; }`),
    filling(
      'a chain of ten million promises',
      `let p = Promise.resolve(); for (let n = 0; n < 1e7; n++) p = p.then(() => n); await p;`,
    ),
    filling(
      'async functions that wait',
      `${kept} const f = async (n) => { await new Promise(() => {}); return n; }; for (let n = 0; ; n++) kept.push(f(n));`,
    ),
    filling(
      'generators',
      `${kept} function* g(n) { yield n; } for (let n = 0; ; n++) { const i = g(n); i.next(); kept.push(i); }`,
    ),
    startOf('Symbol.for', [full, cpu], "for (let n = 0; ; n++) Symbol.for('symbol number ' + n);", {
      why: 'The table of symbols is gone through at each collection: time may be over first.',
    }),
    startOf('typed arrays', 'STEP_THREW', `${kept} for (;;) kept.push(new Uint8Array(100_000).fill(1));`),
    startOf(
      'one buffer too large',
      'STEP_THREW',
      'const b = new ArrayBuffer(2 ** 30); new Uint8Array(b).fill(1); return b.byteLength;',
    ),
    {
      ...filling(
        'a resizable buffer',
        'const b = new ArrayBuffer(0, { maxByteLength: 2 ** 31 }); for (let n = 0; n < 2 ** 31; n += 2 ** 20) { b.resize(n); new Uint8Array(b, Math.max(0, n - 2 ** 20)).fill(1); }',
        ['swelled', 'held'],
      ),
      expected: [full, cpu],
      limits: { stepCpuMs: 5_000 },
      why: 'It holds memory that is not of the heap: it is the host that takes too much, if time is not over first.',
    },
    startOf(
      'spread arguments',
      'STEP_THREW',
      'const a = new Array(5e4).fill(1); const f = (...b) => f(...b, ...a); f();',
    ),
    startOf('JSON.parse of a huge text', [full, cpu], "JSON.parse('[' + '{\"a\":1},'.repeat(3e6) + '1]');", {
      unheld: ['kept', 'held'],
      why: 'The engine collects again and again on the way: time may be over first.',
    }),
    startOf(
      'JSON.stringify of what expands',
      [full, cpu],
      "let a = ['x']; for (let n = 0; n < 40; n++) a = [a, a]; JSON.stringify(a);",
      {
        unheld: ['hung', 'held'],
        why: 'The text grows to half a gigabyte before V8 gives up on it: time may be over first.',
      },
    ),
    filling('Array.from(endless)', 'Array.from((function* () { for (;;) yield {}; })());'),
    filling('Promise.all(endless)', 'await Promise.all((function* () { for (;;) yield 1; })());'),
    filling('Math.max(...endless)', 'Math.max(...(function* () { for (let n = 0; ; n++) yield n; })());'),
    filling('properties', "const o = {}; for (let n = 0; ; n++) o['key number ' + n] = { n };"),
    filling('classes', `${kept} for (;;) kept.push(class A { static x = {}; #y = 1; z() { return this.#y; } });`),
    filling(
      'regular expressions',
      `${kept} for (let n = 0; ; n++) { const r = new RegExp('a{' + n % 1000 + '}b' + n); r.test('aab'); kept.push(r); }`,
    ),
    startOf(
      'a regular expression of eight thousand classes, made',
      [full, cpu],
      "new RegExp('[' + '\\\\W'.repeat(8_000) + ']', 'iu');",
      {
        unheld: ['swelled', 'died', 'held'],
        why: 'V8 copies what it has of a class for each further one, in memory that is not of the heap: 2 GB.',
      },
    ),
    filling('errors with stacks', `${kept} for (;;) kept.push(new Error('x'.repeat(100)));`),
    filling('proxies of proxies', 'let p = {}; for (;;) p = new Proxy(p, {});'),
    {
      ...filling('Intl objects', `${kept} for (;;) kept.push(new Intl.DateTimeFormat('en', { dateStyle: 'full' }));`, [
        'swelled',
        'held',
      ]),
      expected: [full, cpu],
      limits: { stepCpuMs: 5_000 },
      why: 'They hold memory that is not of the heap: it is the host that takes too much, if time is not over first.',
    },
    filling('microtasks', 'for (;;) queueMicrotask(() => {});'),
    filling('replace with a callback', "'x'.repeat(2 ** 25).replace(/x/g, () => 'yyyyyyyy');"),
    filling(
      'apply of a huge length',
      'try { Math.max.apply(null, new Array(2 ** 24)); } catch {} const a = []; for (;;) a.push(new Array(2 ** 16).fill(1));',
    ),
    filling(
      'memory in a timer',
      `${kept} setTimeout(() => { for (;;) kept.push({}); }, 1); await new Promise((r) => setTimeout(r, 5));`,
    ),
    startOf(
      'memory in the text of a turn',
      [full, cpu],
      "for (;;) api.runStore.set('k', 'x'.repeat(1e5)).catch(() => {});",
      {
        why: 'Ops are refused long before there is no memory left; what is kept of each is little.',
      },
    ),
    filling(
      'Array.prototype.fill of objects in turns',
      `${kept} for (;;) { kept.push(new Array(1e4).fill(0).map(() => ({}))); await api.runStore.get('k'); }`,
    ),
    filling(
      'the memory of what a toJSON makes',
      "return { toJSON() { const a = []; for (;;) a.push('x'.repeat(1_000)); } };",
    ),
    startOf(
      'promises that reject',
      [full, cpu],
      `${kept} for (let n = 0; ; n++) kept.push(Promise.reject(n).catch(() => {}));`,
      {
        why: 'The engine goes through all of them, again and again: time may be over first.',
      },
    ),
  ],
};
