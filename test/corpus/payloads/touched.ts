// Values that run code, or that are no values, at every place where Stepwell itself touches what a tenant gives it:
// returned, thrown, rejected, stored, scheduled, logged, passed to a global of the step.
import { type Attack, type Chapter, startOf } from '../payload.ts';

const cpu = 'STEP_CPU_EXCEEDED';
const unhandled = 'STEP_REJECTION_UNHANDLED';
const loop = '{ for (;;); }';
const hangingProxy = `new Proxy({}, { get() ${loop}, ownKeys() ${loop}, has() ${loop}, getPrototypeOf() ${loop}, getOwnPropertyDescriptor() ${loop} })`;
const revoked = '(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()';

const returned: readonly Attack[] = [
  startOf('return {toJSON(){for(;;);}}', cpu, `return { toJSON() ${loop} };`),
  startOf('return {then(){for(;;);}}', cpu, `return { then() ${loop} };`),
  startOf('return of a then that never calls', 'STEP_STALLED', 'return { then() {} };'),
  startOf('return of a then that calls ever again', 'completed', 'return { then(f) { f(1); f(2); throw 3; } };', {
    output: 1,
  }),
  startOf('return of a then that resolves with itself', cpu, 'const own = { then(f) { f(own); } }; return own;'),
  startOf('return of a getter of then that hangs', cpu, `return { get then() ${loop} };`),
  startOf('return of a getter that hangs', cpu, `return { get x() ${loop} };`),
  startOf('return of a proxy that hangs', cpu, `return ${hangingProxy};`),
  startOf('return of a revoked proxy', 'STEP_THREW', `return ${revoked};`),
  startOf(
    'return of a proxy of an endless array',
    [cpu, 'STEP_MEMORY_EXCEEDED', 'OUTPUT_INVALID'],
    'return { x: new Proxy([], { get: (t, k) => k === "length" ? 2 ** 53 : k === "toJSON" ? undefined : 1 }) };',
    {
      why: 'Whether time, memory or the longest string V8 has ends first depends on the machine.',
    },
  ),
  startOf('return of a BigInt', 'OUTPUT_INVALID', 'return 1n;'),
  startOf('return of a function', 'OUTPUT_INVALID', 'return () => {};'),
  startOf('return of a symbol', 'OUTPUT_INVALID', 'return Symbol.iterator;'),
  startOf('return of a cycle', 'OUTPUT_INVALID', 'const a = []; a.push(a); return a;'),
  startOf('return of globalThis', ['completed', 'OUTPUT_INVALID'], 'return globalThis;'),
  startOf('return of the api', 'completed', 'return Object.keys(JSON.parse(JSON.stringify(api))).length > 0;', {
    output: true,
  }),
  startOf(
    'return of an object with __proto__',
    'completed',
    `return JSON.parse('{"__proto__":{"leak":1},"constructor":{"prototype":{"leak":1}}}');`,
  ),
  startOf('return of lone surrogates', 'completed', "return '\\ud800\\udc00\\ud800';", {
    output: '\ud800\udc00\ud800',
  }),
  startOf(
    'return of raw JSON',
    'completed',
    "return [JSON.rawJSON('1e400'), JSON.rawJSON('123456789012345678901234567890'), JSON.rawJSON('\"\\\\u0009\"')];",
  ),
];

const thrown: readonly Attack[] = [
  ...['name', 'message', 'stack', 'code', 'retryable'].map((key) =>
    startOf(`throw {get ${key}(){for(;;);}}`, cpu, `throw { get ${key}() ${loop} };`),
  ),
  startOf(
    'throw of an Error whose message is a getter that hangs',
    cpu,
    `throw Object.defineProperty(new Error(), 'message', { get() ${loop} });`,
  ),
  startOf(
    'Error.prepareStackTrace=()=>{for(;;);} and a throw',
    'STEP_THREW',
    `Error.prepareStackTrace = () => ${loop}; throw new Error('x');`,
  ),
  startOf('throw of a proxy that hangs', cpu, `throw ${hangingProxy};`),
  startOf('throw of a revoked proxy', 'STEP_THREW', `throw ${revoked};`),
  startOf('throw of a function', 'STEP_THREW', 'throw function f() {};'),
  ...['null', 'undefined', 'Symbol("s")', '0', '""', '10n ** 1000n', '{ toString() { for (;;); } }'].map((value) =>
    startOf(`throw ${value}`, 'STEP_THREW', `throw ${value};`),
  ),
  startOf(
    'throw of what forges a code',
    'STEP_THREW',
    "throw Object.assign(new Error('x'), { code: 'STEP_CPU_EXCEEDED', name: 'StepwellError', retryable: 1 });",
  ),
  startOf(
    'throw of an object whose fields are objects',
    'STEP_THREW',
    'throw { name: {}, message: [], stack: 1, code: null, retryable: {} };',
  ),
  startOf(
    'throw of a stack that forges lines',
    'STEP_THREW',
    "throw { stack: 'x\\n    at /etc' + '/passwd\\n    at run (workflow.js:1:1)'.repeat(1e5) };",
  ),
  startOf('throw in a finally over a return', 'STEP_THREW', 'try { return 1; } finally { throw null; }'),
  {
    name: 'throw in the constructor of the class',
    expected: 'STEP_THREW',
    source: 'class Workflow { constructor() { throw null; } async start() {} }',
  },
];

const rejected: readonly Attack[] = [
  startOf(
    'Promise.reject({get message(){for(;;);}})',
    cpu,
    `const held = Promise.reject({ get message() ${loop} }); await api.runStore.get('k'); return held;`,
  ),
  startOf(
    'a rejection whose name hangs',
    unhandled,
    `const held = Promise.reject({ get name() ${loop} }); await api.runStore.get('k'); return held;`,
  ),
  startOf(
    'a rejection whose stack hangs',
    cpu,
    `const held = Promise.reject(Object.defineProperty(new Error('x'), 'stack', { get() ${loop} })); await api.runStore.get('k'); return held;`,
  ),
  startOf(
    'a rejection whose toString hangs',
    unhandled,
    `const held = Promise.reject({ toString() ${loop}, [Symbol.toPrimitive]() ${loop} }); await api.runStore.get('k'); return held;`,
  ),
  startOf(
    'a rejection with a proxy that hangs',
    cpu,
    `const held = Promise.reject(${hangingProxy}); await api.runStore.get('k'); return held;`,
    { unheld: ['hung'] },
  ),
  startOf(
    'a rejection with a proxy of an error that hangs',
    cpu,
    `const held = Promise.reject(new Proxy(new Error('x'), { get() ${loop} })); await api.runStore.get('k'); return held;`,
    { unheld: ['hung'] },
  ),
  startOf(
    'a rejection with a revoked proxy',
    unhandled,
    `const held = Promise.reject(${revoked}); await api.runStore.get('k'); return held;`,
  ),
  ...['null', 'undefined', 'Symbol("s")', '1n', '() => {}', '"x".repeat(1e7)', 'Object.create(null)'].map((value) =>
    startOf(
      `a rejection with ${value}`,
      unhandled,
      `const held = Promise.reject(${value}); await api.runStore.get('k'); return held;`,
    ),
  ),
  startOf(
    'a rejection with an error that names another code',
    unhandled,
    "const held = Promise.reject(new Error('Script execution timed out.')); await api.runStore.get('k'); return held;",
  ),
  startOf(
    'a hundred thousand rejections',
    [unhandled, 'STEP_MEMORY_EXCEEDED', cpu],
    "const held = Array.from({ length: 1e5 }, (_, n) => Promise.reject(n)); await api.runStore.get('k'); return held;",
    {
      why: 'So many may cost the turn its time or its memory first.',
    },
  ),
  startOf(
    'a rejection handled late',
    unhandled,
    "const held = Promise.reject(1); await api.runStore.get('k'); await held.catch(() => {});",
  ),
  startOf(
    'un-awaited ops that are refused',
    unhandled,
    "const held = [api.runStore.set('', 1)]; await api.runStore.get('k'); return held.length;",
  ),
];

const given: readonly Attack[] = [
  startOf('a value whose toJSON hangs', cpu, `await api.runStore.set('k', { toJSON() ${loop} });`),
  startOf('a value that is a proxy that hangs', cpu, `await api.runStore.push('k', ${hangingProxy});`),
  startOf(
    'a value whose toJSON throws what hangs',
    cpu,
    `await api.runStore.set('k', { toJSON() { throw { get message() ${loop} }; } });`,
  ),
  startOf(
    'a value whose toJSON calls the api',
    'completed',
    "await api.runStore.set('k', { toJSON() { api.runStore.set('k', 'inner'); return 'outer'; } }); return api.runStore.get('k');",
    {
      output: 'outer',
    },
  ),
  startOf(
    'a value whose toJSON throws a million times',
    'VALUE_INVALID',
    "await api.runStore.set('k', Array.from({ length: 1e5 }, () => ({ toJSON() { throw 1; } })));",
  ),
  startOf(
    'a key that converts',
    'KEY_INVALID',
    `await api.runStore.get({ toString() ${loop}, [Symbol.toPrimitive]() ${loop} });`,
  ),
  startOf('a key that is a String object', 'KEY_INVALID', "await api.runStore.get(new String('k'));"),
  startOf('a key that is a proxy', 'KEY_INVALID', `await api.runStore.set(${hangingProxy}, 1);`),
  startOf('a key that is a symbol', 'KEY_INVALID', 'await api.runStore.set(Symbol(), 1);'),
  ...['NaN', 'Infinity', '2 ** 53', '1n', '"1"', '{ valueOf() { for (;;); } }', 'null', '[1]'].map((delta) =>
    startOf(`a delta of ${delta}`, 'DELTA_INVALID', `await api.runStore.increment('k', ${delta});`),
  ),
  ...[
    'NaN',
    'Infinity',
    '-1',
    '1e308',
    '1n',
    'null',
    '[]',
    '"1 month"',
    '"1e3 sec"',
    '"١ day"',
    '"9".repeat(60) + " sec"',
    '401 * 86_400',
    '{ valueOf() { for (;;); } }',
    'Symbol()',
  ].map((delay) =>
    startOf(
      `a delay of ${delay}`,
      'DELAY_INVALID',
      `const delay = ${delay}; await api.scheduleNextStep({ action: 'next', delay });`,
    ),
  ),
  ...[
    "'start'",
    "'constructor'",
    "'toString'",
    "'__proto__'",
    "'onWorkflowError'",
    'null',
    '0',
    "{ toString: () => 'next' }",
    "['next']",
  ].map((action) =>
    startOf(
      `an action of ${action}`,
      'ACTION_INVALID',
      `const action = ${action}; await api.scheduleNextStep({ action });`,
    ),
  ),
  startOf('schedule options that hang', cpu, `await api.scheduleNextStep({ get action() ${loop} });`),
  startOf('schedule options that are a proxy', cpu, `await api.scheduleNextStep(${hangingProxy});`),
  startOf(
    'schedule options that change',
    'completed',
    "let reads = 0; await api.scheduleNextStep({ get action() { return reads++ === 0 ? 'next' : 'start'; } }); return reads;",
    { output: 1 },
  ),
  startOf(
    'a payload whose toJSON hangs',
    cpu,
    `await api.scheduleNextStep({ action: 'next', payload: { toJSON() ${loop} } });`,
  ),
  startOf(
    'a payload that is a function',
    'PAYLOAD_INVALID',
    "await api.scheduleNextStep({ action: 'next', payload() {} });",
  ),
  startOf(
    'the api called with a foreign this',
    'completed',
    "await Reflect.apply(api.runStore.set, null, ['k', 1]); await Reflect.apply(api.runStore.set, { step: 1 }, ['k', 2]); return api.runStore.get('k');",
    { output: 2 },
  ),
  startOf('the api called with new', 'STEP_THREW', "new api.runStore.get('k');"),
];

/** Logging never throws: what hangs costs time, what throws costs its text. */
const logged: readonly Attack[] = [
  startOf('log of a proxy that hangs', cpu, `api.log(${hangingProxy});`),
  startOf('log of a getter that hangs', cpu, `api.log({ get x() ${loop} });`),
  startOf('log of a toJSON that hangs', cpu, `console.error({ toJSON() ${loop} });`),
  startOf(
    'log of an error whose stack hangs',
    [cpu, 'completed'],
    `console.log(Object.defineProperty(new Error(), 'stack', { get() ${loop} }), Object.defineProperty(new Error(), 'message', { get() ${loop} }), Object.defineProperty(new Error(), 'name', { get() ${loop} }));`,
  ),
  startOf(
    'log of a map whose iterator hangs',
    'completed',
    `const m = new Map([[1, 2]]); Object.defineProperties(m, { entries: { get() ${loop} }, [Symbol.iterator]: { get() ${loop} } }); Object.defineProperty(m, 'size', { get() ${loop} }); api.log(m);`,
  ),
  startOf(
    'log of a tag that hangs',
    ['completed', cpu],
    `api.log({ get [Symbol.toStringTag]() ${loop} }, { [Symbol.toPrimitive]() ${loop} });`,
  ),
  startOf(
    'log of what nests a million deep',
    'completed',
    'let a = {}; for (let n = 0; n < 1e5; n++) a = { a }; api.log(a);',
  ),
  startOf(
    'log of a cycle',
    'completed',
    'const a = { m: new Map(), s: new Set() }; a.a = a; a.m.set(a, a); a.s.add(a); api.log(a, [a, [a]]);',
  ),
  startOf('log of a revoked proxy', 'completed', `api.log(${revoked}, [${revoked}], { a: ${revoked} });`),
  startOf(
    'log of invalid dates, symbols and detached buffers',
    'completed',
    "const b = new Uint8Array(8); b.buffer.transfer(); api.log(new Date(NaN), Symbol('s'), b, new DataView(new ArrayBuffer(1)), 1n, -0, NaN, undefined, null, () => {}, class {}, /x/, new WeakMap(), function* () {});",
  ),
  startOf(
    'log of terminal codes and separators',
    'completed',
    "api.log('\\u001b[2J\\u0000\\t\\n\\r\\u2028\\u2029\\u009b', '\\ud800');",
  ),
  startOf('log of an array with 2^32-1 holes', 'completed', 'api.log(new Array(2 ** 32 - 1));'),
  startOf('log of a million arguments', 'completed', 'try { api.log(...new Array(5e4).fill(1)); } catch {}'),
  startOf('log of a huge BigInt', 'completed', 'console.log(2n ** 10_000n);'),
];

const globals: readonly Attack[] = [
  startOf('setTimeout whose delay hangs', cpu, `setTimeout(() => {}, { valueOf() ${loop} });`),
  startOf('structuredClone of a getter that hangs', cpu, `structuredClone({ get x() ${loop} });`),
  startOf('structuredClone of a proxy that hangs', [cpu, 'STEP_THREW'], `structuredClone(${hangingProxy});`),
  startOf(
    'structuredClone of what nests deep',
    'completed',
    'let a = {}; for (let n = 0; n < 1e5; n++) a = { a }; try { structuredClone(a); } catch {}',
  ),
  startOf(
    'structuredClone of a cycle through everything',
    'completed',
    'const m = new Map(); const s = new Set([m]); m.set(s, [m, s, new Error("x", { cause: m })]); return structuredClone(m).size;',
    { output: 1 },
  ),
  startOf(
    'structuredClone that transfers a buffer',
    'completed',
    'const b = new ArrayBuffer(8); const c = structuredClone(b, { transfer: [b] }); return [b.byteLength, c.byteLength];',
    { output: [0, 8] },
  ),
  startOf('TextDecoder of options that hang', cpu, `new TextDecoder('utf-8', { get fatal() ${loop} });`),
  startOf('random values of ten megabytes', cpu, 'for (;;) crypto.getRandomValues(new Uint8Array(65_536));'),
  startOf('random values of too much', 'STEP_THREW', 'crypto.getRandomValues(new Uint8Array(65_537));'),
  startOf(
    'a console format that hangs',
    'completed',
    `console.log('%s %d %o %c'.repeat(100), { toString() ${loop}, valueOf() ${loop} });`,
  ),
  startOf(
    'atob of a long text',
    'completed',
    "let n = 0; try { n = atob('QUJD'.repeat(1e5)).length; } catch {} return n;",
    { output: 300_000 },
  ),
  startOf('a Date that converts', cpu, `new Date({ [Symbol.toPrimitive]() ${loop} });`),
];

export const touched: readonly Chapter[] = [
  { title: 'Values returned', attacks: returned },
  { title: 'Values thrown', attacks: thrown },
  { title: 'Rejections that nobody handles', attacks: rejected },
  { title: 'Values given to the api', attacks: given },
  { title: 'Values logged', attacks: logged },
  { title: 'Values given to globals', attacks: globals },
];
