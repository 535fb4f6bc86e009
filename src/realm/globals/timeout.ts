// What `setTimeout` and `setInterval` return: an object as Node has it, that stands for its number too. `unref` changes nothing but what `hasRef` says:
// a step does not wait for its timers.
import { apply } from '../primordials.ts';

export type Callback = (...args: unknown[]) => unknown;

/** The timers of one step. */
export interface TimerList {
  /** Calls back when the host says that `ms` have passed. */
  sleep(ms: number, callback: () => void): void;
  /** A callback has thrown. */
  crashed(error: unknown): void;
  /** It goes off no more, unless it is refreshed. */
  remove(id: number): void;
  note(id: number, timeout: Timeout): void;
}

export interface TimerPlan {
  readonly id: number;
  readonly call: Callback;
  readonly args: unknown[];
  readonly ms: number;
  readonly repeats: boolean;
}

export class Timeout {
  readonly #list: TimerList;
  readonly #plan: TimerPlan;
  /** Counted up when what it waits for is no longer to have an effect. */
  #round = 0;
  #hasRef = true;

  constructor(list: TimerList, plan: TimerPlan) {
    this.#list = list;
    this.#plan = plan;
    this.#begin();
  }

  ref(): this {
    this.#hasRef = true;
    return this;
  }

  unref(): this {
    this.#hasRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#hasRef;
  }

  /** Begins to wait anew, also if it has gone off. One that was cleared stays so. */
  refresh(): this {
    if (this.#round >= 0) this.#begin();
    return this;
  }

  close(): this {
    this.#round = -1;
    this.#list.remove(this.#plan.id);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#plan.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  static isTimeout(value: unknown): value is Timeout {
    return typeof value === 'object' && value !== null && #round in value;
  }

  #begin(): void {
    const { id, ms } = this.#plan;
    this.#list.note(id, this);
    const round = ++this.#round;
    this.#list.sleep(ms, () => {
      void this.#fire(round);
    });
  }

  // Nobody awaits this on purpose. It gives way twice, as an await of a promise of the realm once did: the order of a step's ops is in journals that are kept.
  async #fire(round: number): Promise<void> {
    await undefined;
    await undefined;
    if (round !== this.#round) return;
    const { id, call, args, repeats } = this.#plan;
    if (!repeats) this.#list.remove(id);
    try {
      apply(call, this, args);
    } catch (error) {
      return this.#list.crashed(error);
    }
    if (repeats && round === this.#round) this.#begin();
  }
}
