// Steps of one run that wait for their turn, first in, first out: those that come next as objects, and behind them any number.

import { Fifo } from '../fifo.ts';
import type { RunState, Step } from '../state/run-state.ts';
import { PackedSteps } from './packed-steps.ts';

/** So many are not there for long. */
const unpackedMost = 64;

export class StepQueue {
  readonly #run: RunState;
  readonly #next: Fifo<Step> = new Fifo();
  /** Those behind them; null when there are none. */
  #others: PackedSteps | null = null;

  constructor(run: RunState) {
    this.#run = run;
  }

  get size(): number {
    return this.#next.size + (this.#others?.size ?? 0);
  }

  push(step: Step): void {
    if (this.#others === null && this.#next.size < unpackedMost) return this.#next.push(step);
    this.#others ??= new PackedSteps(this.#run);
    this.#others.push(step);
  }

  /** Takes them over. */
  append(steps: PackedSteps): void {
    if (this.#others === null) this.#others = steps;
    else this.#others.append(steps);
    if (this.#next.size === 0) this.#unpack();
  }

  peek(): Step | undefined {
    return this.#next.peek();
  }

  shift(): void {
    this.#next.shift();
    if (this.#next.size === 0) this.#unpack();
  }

  clear(): void {
    this.#next.clear();
    this.#others = null;
  }

  #unpack(): void {
    for (const step of this.#others?.shift() ?? []) this.#next.push(step);
    if (this.#others?.size === 0) this.#others = null;
  }
}
