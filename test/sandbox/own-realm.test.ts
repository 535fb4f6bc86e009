// With `isolation: 'context'` many contexts are in one isolate. Whatever a step can get hold of, by any property, accessor or prototype, is of its
// own context: what it was given, what it is answered, and every error, also those that V8 makes in the middle of the runner's code.
import { expect, it } from 'vitest';
import { createTestRunner, runToEnd } from '../harness.ts';

/** Walks over what it is given. Whatever is found in `foreign` has a prototype of another context behind it. */
const walker = `
const seen = new Set(), foreign = [];
function walk(path, value) {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function' || seen.has(value)) return value;
  seen.add(value);
  let last = value;
  const chain = [];
  for (let next = value; next !== null; next = Object.getPrototypeOf(next)) { last = next; chain.push(next); }
  if (last !== Object.prototype && last !== value) foreign.push(path);
  if (typeof value === 'function' && value !== Function.prototype && !chain.includes(Function.prototype)) foreign.push(path + ' (a function)');
  if (Error.isError(value) && !chain.includes(Error.prototype)) foreign.push(path + ' (an error)');
  if (Array.isArray(value) && value !== Array.prototype && !chain.includes(Array.prototype)) foreign.push(path + ' (a list)');
  for (const key of Reflect.ownKeys(value)) {
    const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
    walk(path + '.' + String(key), held);
    walk('get ' + path + '.' + String(key), get);
    walk('set ' + path + '.' + String(key), set);
  }
  walk(path + '.[[Prototype]]', Object.getPrototypeOf(value));
  return value;
}
const attempt = (path, call) => {
  try { const given = walk(path, call()); if (given instanceof Promise) given.catch((error) => walk(path + ' (rejected)', error)); } catch (error) { walk(path + ' (thrown)', error); }
};
const later = async (path, call) => {
  try { walk(path + ' (awaited)', await walk(path, call())); } catch (error) { walk(path + ' (rejected)', error); }
};
/** Calls it where the stack is almost used up, a little less so each time. */
const atTheEdge = (path, call) => {
  let left = 40;
  const fall = () => { try { fall(); } catch (error) { if (left-- > 0) attempt(path + ' (at the edge)', call); throw error; } };
  attempt('fall', fall);
};
`;

const syncCalls = [
  ...[
    'structuredClone({ a: [new Date(0), new Map([[1, {}]]), new Set([[]]), /x/g, new Error("x"), new Uint8Array(2)] })',
  ],
  ...[
    'structuredClone(() => 1)',
    'new TextEncoder().encode("é")',
    'new TextEncoder().encodeInto("é", new Uint8Array(2))',
  ],
  ...[
    'new TextDecoder()',
    'new TextDecoder("latin-9")',
    'new TextDecoder().decode(1)',
    'atob("é")',
    'btoa("é")',
    'crypto.getRandomValues(new Uint8Array(2))',
  ],
  ...[
    'crypto.getRandomValues(1)',
    'crypto.randomUUID()',
    'new Date()',
    'Date()',
    'performance.now()',
    'Math.random()',
    'console.log({}, new Error("x"))',
  ],
  ...[
    'api.log([])',
    'setTimeout("no function")',
    'setTimeout(() => {}, 2 ** 40)',
    'queueMicrotask(1)',
    'new Function("(")',
    '(0, eval)("(")',
  ],
  ...[
    '(0, eval)("[{}, () => {}]")',
    'Function("return this")()',
    'null.x',
    'undeclared',
    'new RegExp("(")',
    'JSON.parse("{")',
    'JSON.parse("[{}]")',
  ],
  ...[
    '[].reduce()',
    'decodeURIComponent("%")',
    'new Array(-1)',
    '"x".repeat(2 ** 30)',
    'new ArrayBuffer(2 ** 53 - 1)',
    'new Intl.DateTimeFormat().format',
    'new Intl.NumberFormat("x")',
  ],
  ...[
    'Proxy.revocable({}, {})',
    'Promise.withResolvers()',
    '(function () { return arguments; })()',
    '(function* () { yield [] })().next()',
    '"a".matchAll(/a/g).next()',
  ],
  ...[
    'new Intl.Segmenter().segment("a")[Symbol.iterator]().next()',
    '(async function* () {})()',
    'String.raw`a`',
    'new (class extends Array {})(1, 2)',
    'Reflect.construct(Date, [])',
  ],
];

const asyncCalls = [
  ...[
    "api.runStore.get('')",
    "api.runStore.get('set')",
    "api.runStore.set('set', { a: [{}] })",
    "api.runStore.set('k', 1n)",
    "api.runStore.push('set', 1)",
  ],
  ...[
    "api.runStore.increment('set')",
    "api.runStore.increment('n', 'x')",
    'api.scheduleNextStep(1)',
    "api.scheduleNextStep({ action: 'next', payload: { cycle } })",
  ],
  ...[
    'new Promise((resolve) => setTimeout(resolve, 1, {}))',
    'Promise.any([Promise.reject(1)])',
    'Promise.allSettled([Promise.reject(new Error("x"))])',
  ],
  ...[
    '(async function f() { return f(); })()',
    '(async () => { await undefined; (function f() { f(); })(); })()',
    'Array.fromAsync([{}])',
  ],
];

const lines = (calls: readonly string[], how: string) =>
  calls.map((call) => `${how}(${JSON.stringify(call)}, () => ${call});`).join('\n');

const workflow = `${walker}
const cycle = {}; cycle.cycle = cycle;
export class Workflow {
  async start(data, headers, api) {
    for (let i = 0; i < 4; i++) await api.scheduleNextStep({ action: 'look', payload: { i, list: [{}] } });
  }
  async look(data, headers, api) {
    walk('data', data); walk('headers', headers); walk('api', api); walk('this', this); walk('globalThis', globalThis); walk('Workflow', Workflow);
    await api.runStore.set('set', [{}]);
    for (let round = 0; round < 2; round++) {
      ${lines(syncCalls, 'attempt')}
      ${lines(asyncCalls, 'await later')}
      ${lines(
        syncCalls.filter((call) => !call.startsWith('setTimeout')),
        'atTheEdge',
      )}
      ${lines(asyncCalls.slice(0, 8), 'atTheEdge')}
      await new Promise((resolve) => setTimeout(() => { attempt('timer', () => { (function f() { f(); })(); }); resolve(); }, 1));
    }
    await api.runStore.push('seen', seen.size);
    for (const path of foreign) await api.runStore.push('foreign', path);
    throw new TypeError('seen');
  }
  async next() {}
  async onWorkflowError(err, api) { walk('err', err); await api.runStore.push('foreign of hook', foreign); }
}`;

it('gets hold of nothing that belongs to another context', async () => {
  const limits = { stepCpuMs: 60_000, stepWallMs: 60_000, opsPerStep: 10_000 };
  const runner = await createTestRunner({ isolation: 'context', retry: { maxAttempts: 1 }, limits });
  const { outcome } = await runToEnd(runner, workflow);
  expect(outcome.error).toMatchObject({ code: 'STEP_THREW', message: 'seen' });
  expect(outcome.store['foreign']).toBe(undefined);
  expect(outcome.store['foreign of hook']).toEqual([[]]);
  const counts = outcome.store['seen'] as number[];
  expect(counts).toHaveLength(4);
  expect(Math.min(...counts)).toBeGreaterThan(1_500);
});
