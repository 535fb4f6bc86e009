// What others hear of a change waits until the change is safe: replies to steps, events, ends. All else that follows from it
// happens at once, for nobody outside can tell: what is lost with the process, is lost with all that came of it.
import type { DurableStore } from './backend.ts';
import type { RunEvent } from './events.ts';
import type { Attempt, Effects } from './mutation.ts';
import type { Due } from './repetition.ts';
import type { RunState, Step } from './run-state.ts';

type Held =
  | { readonly kind: 'reply'; readonly attempt: Attempt; readonly due: Due }
  | { readonly kind: 'event'; readonly run: RunState; readonly event: RunEvent }
  | { readonly kind: 'end'; readonly run: RunState }
  | { readonly kind: 'look'; readonly tell: () => void };

export class HeldEffects implements Effects {
  readonly #effects: Effects;
  readonly #store: DurableStore;
  /** What became of each commit, in order. */
  #waiting: { readonly commit: number; readonly held: readonly Held[] }[] = [];
  #held: Held[] = [];

  constructor(effects: Effects, store: DurableStore) {
    this.#effects = effects;
    this.#store = store;
  }

  reply(attempt: Attempt, due: Due): void {
    attempt.undelivered++; // Until it is let go: a step that is owed something has not been told all.
    this.#held.push({ kind: 'reply', attempt, due });
  }

  event(run: RunState, event: RunEvent): void {
    this.#held.push({ kind: 'event', run, event });
  }

  /** Somebody has looked at the state as it is now, and is told what was there once it is safe. */
  look(tell: () => void): void {
    this.#held.push({ kind: 'look', tell });
  }

  runEnded(run: RunState): void {
    this.#store.ended(run);
    this.#held.push({ kind: 'end', run });
  }

  arm(step: Step, now: number): void {
    this.#effects.arm(step, now);
  }

  sleep(attempt: Attempt, position: number, dueAt: number): void {
    this.#effects.sleep(attempt, position, dueAt);
  }

  attemptEnded(attempt: Attempt): void {
    this.#effects.attemptEnded(attempt);
  }

  runResumed(run: RunState): void {
    this.#effects.runResumed(run);
  }

  /** What is held so far becomes known with this commit; with none (0) it waits for what is under way, if anything is. */
  seal(commit: number): void {
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = [];
    const last = this.#waiting.at(-1)?.commit ?? 0;
    if (commit === 0 && last === 0) return this.#tell(held);
    this.#waiting.push({ commit: Math.max(commit, last), held });
  }

  /** This commit, and all before it, are safe. */
  release(commit: number): void {
    const count = this.#waiting.findIndex((waiting) => waiting.commit > commit);
    for (const { held } of this.#waiting.splice(0, count < 0 ? this.#waiting.length : count)) this.#tell(held);
  }

  #tell(held: readonly Held[]): void {
    for (const one of held) {
      if (one.kind === 'event') this.#effects.event(one.run, one.event);
      else if (one.kind === 'end') this.#effects.runEnded(one.run);
      else if (one.kind === 'look') one.tell();
      else {
        one.attempt.undelivered--;
        if (!one.attempt.isOver) this.#effects.reply(one.attempt, one.due);
      }
    }
  }
}
