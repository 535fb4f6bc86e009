// The one queue through which every change of every run passes (I1). A change is applied when its turn comes, never
// while another is being applied, so that what each step is told reflects exactly the changes before its own (I2).
import { apply } from './apply.ts';
import type { StoreBackend } from './backend.ts';
import type { Effects, Mutation } from './mutation.ts';

export class MutationQueue {
  readonly #backend: StoreBackend;
  readonly #effects: Effects;
  readonly #now: () => number;
  #waiting: Mutation[] = [];
  #draining = false;

  constructor(backend: StoreBackend, now: () => number, effects: Effects) {
    this.#backend = backend;
    this.#now = now;
    this.#effects = effects;
  }

  push(mutation: Mutation): void {
    this.#waiting.push(mutation);
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Applies all that waits. Called again from an effect it does nothing: the call under way takes what was added. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        const now = this.#now();
        for (const mutation of batch) apply(mutation, now, this.#effects);
        this.#backend.commit(batch);
      }
    } finally {
      this.#draining = false;
    }
  }
}
