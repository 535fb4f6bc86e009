// Steps of one run that wait for their turn, first in, first out. A fan-out arms them by the hundred thousand: as objects they would outlive
// one collection of young objects after the other, each copied twice, while all other tenants wait. So only the first ones are
// objects. Of one behind them that has not begun there are its data and four small numbers, in pieces that never grow large.

import { Fifo } from '../fifo.ts';
import type { RunState, Step } from '../state/run-state.ts';

/** As objects, at most: so few are not there for long. */
const unpackedMost = 64;

export class StepQueue {
  readonly #run: RunState;
  readonly #first: Fifo<Step> = new Fifo();
  /** Those behind the first ones; null when there are none. */
  #packed: PackedSteps | null = null;

  constructor(run: RunState) {
    this.#run = run;
  }

  get size(): number {
    return this.#first.size + (this.#packed?.size ?? 0);
  }

  push(step: Step): void {
    if (this.#packed === null && this.#first.size < unpackedMost) this.#first.push(step);
    else {
      this.#packed ??= new PackedSteps(this.#run);
      this.#packed.push(step);
    }
  }

  peek(): Step | undefined {
    return this.#first.peek();
  }

  shift(): void {
    this.#first.shift();
    if (this.#first.size > 0 || this.#packed === null) return;
    while (this.#packed.size > 0 && this.#first.size < unpackedMost) this.#first.push(this.#packed.shift());
    if (this.#packed.size === 0) this.#packed = null;
  }

  clear(): void {
    this.#first.clear();
    this.#packed = null;
  }
}

/** Of each step: its data, ordinal, method, depth, and when it was due, in ms since its run was made; or itself, if it has begun before. */
const placesPerStep = 5;
/** Places of a piece. */
const pieceLength = 128 * placesPerStep;

type Place = string | number | Step;

class PackedSteps {
  readonly #run: RunState;
  /** Full ones, but for the last. */
  readonly #pieces: Fifo<Place[]> = new Fifo();
  #last: Place[] = [];
  /** Places of the first piece whose steps have left. */
  #start = 0;
  size = 0;

  constructor(run: RunState) {
    this.#run = run;
    this.#pieces.push(this.#last);
  }

  push(step: Step): void {
    if (this.#last.length === pieceLength) {
      this.#last = [];
      this.#pieces.push(this.#last);
    }
    const { data, ordinal, method, depth, dueAt } = step;
    this.#last.push(hasBegun(step) ? step : data, ordinal, method, depth, dueAt - this.#run.createdAt);
    this.size++;
  }

  /** There has to be one. */
  shift(): Step {
    const piece = this.#pieces.peek() as Place[];
    const step = this.#read(piece, this.#start);
    piece[this.#start] = 0; // What has left is not kept alive from here.
    this.#start += placesPerStep;
    this.size--;
    if (this.#start === pieceLength) {
      this.#pieces.shift();
      this.#start = 0;
    }
    return step;
  }

  #read(piece: readonly Place[], at: number): Step {
    const kept = piece[at];
    if (typeof kept === 'object') return kept;
    const numberAt = (place: number): number => piece[at + place] as number;
    return {
      run: this.#run,
      ordinal: numberAt(1),
      method: numberAt(2),
      data: kept as string,
      depth: numberAt(3),
      dueAt: this.#run.createdAt + numberAt(4),
      attempt: 0,
      journal: null,
      losses: 0,
      lane: 'shared',
    };
  }
}

/** Whether there is more to it than was armed. */
function hasBegun({ attempt, journal, losses, lane }: Step): boolean {
  return attempt > 0 || journal !== null || losses > 0 || lane !== 'shared';
}
