// A step with a context of its own changes every built-in that there is, and then uses all that the runner has given it: what it gets is what it
// would have got, and no changed built-in is handed an object of the runner's.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { runToEnd, textsOf, useRunner } from '../harness.ts';
import type { Spoiling } from './spoiler.ts';

const spoiler = stripTypeScriptTypes(
  readFileSync(new URL('./spoiler.ts', import.meta.url), 'utf8').replaceAll('export ', ''),
);

/** By name: what the step does with what it was given. Only syntax, and what was captured before. */
const uses: Readonly<Record<string, string>> = {
  get: "api.runStore.get('kept')",
  set: "api.runStore.set('kept', value)",
  'get again': "api.runStore.get('kept')",
  push: "api.runStore.push('list', value)",
  increment: "api.runStore.increment('n', 2)",
  delete: "api.runStore.delete('list')",
  schedule: "api.scheduleNextStep(keep({ action: 'next', delay: '2 sec', payload: value }))",
  'an op that is refused here': "api.runStore.set('', 1)",
  'an op that is refused there': "api.runStore.push('n', 1)",
  'a value that is no JSON': "api.runStore.set('k', cycle)",
  'an action that is none': 'api.scheduleNextStep(keep({ action: none }))',
  'a delay that is none': "api.scheduleNextStep(keep({ action: 'next', delay: parsec }))",
  'a delta that is none': "api.runStore.increment('n', 1 / 0)",
  'many ops at once': "(api.runStore.set('m', 1), api.runStore.increment('m'), api.runStore.get('m'))",
  'a log': "api.log('text', value, list, error, 1n, symbol, map, set, pattern, boxed, bytes, cycle, deep, () => 1)",
  console: "(log('a', value), warn('b'), print_error(error), info(1), debug(list), assert(false, 'c', value))",
  'console, by label':
    "(time('t'), timeLog('t', value), timeEnd('t'), timeEnd('t'), count(symbol), countReset('c'), count('c'))",
  'console, in groups': "(group('g', value), dir('it\\'s'), dirxml(list), groupEnd())",
  'console.table': '(table(value), table(map), table(set), table(rows, columns))',
  'console.trace': "(trace('t', value), clear())",
  setTimeout: 'new PromiseOf((resolve) => { setTimeout(resolve, 5, value); })',
  'setInterval, cleared': `new PromiseOf((resolve) => {
    let calls = 0;
    const id = setInterval(() => { if (++calls === 2) { clearInterval(id); resolve(calls); } }, 5);
  })`,
  clearTimeout: 'clearTimeout(setTimeout(() => {}, 5))',
  queueMicrotask: 'new PromiseOf((resolve) => { queueMicrotask(() => resolve(1)); })',
  structuredClone: 'structuredClone(value)',
  'structuredClone of much': 'structuredClone({ value, list, error, map, set, pattern, boxed, bytes, date, deep })',
  'structuredClone, moved': 'structuredClone(movable, { transfer })',
  'structuredClone of a function': 'structuredClone(() => 1)',
  encode: "apply(encode, encoder, ['aé€😀'])",
  encodeInto: "apply(encodeInto, encoder, ['é€', target])",
  decode: 'apply(decode, decoder, [bytes])',
  'a new TextDecoder': "apply(fatalOf, new TextDecoder(' UTF8 ', options), [])",
  'a TextDecoder of what is none': "new TextDecoder('latin-9')",
  atob: "atob('aGV sbG8=')",
  btoa: "btoa('hello')",
  'atob of what is none': "atob('é')",
  getRandomValues: 'typeof getRandomValues(random)[0]',
  randomUUID: 'randomUUID().length',
  'Math.random': 'typeof math_random()',
  'Date.now': 'now() > 0',
  'new Date': 'typeof new DateOf()',
  Date: 'typeof DateOf()',
  'performance.now': 'typeof performance_now()',
  'performance.mark': "(mark('a', marked), mark('b', marked), clearMarks('a'), getEntries().length)",
  'performance.measure':
    "(measure('m', measured), clearMeasures('n'), getEntriesByName('m', 'measure').length, getEntriesByType('mark').length)",
  'performance.measure of no mark': "measure('m', 'none')",
};

const prelude = `${spoiler}
const { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone, atob, btoa } = globalThis;
const { TextEncoder, TextDecoder, Date: DateOf } = globalThis;
const { log, warn, error: print_error, info, debug, assert, time, timeLog, timeEnd, count, countReset } = console;
const { group, groupEnd, dir, dirxml, table, trace, clear } = console;
const { mark, measure, clearMarks, clearMeasures, getEntries, getEntriesByName, getEntriesByType } = performance;
const { encode, encodeInto } = TextEncoder.prototype;
const { decode } = TextDecoder.prototype;
const { getRandomValues, randomUUID } = crypto;
const fatalOf = Object.getOwnPropertyDescriptor(TextDecoder.prototype, 'fatal').get;
const math_random = Math.random, now = Date.now, performance_now = performance.now;
const none = 'none', parsec = '1 parsec';
const own = (make) => keep(make());
const value = own(() => ({ a: 1, list: [1, 'two', null, { three: 3 }], text: 'é"\\n' }));
const list = own(() => [1, [2, [3]]]), symbol = Symbol('s'), map = own(() => new Map([['k', value]])), set = own(() => new Set([1, 'x']));
const pattern = own(() => /a+/gi), boxed = own(() => new String('boxed')), bytes = own(() => new Uint8Array([97, 195, 169]));
const rows = own(() => [{ a: 1, b: 'é' }, [1], 'x']), columns = own(() => ['b', 'c']);
const marked = own(() => ({ startTime: 1, detail: { a: 1 } })), measured = own(() => ({ start: 1, end: 2 }));
const date = own(() => new Date(0)), random = own(() => new Uint32Array(4)), target = own(() => new Uint8Array(8));
const movable = own(() => new ArrayBuffer(8)), options = own(() => ({ fatal: true }));
const transfer = own(() => ({ done: 0, [Symbol.iterator]() { return this; }, next() { return keep(this.done++ === 0 ? { done: false, value: movable } : { done: true }); } }));
const error = own(() => { const made = new TypeError('wrong', { cause: 'x' }); made.stack = 'TypeError: wrong'; return made; });
const cycle = own(() => { const made = { x: [] }; made.x[0] = made; return made; });
const deep = own(() => { let made = {}; for (let i = 0; i < 20; i++) made = [made]; return made; });
const encoder = own(() => new TextEncoder()), decoder = own(() => new TextDecoder());
const isOwnError = (given) => given instanceof Error && (given instanceof TypeError || given instanceof RangeError || given.constructor === Error);
const told = (given) => given instanceof Error ? [given.name, given.message.split('\\n')[0], given.code, isOwnError(given)]
  : given instanceof Map || given instanceof Set ? [...given].map(told)
  : typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given).map(([key, held]) => [key, told(held)])
  : given === undefined ? 'undefined' : typeof given === 'object' ? given : String(given);
`;

const workflow = `${prelude}
async function begin(data, api) {
  const calls = keep({ ${Object.entries(uses)
    .map(([name, use]) => `${JSON.stringify(name)}: () => ${use}`)
    .join(', ')} });
  prepare();
  const results = {};
  for (const name of Object.keys(calls)) results[name] = told((await underChange(data.how, calls[name])).given);
  await api.runStore.set('results', results);
  await api.runStore.set('found', found());
  await api.scheduleNextStep({ action: 'fails', payload: data });
  await api.scheduleNextStep({ action: 'rejects', delay: 5, payload: data });
  await api.scheduleNextStep({ action: 'overflows', delay: 10, payload: data });
  const output = keep({ value });
  spoil(data.how);
  return output;
}

async function hooked(err, api) {
  api.log('hook', err.name, err.code, (await underChange(data_of_hook, () => api.runStore.increment('hooks'))).given);
  api.log('found', found());
}

async function overflow(data, api) {
  let deepest = null;
  const fall = () => { try { structuredClone(value); randomUUID(); fall(); } catch (error) { deepest ??= error; } };
  await underChange(data.how, fall);
  await api.runStore.set('overflow', [deepest instanceof RangeError, deepest.message, found()]);
}

export class Workflow {
  start(data, headers, api) { keep(data); keep(headers); keep(api); keep(this); return keep(begin(data, api)); }
  async next(data) { return data.a; }
  fails(data, headers, api) {
    keep(data); keep(headers); keep(api); keep(this); prepare();
    const mine = keep(Object.assign(new TypeError('mine'), { code: 'MINE', retryable: false }));
    spoil(data.how);
    throw mine;
  }
  rejects(data, headers, api) {
    keep(data); keep(headers); keep(api); keep(this); prepare();
    const rejected = keep(Promise.reject(keep({ message: 'no error', name: 'Odd' })));
    spoil(data.how);
    return rejected;
  }
  overflows(data, headers, api) {
    keep(data); keep(headers); keep(api); keep(this); prepare();
    return keep(overflow(data, api));
  }
  onWorkflowError(err, api) { keep(err); keep(api); prepare(); return keep(hooked(err, api)); }
}`;

const limits = { stepCpuMs: 20_000, stepWallMs: 50_000 };

describe('a step that has changed all built-ins', () => {
  const runner = useRunner({ isolation: 'context', retry: { maxAttempts: 1 }, limits });

  const outcomeOf = async (how: Spoiling) => {
    const source = workflow.replace('data_of_hook', JSON.stringify(how));
    const { outcome, logs } = await runToEnd(runner(), source, { data: { how } });
    return {
      status: outcome.status,
      output: outcome.output,
      store: outcome.store,
      error: `${outcome.error?.name} ${outcome.error?.message} ${outcome.error?.thrownCode}`,
      logs: textsOf(logs).sort(),
    };
  };

  it.each(['same', 'throws', 'garbage', 'deleted'] as const)('gets what it would have got: %s', async (how) => {
    const untouched = await outcomeOf('untouched');
    expect(Object.keys(untouched.store['results'] as object)).toEqual(Object.keys(uses));
    const changed = await outcomeOf(how);
    expect([changed.store['found'], changed.error]).toEqual([[], untouched.error]);
    expect(changed).toEqual(untouched);
  });
});
