// Whether what an account says is what is there: the constants of src/state/weight.ts, held against the heap.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { asRunId } from '../../src/ids.ts';
import { defaultLimits } from '../../src/limits.ts';
import type { Op } from '../../src/protocol/ops.ts';
import { PackedSteps } from '../../src/schedule/packed-steps.ts';
import { Account } from '../../src/state/account.ts';
import { memoryStore } from '../../src/state/backend.ts';
import type { Attempt } from '../../src/state/mutation.ts';
import { MutationQueue } from '../../src/state/mutation-queue.ts';
import { newRun } from '../../src/state/new-run.ts';
import type { RunState, Step } from '../../src/state/run-state.ts';
import { newTenant, type TenantState } from '../../src/state/tenant-state.ts';
import type { SuiteOptions, SuiteResult } from '../report.ts';

interface Kept {
  readonly run: RunState;
  readonly tenant: TenantState;
  /** Whoever is told of them holds them. */
  readonly armed: PackedSteps;
}

type Said = Partial<Op> & Pick<Op, 'kind'>;

/** What one step does many times, and whether it is still there when that is measured. */
const shapes: Readonly<Record<string, { readonly op: (n: number) => Said; readonly ends: boolean }>> = {
  'armed steps': { op: (n) => ({ kind: 'schedule', value: `{"item":${n}}`, method: 1, amount: 0 }), ends: true },
  'keys with short values': { op: (n) => ({ kind: 'set', key: `"key ${n}"`, value: `"${n}"` }), ends: true },
  'keys with 10,000 characters': { op: (n) => set(n, 'x'.repeat(10_000)), ends: true },
  'keys with 10,000 characters, not Latin-1': { op: (n) => set(n, '漢'.repeat(10_000)), ends: true },
  'items of a list': { op: (n) => ({ kind: 'push', key: '"list"', value: String(n) }), ends: true },
  'log lines': { op: (n) => ({ kind: 'log', key: 'info', value: `"line ${n}"` }), ends: true },
  'counts in a journal': { op: () => ({ kind: 'increment', key: '"n"', amount: 1 }), ends: false },
  'short values in a journal': { op: (n) => ({ kind: 'set', key: '"k"', value: `"${n}"` }), ends: false },
};

export async function memory({ quick }: SuiteOptions): Promise<SuiteResult[]> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const times = quick ? 2_000 : 8_000;
  const rows = Object.entries(shapes).map(([name, { op, ends }]) => {
    const before = heapBytes(collect);
    const { run, tenant, armed } = keeping(op, times, ends);
    const heap = heapBytes(collect) - before;
    const counted = tenant.memory.bytes;
    if (run.status.kind !== 'open' || armed.size === 0) throw new Error('The run has ended.');
    return { name, value: counted / times, unit: 'bytes each', ratio: { of: 'the heap', value: counted / heap } };
  });
  const question = 'How many bytes does an account count, and how many times what the heap has grown by?';
  return [{ question, rows }];
}

function heapBytes(collect: () => void): number {
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function set(n: number, text: string): Said {
  return { kind: 'set', key: `"key ${n}"`, value: `"${n}${text}"` };
}

/** A run that stays open, of which the first step has done this so many times. */
function keeping(op: (n: number) => Said, times: number, ends: boolean): Kept {
  const most = {
    opsPerStep: 1e9,
    opBytesPerStep: 1e12,
    opBytesPerRun: 1e12,
    storeBytesPerRun: 1e12,
    fanOutPerStep: 1e9,
  };
  const limits = {
    ...defaultLimits,
    ...most,
    memoryBytesPerTenant: 1e12,
    storeBytesPerTenant: 1e12,
    logBytesPerStep: 1e9,
    logBytesPerRun: 1e9,
  };
  const tenant = newTenant('acme', limits, 1, new Account());
  const names = { methods: ['start', 'next'], identifiers: [], sharedFunctions: null };
  const program = {
    tenant: 'acme',
    hash: '',
    code: '',
    ...names,
    isolation: 'realm',
    region: { timeZone: 'UTC', locale: 'en-US' },
  } as const;
  const retry = { maxAttempts: 1, firstDelayMs: 1, longestDelayMs: 1 };
  const run = newRun({
    id: asRunId('run'),
    program,
    limits,
    tenant,
    headers: '{}',
    retry,
    seed: '0',
    createdAt: 0,
    clockOffsetMs: 0,
  });
  const armed = new PackedSteps(run);
  const nothing = { reply() {}, sleep() {}, attemptEnded() {}, runResumed() {}, runEnded() {}, event() {} };
  const queue = new MutationQueue(memoryStore(), () => 0, { ...nothing, arm: (step) => void armed.push(step) });
  queue.push({ kind: 'run_opened', run, data: '{}' });
  queue.drain();
  const attempt: Attempt = { step: armed.shift()[0] as Step, lane: 'shared', isOver: false, undelivered: 0 };
  const say = (said: Said): void => {
    const texts = { key: flat(said.key), value: flat(said.value) };
    queue.push({ kind: 'op', attempt, op: { amount: 0, method: -1, ...said, ...texts } });
    queue.drain();
  };
  queue.push({ kind: 'attempt_begun', attempt });
  say({ kind: 'schedule', value: '{}', method: 1, amount: 1 }); // The run stays open.
  for (let n = 0; n < times; n++) say(op(n));
  if (ends) say({ kind: 'completed' });
  return { run, tenant, armed };
}

/** As it comes out of a frame. */
function flat(text = ''): string {
  return Buffer.from(text).toString();
}
