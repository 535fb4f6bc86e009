// The one queue through which every change of every run passes (I1). A change is applied when its turn comes, never
// while another is being applied, so that what each step is told reflects exactly the changes before its own (I2). With a
// store that outlives the process, what others hear of a change waits until it is safe there.
import { Fifo } from '../fifo.ts';
import { apply } from './apply.ts';
import type { DurableStore, StoreBackend } from './backend.ts';
import { HeldEffects } from './held-effects.ts';
import type { Effects, Mutation } from './mutation.ts';
import type { RunState } from './run-state.ts';

export class MutationQueue {
  readonly #store: DurableStore | null;
  readonly #effects: Effects;
  readonly #held: HeldEffects | null;
  readonly #now: () => number;
  readonly #waiting: Fifo<Mutation> = new Fifo();
  #draining = false;

  constructor(store: StoreBackend, now: () => number, effects: Effects) {
    this.#store = store.kind === 'durable' ? store : null;
    this.#now = now;
    this.#held = this.#store === null ? null : new HeldEffects(effects, this.#store);
    this.#effects = this.#held ?? effects;
  }

  push(mutation: Mutation): void {
    this.#waiting.push(mutation);
  }

  /** Applies all that waits, at one time of the runner, which is for each run its own. Called again from an effect it does nothing: the call under way takes what was added. */
  drain(now = this.#now()): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        apply(next, now + runOf(next).clockOffsetMs, this.#effects);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** Hands over what has been applied since this was called last. */
  commit(): void {
    if (this.#store !== null) this.#held?.seal(this.#store.commit());
  }

  /** Calls when all that has been applied so far cannot be lost any more. */
  whenSafe(tell: () => void): void {
    if (this.#held === null) tell();
    else this.#held.look(tell);
  }

  /** What was handed over up to this commit is safe: those who wait for it are told. */
  safe(commit: number): void {
    // Who is told may ask for more: that is applied with the next batch.
    this.#held?.release(commit);
  }
}

function runOf(mutation: Mutation): RunState {
  return 'attempt' in mutation ? mutation.attempt.step.run : mutation.run;
}
