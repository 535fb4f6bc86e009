// What others hear of a change waits until it is safe, in order; what nobody can hear does not wait.
import { beforeEach, describe, expect, it } from 'vitest';
import type { DurableStore } from '../../src/state/backend.ts';
import { HeldEffects } from '../../src/state/held-effects.ts';
import type { Attempt } from '../../src/state/mutation.ts';
import type { RunState } from '../../src/state/run-state.ts';
import { effectsTo, runOf, stepOf } from '../state/fixtures.ts';

let run: RunState;
let attempt: Attempt;
let told: string[];
let held: HeldEffects;

beforeEach(() => {
  run = runOf();
  attempt = { step: stepOf(run, 1), lane: 'shared', isOver: false, undelivered: 0 };
  told = [];
  const effects = effectsTo({
    arm: ({ ordinal }) => told.push(`armed ${ordinal}`),
    reply: (_, { position }) => told.push(`reply ${position}`),
    runEnded: () => told.push('ended'),
  });
  const store = { ended: () => told.push('end kept') } as unknown as DurableStore;
  held = new HeldEffects(effects, store);
});

function reply(position: number): void {
  held.reply(attempt, { position, reply: '', at: 0, turn: 'any' });
}

describe('effects that are held', () => {
  it('are told once their commit is safe, with those of commits before it', () => {
    for (let commit = 1; commit <= 3; commit++) {
      reply(commit);
      held.seal(commit);
    }
    held.arm(stepOf(run, 2), 0);
    expect([told, attempt.undelivered]).toEqual([['armed 2'], 3]);
    held.release(2);
    expect([told, attempt.undelivered]).toEqual([['armed 2', 'reply 1', 'reply 2'], 1]);
    held.release(3);
    expect(told.at(-1)).toBe('reply 3');
  });

  it('that nothing new has come of wait for those before them, and for nothing else', () => {
    reply(1);
    held.seal(0);
    expect(told).toEqual(['reply 1']);
    reply(2);
    held.seal(1);
    reply(3);
    held.seal(0);
    expect(told).toEqual(['reply 1']);
    held.release(1);
    expect(told).toEqual(['reply 1', 'reply 2', 'reply 3']);
  });

  it('are for nobody once their attempt is over', () => {
    reply(1);
    held.seal(1);
    attempt.isOver = true;
    held.release(1);
    expect([told, attempt.undelivered]).toEqual([[], 0]);
  });

  it('keep an end before it is told', () => {
    held.runEnded(run);
    held.seal(1);
    expect(told).toEqual(['end kept']);
    held.release(1);
    expect(told).toEqual(['end kept', 'ended']);
  });

  it('are never told when the store has failed', () => {
    reply(1);
    held.seal(Number.MAX_SAFE_INTEGER);
    reply(2);
    held.seal(0);
    held.release(1_000_000);
    expect(told).toEqual([]);
  });
});
