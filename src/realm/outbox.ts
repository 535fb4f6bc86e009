// What a turn has to say: records in the order in which the steps wrote them, taken out once microtasks have drained.
import { append, type BareList, bareList } from './primordials.ts';
import type { Step } from './step.ts';

export class Outbox {
  #text = '';
  readonly #touched: BareList<Step> = bareList();
  /** Rejected promises of this turn: the engine forgets an unhandled rejection whose promise has been collected. */
  readonly #rejected: BareList<object> = bareList();

  write(record: string): void {
    this.#text += record;
  }

  /** Notes that the turn was for this step: it may have ended in it. */
  touch(step: Step): void {
    append(this.#touched, step);
  }

  /** Keeps a rejected promise until the turn is over, so that it is noticed if nobody handles it. */
  keep(promise: object): void {
    append(this.#rejected, promise);
  }

  /** Everything written since the last call. `ended` hears of each step that is over. */
  takeOut(ended: (step: Step) => void): string {
    const touched = this.#touched;
    for (let index = 0; index < touched.length; index++) {
      const step = touched[index];
      if (step?.endIfIdle()) ended(step);
    }
    touched.length = 0;
    this.#rejected.length = 0;
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
