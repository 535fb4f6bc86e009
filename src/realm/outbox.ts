// What a turn has to say: records in the order in which the steps wrote them, taken out once microtasks have drained.
import type { Step } from './step.ts';

export class Outbox {
  #text = '';
  #touched: Step[] = [];
  /** Rejected promises of this turn: the engine forgets an unhandled rejection whose promise has been collected. */
  #rejected: object[] = [];

  write(record: string): void {
    this.#text += record;
  }

  /** Notes that the turn was for this step: it may have ended in it. */
  touch(step: Step): void {
    this.#touched.push(step);
  }

  /** Keeps a rejected promise until the turn is over, so that it is noticed if nobody handles it. */
  keep(promise: object): void {
    this.#rejected.push(promise);
  }

  /** Everything written since the last call. `ended` hears of each step that is over. */
  take(ended: (step: Step) => void): string {
    const touched = this.#touched;
    this.#touched = [];
    this.#rejected = [];
    for (const step of touched) if (step.endIfIdle()) ended(step);
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
