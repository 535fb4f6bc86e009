// The rules of a run by themselves, fed with ops that no correct realm sends: the main thread holds every bound again.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Op } from '../../src/protocol/ops.ts';
import { memoryStore } from '../../src/state/backend.ts';
import type { Mutation, StopReason } from '../../src/state/mutation.ts';
import { MutationQueue } from '../../src/state/mutation-queue.ts';
import type { RunState, Step } from '../../src/state/run-state.ts';
import { Refusal } from '../../src/state/run-store.ts';
import { effectsTo, type RunFixture, runOf } from './fixtures.ts';

const methods = ['start', 'next', 'onWorkflowComplete', 'onWorkflowError'];

let armed: Step[];
let replies: string[];
let ends: number;
let queue: MutationQueue;

const effects = effectsTo({
  arm: (step) => armed.push(step),
  reply: (_, { reply }) => replies.push(reply instanceof Refusal ? reply.code : String(reply)),
  sleep: (_, position, dueAt) => replies.push(`sleep ${position} until ${dueAt}`),
  runEnded: () => ends++,
});

beforeEach(() => {
  [armed, replies, ends] = [[], [], 0];
  queue = new MutationQueue(memoryStore(), () => 1_000, effects);
});

function open(fixture: RunFixture = {}): RunState {
  const run = runOf({ methods, ...fixture });
  push({ kind: 'run_opened', run, data: '{}' });
  return run;
}

function push(...mutations: Mutation[]): void {
  for (const mutation of mutations) queue.push(mutation);
  queue.drain();
}

/** The step that was armed last begins, and says all this. */
function say(...ops: (Partial<Op> & { kind: Op['kind'] })[]): Step {
  const step = begin();
  const whole = { key: '"k"', value: '', amount: 0, method: -1 };
  push(
    ...ops.map(
      (op): Mutation => ({
        kind: 'op',
        attempt: { step, isOver: false, undelivered: 0, lane: 'shared' as const },
        op: { ...whole, ...op },
      }),
    ),
  );
  return step;
}

function begin(): Step {
  const step = armed.pop();
  if (step === undefined) throw new Error('No step is armed.');
  push({ kind: 'attempt_begun', attempt: { step, isOver: false, undelivered: 0, lane: 'shared' as const } });
  return step;
}

function stop(step: Step, reason: StopReason): void {
  push({
    kind: 'attempt_stopped',
    attempt: { step, isOver: false, undelivered: 0, lane: step.lane },
    reason,
    detail: '',
  });
}

const end = { kind: 'completed' } as const;
const schedule = { kind: 'schedule', value: '{}', method: 1 } as const;

describe('a schedule that no correct realm sends is refused:', () => {
  it.each([
    ['of start', { method: 0 }, 'ACTION_INVALID'],
    ['of a hook', { method: 2 }, 'ACTION_INVALID'],
    ['of the other hook', { method: 3 }, 'ACTION_INVALID'],
    ['of no method', { method: 4 }, 'ACTION_INVALID'],
    ['with a payload that is too large', { value: '"12345"' }, 'PAYLOAD_TOO_LARGE'],
  ])('%s', (_, fields, code) => {
    const run = open({ limits: { payloadBytes: 6 } });
    say({ ...schedule, ...fields });
    expect([replies, armed, run.counts.armed]).toEqual([[code], [], 1]);
  });

  it('from a hook', () => {
    const run = open();
    say(end);
    say(schedule);
    expect([replies, run.counts.armed]).toEqual([['HOOK_CANNOT_SCHEDULE'], 1]);
  });
});

describe('an end that no correct realm sends', () => {
  it.each(['', 'null', '{', '[]', '{"name":1,"message":{},"stack":[],"code":null}'])(
    'with the error %j still fails the step',
    (value) => {
      const run = open({ maxAttempts: 1 });
      say({ kind: 'failed', value });
      expect(run.failure).toMatchObject({ code: 'STEP_THREW', message: '', thrownCode: '' });
    },
  );

  it('with an output that is too large fails the step', () => {
    const run = open({ maxAttempts: 1, limits: { payloadBytes: 6 } });
    say({ kind: 'completed', value: '"12345"' });
    expect(run.failure?.code).toBe('PAYLOAD_TOO_LARGE');
    expect(run.output).toBeNull();
  });

  it('with an error of any length leaves as much as a realm would have written', () => {
    const run = open({ maxAttempts: 1 });
    const long = 'é'.repeat(100_000);
    say({ kind: 'failed', value: JSON.stringify({ name: long, message: long, stack: long, code: long }) });
    const { name, message, stack, thrownCode } = run.failure ?? {};
    expect([name, message, stack, thrownCode]).toEqual([128, 4_096, 8_192, 128].map((length) => long.slice(0, length)));
  });

  it('with a code of the runner, which a tenant may write, does not pass for one of the runner', () => {
    const run = open({ maxAttempts: 1 });
    say({ kind: 'failed', value: '{"code":"STEP_CPU_EXCEEDED","message":"no"}' });
    expect(run.failure).toMatchObject({ code: 'STEP_THREW', thrownCode: 'STEP_CPU_EXCEEDED' });
  });
});

describe('a run', () => {
  it('ends once, after its hook, however its steps end', () => {
    const run = open();
    const start = say(schedule, schedule, end);
    expect(start.ordinal).toBe(1);
    say(end);
    expect([run.open, ends, run.status.kind]).toEqual([1, 0, 'open']);
    say(end);
    expect([run.open, ends, run.status.kind]).toEqual([1, 0, 'open']);
    say(end);
    expect([run.open, ends, run.status.kind, armed]).toEqual([0, 1, 'ended', []]);
  });

  it.each(['cpu', 'memory', 'rejection', 'fault'] as const)(
    'moves a step that is stopped for %s in company, and blames it alone',
    (reason) => {
      const run = open({ maxAttempts: 1, methods: ['start'] });
      stop(begin(), reason);
      expect([run.status.kind, armed[0]?.lane, armed[0]?.attempt, run.counts.retried]).toEqual([
        'open',
        'exclusive',
        0,
        0,
      ]);
      stop(begin(), reason);
      expect([run.status.kind, run.counts.failed, ends]).toEqual(['ended', 1, 1]);
    },
  );

  it.each(['wall', 'stalled'] as const)('blames a step that is stopped for %s wherever it runs, once', (reason) => {
    const run = open({ methods: ['start'] });
    stop(begin(), reason);
    expect([run.status.kind, run.counts.failed, run.counts.retried]).toEqual(['ended', 1, 0]);
  });
});

describe('the mutation queue', () => {
  it('applies a batch in order', () => {
    open();
    const attempt = { step: begin(), isOver: false, undelivered: 0, lane: 'shared' as const };
    const op = (kind: Op['kind']): Mutation => ({
      kind: 'op',
      attempt,
      op: { kind, key: '"k"', value: '1', amount: 1, method: -1 },
    });
    push(op('increment'), op('get'), op('increment'));
    expect(replies).toEqual(['1', '1', '2']);
  });

  it('gives each read what was changed before it, and nothing that comes after (I2)', () => {
    open();
    say({ kind: 'get' }, { kind: 'set', value: '1' }, { kind: 'get' }, { kind: 'set', value: '2' }, { kind: 'get' });
    expect(replies).toEqual(['null', '', '1', '', '2']);
  });
});
