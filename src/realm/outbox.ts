// What a turn has to say: records in the order in which the steps wrote them, taken out once microtasks have drained.
import type { Step } from './step.ts';

export class Outbox {
  #text = '';
  #ending: Step[] = [];

  write(record: string): void {
    this.#text += record;
  }

  /** Asks to look, once microtasks have drained, whether this step has ended. */
  ending(step: Step): void {
    this.#ending.push(step);
  }

  /** Everything written since the last call. `ended` hears of each step that is over. */
  take(ended: (step: Step) => void): string {
    const ending = this.#ending;
    this.#ending = [];
    for (const step of ending) if (step.endIfIdle()) ended(step);
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
