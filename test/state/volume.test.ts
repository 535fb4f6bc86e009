// What the main thread keeps of a step's ops until it ends is bounded, whatever the ops are and however they are repeated.
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import type { Op } from '../../src/protocol/ops.ts';
import { memoryStore } from '../../src/state/backend.ts';
import { ListSnapshot } from '../../src/state/list-snapshot.ts';
import type { Attempt, StopReason } from '../../src/state/mutation.ts';
import { MutationQueue } from '../../src/state/mutation-queue.ts';
import type { Step } from '../../src/state/run-state.ts';
import { Refusal } from '../../src/state/run-store.ts';
import { effectsTo, runOf } from './fixtures.ts';

const KiB = 1_024;
const volume = { opBytesPerStep: 100 * KiB, opBytesPerRun: 200 * KiB };
const refused = 'OP_BYTES_EXCEEDED';
const failed: Said = { kind: 'failed', value: JSON.stringify({ code: 'STEP_THREW' }) };

describe('opBytesPerStep', () => {
  it('counts what an op takes beside its texts', () => {
    const core = createCore();
    const step = core.begin();
    for (let i = 0; i < 1_000; i++) core.say(step, get('"none"'));
    expect(core.replies).toContain(refused);
  });

  it('does not count a text that is read again', () => {
    const core = createCore();
    const step = core.begin();
    core.say(step, set('"a"', 5), set('"b"', 5));
    for (let i = 0; i < 100; i++) core.say(step, get('"a"'), get('"b"'));
    expect(core.replies).not.toContain(refused);
  });

  it('counts each value that others have overwritten', () => {
    const core = createCore();
    const reader = core.begin();
    for (let i = 0; i < 20; i++) {
      core.branch(set('"k"', 20 + i / 100));
      core.say(reader, get('"k"'));
    }
    expect(core.replies.filter((reply) => reply === refused)).toHaveLength(15);
  });

  it('counts a list once, and what it has grown by', () => {
    const core = createCore();
    const reader = core.begin();
    for (let i = 0; i < 20; i++) {
      core.branch({ ...set('"k"', 4), kind: 'push' });
      core.say(reader, get('"k"'));
    }
    expect(core.replies).not.toContain(refused);
  });

  it('counts each list that others have deleted', () => {
    const core = createCore();
    const reader = core.begin();
    for (let i = 0; i < 20; i++) {
      core.branch({ kind: 'delete', key: '"k"' }, { ...set('"k"', 20), kind: 'push' });
      core.say(reader, get('"k"'));
    }
    expect(core.replies).toContain(refused);
  });

  it('counts what attempts have done that the next one has not repeated', () => {
    const core = createCore();
    const step = core.begin();
    for (const key of ['"a"', '"b"']) {
      for (let i = 0; i < 400; i++) core.say(step, { kind: 'increment', key, amount: 1 });
      expect(core.run.journalBytes).toBe(step.journal?.bytes);
      core.say(step, failed);
      core.again(step);
    }
    expect(core.replies.filter((reply) => reply === refused)).toHaveLength(171);
    core.say(step, { kind: 'completed' });
    expect(core.run.journalBytes).toBe(0);
  });

  it('takes nothing from an op that an attempt before had got through', () => {
    const core = createCore();
    const step = core.begin();
    const sleep = { kind: 'sleep', key: '', amount: 5 } as const;
    core.say(step, sleep, set('"k"', 120));
    core.again(step, 'neighbour');
    core.replies.length = 0;
    core.say(step, sleep, set('"k"', 120), set('"k"', 120));
    expect(core.replies).toEqual(['sleep 0 until 1005', '', refused]);
  });
});

describe('opBytesPerRun', () => {
  /** A step that was refused while another held all that there was, and goes on when that has ended. */
  function refusedOnce(): { core: Core; step: Step } {
    const core = createCore({ opBytesPerStep: 300 * KiB });
    const step = core.begin();
    const other = core.begin();
    core.say(other, set('"other"', 201));
    core.say(step, set('"k"', 1));
    core.say(other, { kind: 'completed' });
    return { core, step };
  }

  it('refuses all that an attempt asks for behind what it has refused', () => {
    const { core, step } = refusedOnce();
    core.say(step, set('"k"', 2));
    expect(core.replies).toEqual(['', refused, refused]);
  });

  it('refuses the same again when the attempt was interrupted', () => {
    const { core, step } = refusedOnce();
    core.again(step, 'neighbour');
    core.say(step, set('"k"', 1), set('"k"', 2));
    expect(core.replies).toEqual(['', refused, refused, refused]);
  });

  it('begins anew when the attempt has failed', () => {
    const { core, step } = refusedOnce();
    core.say(step, failed);
    core.again(step);
    core.say(step, set('"k"', 1), get('"k"'));
    expect(core.replies.slice(-2)).toEqual(['', JSON.stringify('x'.repeat(KiB))]);
  });

  it('gives back all that it has counted', () => {
    const core = createCore();
    const step = core.begin();
    const other = core.begin();
    for (let i = 0; i < 9; i++) {
      core.branch(set('"k"', 10));
      core.say(step, get('"k"'), { kind: 'increment', key: '"n"', amount: 1 });
      core.say(other, get('"k"'));
    }
    core.say(step, failed);
    core.again(step);
    core.say(step, set('"another way"', 1), { kind: 'completed' });
    core.say(other, { kind: 'completed' });
    expect(core.run.journalBytes).toBe(0);
  });
});

type Said = Partial<Op> & Pick<Op, 'kind'>;
type Core = ReturnType<typeof createCore>;

function get(key: string): Said {
  return { kind: 'get', key };
}

function set(key: string, kib: number): Said {
  return { kind: 'set', key, value: JSON.stringify('x'.repeat(Math.round(kib * KiB))) };
}

/** A run with many armed branches, and what its ops were answered. */
function createCore(limits: Partial<Limits> = {}) {
  const armed: Step[] = [];
  const replies: string[] = [];
  const effects = effectsTo({
    arm: (step) => armed.push(step),
    reply: (_, { reply }) => replies.push(textOf(reply)),
    sleep: (_, position, dueAt) => replies.push(`sleep ${position} until ${dueAt}`),
  });
  const queue = new MutationQueue(memoryStore(), () => 1_000, effects);
  const run = runOf({ methods: ['start', 'next'], limits: { ...volume, ...limits } });
  const attempts = new Map<Step, Attempt>();

  function begin(step = armed.shift()): Step {
    if (step === undefined) throw new Error('No step is armed.');
    const attempt: Attempt = { step, isOver: false, undelivered: 0, lane: 'shared' };
    attempts.set(step, attempt);
    queue.push({ kind: 'attempt_begun', attempt });
    queue.drain();
    return step;
  }

  function say(step: Step, ...ops: Said[]): void {
    const attempt = attempts.get(step);
    if (attempt === undefined) throw new Error('The step has not begun.');
    for (const op of ops) {
      queue.push({ kind: 'op', attempt, op: { key: '', value: '', amount: 0, method: -1, ...op } });
      queue.drain();
    }
  }

  queue.push({ kind: 'run_opened', run, data: '{}' });
  queue.drain();
  const start = begin();
  for (let i = 0; i < 50; i++) say(start, { kind: 'schedule', value: '{}', method: 1 });
  say(start, { kind: 'completed' });
  replies.length = 0;

  return {
    run,
    replies,
    begin,
    say,
    /** A branch that does this and ends. What it is answered is not kept. */
    branch(...ops: Said[]): void {
      const before = replies.length;
      say(begin(), ...ops, { kind: 'completed' });
      replies.length = before;
    },
    /** The next attempt of the step, after a loss if the attempt before has not ended. */
    again(step: Step, lossOf?: StopReason): void {
      const attempt = attempts.get(step);
      if (lossOf !== undefined && attempt !== undefined) {
        queue.push({ kind: 'attempt_stopped', attempt, reason: lossOf, detail: '' });
        queue.drain();
      }
      armed.splice(armed.indexOf(step), 1);
      begin(step);
    },
  };
}

function textOf(reply: string | Refusal | ListSnapshot): string {
  if (reply instanceof Refusal) return reply.code;
  return reply instanceof ListSnapshot ? reply.text() : reply;
}
