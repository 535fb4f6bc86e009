// Steps of one run, in order, that will not be needed for a while. A fan-out arms them by the hundred thousand: as objects they would
// outlive one collection of young objects after the other, each copied twice, while all other tenants wait. So of one that has not begun
// there are its data and four small numbers, in pieces that never grow large. See docs/decisions/030.

import { Fifo } from '../fifo.ts';
import type { RunState, Step } from '../state/run-state.ts';

/** Of each step: its data, ordinal, method, depth, and when it was due, in ms since its run was made; or itself, if it has begun before. */
const placesPerStep = 5;
const stepsPerPiece = 64;

type Place = string | number | Step;

export class PackedSteps {
  readonly #run: RunState;
  readonly #pieces: Fifo<Place[]> = new Fifo();
  /** The one that is written to. */
  #last: Place[] = [];
  size = 0;

  constructor(run: RunState) {
    this.#run = run;
  }

  push(step: Step): void {
    if (this.#last.length % (stepsPerPiece * placesPerStep) === 0) {
      this.#last = [];
      this.#pieces.push(this.#last);
    }
    const { data, ordinal, method, depth, dueAt } = step;
    this.#last.push(hasBegun(step) ? step : data, ordinal, method, depth, dueAt - this.#run.createdAt);
    this.size++;
  }

  /** Puts all of another one's behind these, by the piece. That one is not to be used any more. */
  append(others: PackedSteps): void {
    for (let piece = others.#pieces.shift(); piece !== undefined; piece = others.#pieces.shift()) {
      this.#pieces.push(piece);
      this.#last = piece;
    }
    this.size += others.size;
  }

  /** Takes out the first ones, as many as are in a piece; none if there are none. */
  shift(): Step[] {
    const piece = this.#pieces.shift() ?? [];
    if (piece === this.#last) this.#last = [];
    const steps: Step[] = [];
    for (let at = 0; at < piece.length; at += placesPerStep) steps.push(stepAt(piece, at, this.#run));
    this.size -= steps.length;
    return steps;
  }
}

function stepAt(piece: readonly Place[], at: number, run: RunState): Step {
  const kept = piece[at];
  if (typeof kept === 'object') return kept;
  const numberAt = (place: number): number => piece[at + place] as number;
  return {
    run,
    ordinal: numberAt(1),
    method: numberAt(2),
    data: kept as string,
    depth: numberAt(3),
    dueAt: run.createdAt + numberAt(4),
    attempt: 0,
    journal: null,
    losses: 0,
    lane: 'shared',
  };
}

/** Whether there is more to it than was armed. */
export function hasBegun({ attempt, journal, losses, lane }: Step): boolean {
  return attempt > 0 || journal !== null || losses > 0 || lane !== 'shared';
}
