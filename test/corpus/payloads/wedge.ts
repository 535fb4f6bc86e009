// Built-ins that take for ever in one go, and look at no interrupt on the way: neither the timer of a turn nor the end of the
// isolate reaches them. And loops around others that are slow enough: V8 looks for interrupts once in so many bytecodes
// of a loop, however long they took.
import { type Attack, type Chapter, startOf } from '../payload.ts';

const cpu = 'STEP_CPU_EXCEEDED';
const memory = 'STEP_MEMORY_EXCEEDED';
/** Its host grows while it is at it: what ends it first depends on the machine. */
const growing = [cpu, memory] as const;

/** In a thread of the embedder it goes on until the embedder ends. */
function wedging(name: string, start: string, expected: Attack['expected'] = cpu): Attack {
  return startOf(name, expected, start, { unheld: ['hung'] });
}

/** It comes to an end, late: whether before its embedder is given up depends on the machine. */
function lingering(name: string, start: string): Attack {
  return startOf(name, [cpu, memory], start, { unheld: ['hung', 'died', 'swelled', 'held'] });
}

/** Of the same kind, but ended by the timer. */
function slow(name: string, start: string, expected: Attack['expected'] = cpu): Attack {
  return startOf(name, expected, start);
}

function ofHugeLength(method: string, args = '', expected: Attack['expected'] = cpu): Attack {
  const all = `{length:2**53-1}${args}`;
  return wedging(`Array.prototype.${method}.call(${all})`, `Array.prototype.${method}.call(${all});`, expected);
}

const sparse = 'const a = []; a.length = 2 ** 32 - 1; a[2 ** 32 - 2] = 1; a[2 ** 31] = 2;';

const arrays: readonly Attack[] = [
  ofHugeLength('includes', ', 1'),
  ofHugeLength('reverse'),
  ofHugeLength('fill', ', 0', growing),
  ofHugeLength('filter', ', () => true'),
  ofHugeLength('flat'),
  {
    ...startOf(
      'Array.prototype.sort.call({length:2**53-1})',
      'STEP_CRASHED_HOST',
      'Array.prototype.sort.call({ length: 2 ** 53 - 1 });',
    ),
    unheld: ['died'],
  },
  wedging('new Array(2**32-1).toSorted()', 'new Array(2 ** 32 - 1).toSorted();'),
  ...['sort()', 'reverse()'].map((call) => wedging(`${call} of a sparse array`, `${sparse} a.${call};`)),
  wedging('fill(0) of a sparse array', `${sparse} a.fill(0);`, growing),
  wedging('Array.from({length:2**32-1})', 'Array.from({ length: 2 ** 32 - 1 });', growing),
  slow('spread of a sparse array', `${sparse} [...a];`, [cpu, memory]),
  slow('JSON.stringify of a sparse array', `${sparse} JSON.stringify(a);`, 'STEP_THREW'),
  slow(
    'Reflect.ownKeys of proxies with many keys',
    "const keys = Array.from({ length: 1e3 }, (_, n) => 'k' + n); for (;;) Reflect.ownKeys(new Proxy({}, { ownKeys: () => keys }));",
  ),
  slow(
    'for in over a deep chain of prototypes',
    "let o = {}; for (let n = 0; n < 1e3; n++) { o = Object.create(o); o['k' + n] = 1; } for (;;) for (const k in o);",
  ),
  slow(
    'a lookup in a deep chain of prototypes',
    'let o = null; for (let n = 0; n < 1e4; n++) o = Object.create(o); for (;;) o.missing;',
  ),
];

const numbers: readonly Attack[] = [
  lingering('(1n<<(2n**30n-1n)).toString()', '(1n << (2n ** 30n - 1n)).toString();'),
  lingering('throw 1n<<(2n**30n-1n)', 'throw 1n << (2n ** 30n - 1n);'),
  lingering('log of 1n<<(2n**30n-1n)', 'api.log(1n << (2n ** 30n - 1n));'),
  lingering(
    'a rejection with 1n<<(2n**30n-1n)',
    "const held = Promise.reject(1n << (2n ** 30n - 1n)); await api.runStore.get('k'); return held;",
  ),
  lingering('a power of a BigInt', '3n ** (2n ** 29n);'),
  slow('a product of BigInts', 'const a = (1n << 2n ** 12n) - 1n; for (;;) a * (a - 2n);'),
  slow('BigInt.asIntN, again and again', 'const a = (1n << 2n ** 16n) - 1n; for (;;) BigInt.asIntN(2 ** 16, a);'),
  slow('Number of many digits, again and again', "const a = '1'.repeat(1e5); for (;;) Number(a);"),
];

const texts: readonly Attack[] = [
  wedging('String.raw with a huge length', 'String.raw({ raw: { length: 2 ** 53 - 1 } });'),
  lingering('replaceAll on a huge string', "'x'.repeat(2 ** 28).replaceAll('x', 'yy');"),
  lingering('JSON.parse of deep nesting', "JSON.parse('['.repeat(2 ** 28));"),
  lingering(
    'JSON.parse of long texts, again and again',
    "const a = '[' + '1,'.repeat(2 ** 20) + '1]'; for (;;) JSON.parse(a);",
  ),
  lingering('normalize of long texts, again and again', "const a = 'ä'.repeat(2 ** 21); for (;;) a.normalize('NFD');"),
  lingering(
    'a comparison of long texts, again and again',
    "const a = 'x'.repeat(2 ** 24) + 'a'; const b = 'x'.repeat(2 ** 24) + 'b'; for (;;) a < b;",
  ),
  slow('a regular expression with huge counts', "new RegExp('((a{1000}){1000}){1000}').test('a'.repeat(1e6));", [
    cpu,
    memory,
    'STEP_THREW',
  ]),
  slow('a regular expression of many groups', "new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('x');", 'STEP_THREW'),
  lingering(
    'Intl.Segmenter of a long text',
    "for (const s of new Intl.Segmenter('en', { granularity: 'word' }).segment('a '.repeat(2 ** 22)));",
  ),
  slow(
    'indexOf of a needle that nearly matches',
    "const a = 'a'.repeat(2 ** 12); const b = 'a'.repeat(2 ** 11) + 'b'; for (;;) a.indexOf(b);",
  ),
  ...Object.entries({
    localeCompare: "const a = 'ä'.repeat(2 ** 10); for (;;) a.localeCompare(a + 'b');",
    toLocaleUpperCase: "const a = 'ß'.repeat(2 ** 10); for (;;) a.toLocaleUpperCase('tr');",
    encodeURIComponent: "const a = 'ä'.repeat(2 ** 10); for (;;) encodeURIComponent(a);",
    trim: "const a = ' '.repeat(2 ** 14) + 'x'; for (;;) a.trim();",
    'JSON.stringify': "const a = '\\u0001'.repeat(2 ** 10); for (;;) JSON.stringify(a);",
    'a literal search': "const a = 'a'.repeat(2 ** 14); for (;;) /b/.test(a);",
    'Date.parse': "const a = '('.repeat(2 ** 12); for (;;) Date.parse(a);",
    'eval of what does not parse': "const a = '('.repeat(1e4); for (;;) { try { eval(a); } catch {} }",
    'Function of many parameters':
      "const a = 'a,'.repeat(1e3) + 'b'; for (;;) { try { new Function(a, 'return 1'); } catch {} }",
    'a rope that is flattened':
      "let a = 'ab'; for (;;) { a = a + a; if (a.length > 2 ** 12) a = 'ab'; a.charCodeAt(a.length - 1); }",
    fromCharCode: 'const a = new Array(1_000).fill(65); for (;;) String.fromCharCode.apply(null, a);',
  }).map(([name, start]) => slow(`${name}, again and again`, start, [cpu, memory])),
];

const buffers: readonly Attack[] = [
  slow(
    'resizing of a buffer, again and again',
    'const b = new ArrayBuffer(1, { maxByteLength: 2 ** 24 }); for (;;) { b.resize(2 ** 24); new Uint8Array(b).fill(1); b.resize(1); }',
    [cpu, memory],
  ),
  slow('TypedArray.set from a huge array-like', 'new Uint8Array(2 ** 20).set({ length: 2 ** 20 }); for (;;);'),
  slow('TypedArray.from a huge array-like', 'Uint8Array.from({ length: 2 ** 32 });', 'STEP_THREW'),
  slow(
    'Set.union with an endless set',
    'new Set([1]).union({ size: Infinity, has: () => true, keys: () => ({ next: () => ({ done: false, value: 1 }) }) });',
  ),
  ...Object.entries({
    'sort of a typed array':
      'const a = new Float64Array(2 ** 10).map((_, n) => (n * 7919) % 104729); for (;;) { a.reverse(); a.sort(); }',
    'sort of a typed array by a comparator': 'const a = new Uint8Array(2 ** 18); for (;;) a.sort((x, y) => y - x);',
    'fill of a typed array': 'const a = new Uint8Array(2 ** 14); for (;;) a.fill(1);',
    'indexOf in a typed array': 'const a = new Uint8Array(2 ** 14); for (;;) a.indexOf(1);',
    'join of a typed array': 'const a = new Uint8Array(2 ** 10); for (;;) a.join();',
    'transfer of a buffer':
      'let b = new ArrayBuffer(2 ** 12); for (;;) b = b.transfer(2 ** 12 + ((b.byteLength + 1) % 2));',
    'Intl.DateTimeFormat':
      "for (let n = 0; ; n++) new Intl.DateTimeFormat('en-u-ca-' + ['buddhist', 'chinese', 'coptic'][n % 3], { dateStyle: 'full' });",
    'Intl.NumberFormat of a BigInt': "for (;;) new Intl.NumberFormat('en').format(10n ** 100n);",
    'Intl.DisplayNames':
      "for (let n = 0; ; n++) new Intl.DisplayNames(['en', 'de', 'fr'][n % 3], { type: 'region' }).of('US');",
  }).map(([name, start]) => slow(`${name}, again and again`, start, [cpu, memory])),
];

export const wedge: readonly Chapter[] = [
  { title: 'Arrays of huge length', attacks: arrays },
  { title: 'Huge numbers', attacks: numbers },
  { title: 'Huge texts', attacks: texts },
  { title: 'Buffers, sets and formats', attacks: buffers },
];
