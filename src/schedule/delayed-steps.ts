// Steps of one run that are due together: they wait for one timer. A fan-out with a delay arms many at one time.
import type { RunState, Step } from '../state/run-state.ts';
import { hasBegun, PackedSteps } from './packed-steps.ts';

export class DelayedSteps {
  readonly first: Step;
  /** Armed behind it; null when it is the only one, as many are. */
  #others: PackedSteps | null = null;

  constructor(first: Step) {
    this.first = first;
  }

  get run(): RunState {
    return this.first.run;
  }

  get size(): number {
    return 1 + (this.#others?.size ?? 0);
  }

  /** Those behind the first, for whoever takes them over. */
  get others(): PackedSteps | null {
    return this.#others;
  }

  /** Whether the step was added, which was armed after all others: only if it is due with them, and neither they nor it have begun before. */
  add(step: Step): boolean {
    const { first } = this;
    if (step.run !== first.run || step.dueAt !== first.dueAt || hasBegun(step) || hasBegun(first)) return false;
    this.#others ??= new PackedSteps(step.run);
    this.#others.push(step);
    return true;
  }
}
