// Steps that wait come out as they went in, however many wait.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PackedSteps } from '../../src/schedule/packed-steps.ts';
import { StepQueue } from '../../src/schedule/step-queue.ts';
import { Journal } from '../../src/state/journal.ts';
import type { Step } from '../../src/state/run-state.ts';
import { seededRandom, seeds } from '../random.ts';
import { runOf, stepOf } from '../state/fixtures.ts';

const run = { ...runOf(), createdAt: 1_790_000_000_000 };

function stepNumbered(ordinal: number): Step {
  const step = stepOf(run, ordinal);
  const dueAt = run.createdAt + (ordinal % 7) * 1_000_000_000; // Some of these are more than V8's small numbers.
  return { ...step, method: ordinal % 5, data: `{"n":${ordinal}}`, depth: ordinal % 3, dueAt };
}

/** Most have not begun. */
const fresh = Array.from({ length: 20 }, () => ({}));

/** One that has begun before is itself again; of others the same is known. */
function isSame(step: Step | undefined, expected: Step): boolean {
  if (expected.attempt > 0 || expected.lane === 'exclusive') return step === expected;
  return step?.run === expected.run && isDeepStrictEqual({ ...step, run: null }, { ...expected, run: null });
}

describe('StepQueue', () => {
  it('gives steps in the order in which they came, with all that is known of them', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const queue = new StepQueue(run);
      const model: Step[] = [];
      let ordinal = 0;
      const add = (to: { push(step: Step): void }): void => {
        const begun = random.pick([...fresh, { attempt: 1, journal: new Journal() }, { lane: 'exclusive' } as const]);
        const step = { ...stepNumbered(++ordinal), ...begun };
        to.push(step);
        model.push(step);
      };
      for (let round = 0; round < 120; round++) {
        const what = random.below(5);
        const count = random.below(400);
        if (what === 0) {
          const packed = new PackedSteps(run);
          for (let i = 0; i <= count; i++) add(packed);
          queue.append(packed);
        } else if (what < 3) for (let i = 0; i < count; i++) add(queue);
        else {
          for (const expected of model.splice(0, 2 * count)) {
            const step = queue.peek();
            if (!isSame(step, expected) || queue.peek() !== step)
              throw new Error(`seed ${seed}: not ${expected.ordinal}`);
            queue.shift();
          }
        }
        if (random.below(20) === 0) {
          queue.clear();
          model.length = 0;
        }
        expect([queue.size, queue.peek()?.ordinal], `seed ${seed}`).toEqual([model.length, model[0]?.ordinal]);
      }
    }
  });

  it('has nothing to give when it is empty', () => {
    const queue = new StepQueue(run);
    queue.shift();
    expect([queue.size, queue.peek()]).toEqual([0, undefined]);
  });
});
