// What a tenant leaves for isolated-vm to read after a turn is read without a timer: only the watchdog ends that.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { graceMs } from '../../src/cell/watchdog.ts';
import { stackMark } from '../../src/protocol/records.ts';
import { ampleMs, shortMs } from './cells.ts';
import type { Line, Task } from './hostile-thread.ts';

/** Of a process that hangs nothing else ends. Far beyond what any of these take. */
const lastResortMs = 50_000;

interface Told {
  readonly lines: readonly Line[];
  readonly status: number | string | null;
  readonly err: string;
}

/** Runs a task in a process of its own, and gives what it had said when it ended. */
function runTask(task: Task): Promise<Told> {
  const script = join(import.meta.dirname, 'hostile-thread.ts');
  const args = ['--disable-warning=ExperimentalWarning', script, JSON.stringify(task)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: lastResortMs, killSignal: 'SIGKILL' }, (error, out, err) => {
      const lines = out.split('\n').filter((line) => line.endsWith('}'));
      resolve({ lines: lines.map((line) => JSON.parse(line)), status: error ? (error.code ?? null) : 0, err });
    });
  });
}

function turnsOf({ lines }: Told): readonly (Line & { kind: 'turn' })[] {
  return lines.filter((line) => line.kind === 'turn');
}

const loop = '{ for (;;); }';

/** Each of them outlives the timer of its turn, in one reading: src/cell/watchdog.ts says what of those that do in two. */
const endless: Readonly<Record<string, string>> = {
  'a rejection with a getter': `Promise.reject({ get message() ${loop} });`,
  'a rejection with a getter for its stack': `Promise.reject({ get stack() ${loop} });`,
  'a rejection with a getter for its name': `Promise.reject({ message: 'm', get name() ${loop} });`,
  'a rejection with a proxy that answers all but one': `Promise.reject(new Proxy({}, { get(_, key) { if (key === 'message') ${loop} } }));`,
  'a rejection with a proxy that has one trap': `Promise.reject(new Proxy({ message: 'm' }, { get(_, key) { if (key === 'stack') ${loop} return 'm'; } }));`,
  'a message that is made into text': `Promise.reject({ message: { toString() ${loop} } });`,
  'a message with Symbol.toPrimitive': `Promise.reject({ message: { [Symbol.toPrimitive]() ${loop} } });`,
  'a stack that is made into text': `Promise.reject({ message: 'm', stack: { valueOf() ${loop}, toString() ${loop} } });`,
  'an error of a class of its own': `class Own extends Error { get message() ${loop} } Promise.reject(new Own());`,
  'an error whose stack was put over': `const e = new Error('m'); Object.defineProperty(e, 'stack', { get() ${loop} }); Promise.reject(e);`,
  'what an async function throws, and nobody awaits': `(async () => { throw { get message() ${loop} }; })();`,
  'what an async function throws later': `(async () => { await null; throw { get message() ${loop} }; })();`,
  'what a reaction throws': `Promise.resolve().then(() => { throw { get message() ${loop} }; });`,
  'what a thenable throws': `Promise.resolve({ then() { throw { get message() ${loop} }; } });`,
  'what is thrown in a finally': `(async () => { try { await null; } finally { throw { get message() ${loop} }; } })();`,
  'what an async generator throws': `(async function* () { throw { get message() ${loop} }; })().next();`,
  'one of several rejections': `Promise.reject(new Error('m')).catch(() => {}); Promise.reject({ get message() ${loop} });`,
  'a getter that will not be ended': `Promise.reject({ get message() { for (;;) try { for (;;); } finally { continue; } } });`,
};

/** What the realm knows of a rejected error. */
const more = (name: string): string => `{"name":"${name}","message":"","stack":"","code":"","retryable":true}`;

/** What comes of these is known before any timer is up. */
const honest: Readonly<Record<string, readonly [body: string, result: object]>> = {
  'a rejection with an error': [
    `Promise.reject(new TypeError('no'));`,
    {
      kind: 'lost',
      reason: 'rejection',
      detail: `TypeError: no${stackMark}at Workflow.start (workflow.js:2:16)${stackMark}${more('TypeError')}`,
    },
  ],
  'a rejection with a text': [`Promise.reject('no');`, { kind: 'lost', reason: 'rejection', detail: 'Error: no' }],
  'a rejection with nothing': [`Promise.reject(null);`, { kind: 'lost', reason: 'rejection', detail: 'Error: null' }],
  'a rejection with an object': [
    `Promise.reject({ message: 'no' });`,
    { kind: 'lost', reason: 'rejection', detail: 'Error: no' },
  ],
  'a getter that ends': [
    `Promise.reject({ get message() { return 'no'; } });`,
    { kind: 'lost', reason: 'rejection', detail: 'Error: no' },
  ],
  'a getter that throws': [
    `Promise.reject({ message: 'no', get stack() { throw 1; } });`,
    { kind: 'lost', reason: 'rejection', detail: 'Error: no' },
  ],
  'a getter that sets microtasks going': [
    `Promise.reject({ get message() { (function f() { Promise.resolve().then(f); })(); return 'no'; } });`,
    { kind: 'lost', reason: 'rejection', detail: 'Error: no' },
  ],
  'a getter that awaits without end': [
    `Promise.reject({ get message() { (async () => { for (;;) await 0; })(); return 'no'; } });`,
    { kind: 'lost', reason: 'rejection', detail: 'Error: no' },
  ],
  'a proxy whose prototype loops': [
    `Promise.reject(new Proxy({ message: 'no' }, { getPrototypeOf() ${loop}, has() ${loop}, ownKeys() ${loop} }));`,
    { kind: 'lost', reason: 'rejection', detail: 'Error: no' },
  ],
  'a rejection that is handled': [`await Promise.reject({ get message() ${loop} }).catch(() => {});`, { kind: 'turn' }],
  'a static prepareStackTrace': [
    `class Own extends Error { static prepareStackTrace() ${loop} } Promise.reject(new Own('no'));`,
    {
      kind: 'lost',
      reason: 'rejection',
      detail: `Error: no${stackMark}at Workflow.start (workflow.js:2:85)${stackMark}${more('Error')}`,
    },
  ],
  'prepareStackTrace, assigned': [
    `Error.prepareStackTrace = () => ${loop}; Promise.reject(new Error());`,
    { kind: 'turn' },
  ],
  'prepareStackTrace, defined': [
    `Object.defineProperty(Error, 'prepareStackTrace', { value: () => ${loop} }); Promise.reject(new Error());`,
    { kind: 'turn' },
  ],
  'prepareStackTrace, put into the prototype': [
    `Function.prototype.prepareStackTrace = () => ${loop}; Promise.reject(new Error());`,
    { kind: 'turn' },
  ],
};

describe('a turn that outlives its timer', () => {
  const names = [...Object.keys(endless), ...Object.keys(honest)];
  let told: Told;
  beforeAll(async () => {
    const hostile = Object.values(endless).map((body) => [body, shortMs] as const);
    const bodies = [...hostile, ...Object.values(honest).map(([body]) => [body, ampleMs] as const)];
    told = await runTask({ threads: 1, bodies, end: 'close' });
  });

  it.each(Object.keys(endless))('is ended: %s', (name) => {
    const line = turnsOf(told).find(({ index }) => names[index] === name);
    const cpuMicros = ((line?.budgetMs ?? 0) + graceMs) * 1_000;
    expect(line?.result).toEqual({ kind: 'lost', reason: 'cpu', detail: '', cpuMicros });
  });

  it.each(Object.entries(honest))('is not to be confused with %s', (name, [, result]) => {
    const line = turnsOf(told).find(({ index }) => names[index] === name);
    expect(line?.result).toMatchObject(result);
  });

  it('does not touch the cell beside it', () => {
    const texts = turnsOf(told).map(({ beside }) => beside.kind === 'turn' && beside.text);
    expect(texts).toEqual(names.map((_, index) => `c\t${index}\t7\n`));
  });

  it('leaves a process and a thread that end as if nothing had been', () => {
    expect(told.lines.at(-1)).toEqual({ kind: 'ended', status: 0 });
    expect({ status: told.status, err: told.err }).toEqual({ status: 0, err: '' });
  });
});

describe('a watchdog', () => {
  const hanging = [endless['a rejection with a getter'] ?? '', shortMs] as const;
  const returning = ['return 1;', ampleMs] as const;

  it('serves each of more threads than isolated-vm keeps', async () => {
    const threads = Math.min(availableParallelism() + 3, 16);
    const rounds = 6;
    const told = await runTask({ threads, bodies: Array(rounds).fill(hanging), end: 'close' });
    expect(told).toMatchObject({ status: 0, err: '' });
    const turns = turnsOf(told);
    expect(turns.length).toBe(threads * rounds);
    expect(turns.filter(({ result }) => result.kind !== 'lost' || result.reason !== 'cpu')).toEqual([]);
    expect(turns.filter(({ beside }) => beside.kind !== 'turn')).toEqual([]);
  });

  it('does not keep a thread that nobody closes', async () => {
    const told = await runTask({ threads: 1, bodies: [returning, hanging], end: 'leave' });
    expect(told).toMatchObject({ status: 0, err: '' });
    expect(told.lines.at(-1)).toEqual({ kind: 'ended', status: 0 });
  });

  it('lets a thread be ended from outside during such a turn', async () => {
    const told = await runTask({ threads: 2, bodies: [returning, hanging], end: 'terminate' });
    expect(told).toMatchObject({ status: 0, err: '' });
    expect(told.lines.filter(({ kind }) => kind === 'ended').length).toBe(2);
  });

  it('lets a process exit during such a turn', async () => {
    const told = await runTask({ threads: 2, bodies: [returning, hanging], end: 'exit' });
    expect(told).toMatchObject({ status: 0, err: '' });
  });
});
