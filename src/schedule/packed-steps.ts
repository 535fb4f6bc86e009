// Steps of one run, in order, that will not be needed for a while. A fan-out arms them by the hundred thousand: as objects they would
// outlive one collection of young objects after the other, each copied twice, while all other tenants wait. So of one that has not begun
// there are its data and four small numbers, in pieces that never grow large. See docs/decisions/030.

import type { RunState, Step } from '../state/run-state.ts';

/** Of each step: its data, ordinal, method, depth, and when it was due, in ms since its run was made; or itself, if it has begun before. */
const placesPerStep = 5;
/** V8 gives an array that is made of one such row and then grows by rows room for 64.6 of them. */
const stepsPerPiece = 64;

type Place = string | number | Step;

interface Piece {
  readonly places: Place[];
  next: Piece | null;
}

export class PackedSteps {
  readonly #run: RunState;
  #first: Piece | null = null;
  /** The one that is written to. */
  #last: Piece | null = null;
  #size = 0;

  constructor(run: RunState) {
    this.#run = run;
  }

  get size(): number {
    return this.#size;
  }

  push(step: Step): void {
    const { data, ordinal, method, depth, dueAt } = step;
    const kept = hasBegun(step) ? step : data;
    const due = dueAt - this.#run.createdAt;
    const places = this.#last?.places;
    if (places !== undefined && places.length < stepsPerPiece * placesPerStep) {
      places.push(kept, ordinal, method, depth, due);
    } else {
      const piece = { places: [kept, ordinal, method, depth, due], next: null };
      this.#link(piece, piece);
    }
    this.#size++;
  }

  /** Puts all of another one's behind these, however many they are. That one has none then. */
  append(others: PackedSteps): void {
    if (others.#first !== null && others.#last !== null) this.#link(others.#first, others.#last);
    this.#size += others.#size;
    others.#first = null;
    others.#last = null;
    others.#size = 0;
  }

  /** Takes out the first ones, as many as are in a piece; none if there are none. */
  shift(): Step[] {
    const places = this.#first?.places ?? [];
    this.#first = this.#first?.next ?? null;
    if (this.#first === null) this.#last = null;
    const steps: Step[] = [];
    for (let at = 0; at < places.length; at += placesPerStep) steps.push(stepAt(places, at, this.#run));
    this.#size -= steps.length;
    return steps;
  }

  #link(first: Piece, last: Piece): void {
    if (this.#last === null) this.#first = first;
    else this.#last.next = first;
    this.#last = last;
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
