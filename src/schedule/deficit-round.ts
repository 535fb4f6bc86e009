// Deficit round robin: contenders take turns, and each visit gives one as much to spend as its weight says. What it costs is known
// only afterwards, so one may spend more than it has; then it is passed over until it has paid. A pick costs the same
// however many contend: a visit in vain is paid for by CPU time that was used.
// After M. Shreedhar, G. Varghese, Efficient fair queuing using deficit round-robin, 1996.
import { Fifo } from '../fifo.ts';

/** What a visit gives a contender of weight 1, in microseconds of CPU time. A small step costs about as much. */
export const quantumMicros = 50;

export interface Contender {
  readonly weight: number;
  /** What it may spend, in microseconds; below 0 what it owes. */
  credit: number;
  /** `gone` ones have left, and are taken out of the round when they are met there. */
  place: 'out' | 'in' | 'gone';
  /** The round in which it left. */
  leftAt: number;
}

/** One that has not spent anything yet. */
export function newContender(weight: number): Contender {
  return { weight, credit: quantumMicros * weight, place: 'out', leftAt: 0 };
}

export class DeficitRound<C extends Contender> {
  #now: Fifo<C> = new Fifo();
  #next: Fifo<C> = new Fifo();
  #round = 0;
  #size = 0;

  /** Contenders that are in. */
  get size(): number {
    return this.#size;
  }

  /** A debt is paid as well by the rounds that one has missed; what one had to spend is not kept. */
  enter(contender: C): void {
    if (contender.place === 'in') return;
    const missed = (this.#round - contender.leftAt) * quantumMicros * contender.weight;
    contender.credit = Math.min(contender.credit + missed, quantumMicros * contender.weight);
    if (contender.place === 'out') this.#next.push(contender);
    contender.place = 'in';
    this.#size++;
  }

  leave(contender: C): void {
    if (contender.place !== 'in') return;
    contender.place = 'gone';
    contender.leftAt = this.#round;
    this.#size--;
  }

  /** Whether one that has left owes nothing any more: the rounds that it has missed have paid for it. */
  hasPaid({ credit, leftAt, weight }: C): boolean {
    return credit + (this.#round - leftAt) * quantumMicros * weight >= 0;
  }

  /** The one whose turn it is. It stays so until it has spent what it had, is passed over or leaves. */
  pick(): C | undefined {
    while (this.#size > 0) {
      const first = this.#now.peek();
      if (first === undefined) this.#turn();
      else if (first.place === 'gone') this.#remove();
      else if (first.credit > 0) return first;
      else this.pass();
    }
    return undefined;
  }

  /** The turn goes on to the next. */
  pass(): void {
    const first = this.#now.shift();
    if (first === undefined) return;
    const most = quantumMicros * first.weight;
    first.credit = Math.min(first.credit + most, most);
    this.#next.push(first);
  }

  #remove(): void {
    const gone = this.#now.shift();
    if (gone !== undefined) gone.place = 'out';
  }

  #turn(): void {
    const [empty, full] = [this.#now, this.#next];
    this.#now = full;
    this.#next = empty;
    this.#round++;
    this.#skipVainRounds();
  }

  /** Rounds in which everybody would be passed over are not walked through. */
  #skipVainRounds(): void {
    const { size } = this.#now;
    let rounds = Number.POSITIVE_INFINITY;
    for (let i = 0; i < size && rounds > 0; i++) rounds = Math.min(rounds, vainRounds(this.#now.at(i)));
    if (!(rounds > 0 && rounds < Number.POSITIVE_INFINITY)) return;
    for (let i = 0; i < size; i++) {
      const contender = this.#now.at(i);
      if (contender?.place === 'in') contender.credit += rounds * quantumMicros * contender.weight;
    }
    this.#round += rounds;
  }
}

/** How many times it would be passed over before it may spend something. */
function vainRounds(contender: Contender | undefined): number {
  if (contender?.place !== 'in') return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor(-contender.credit / (quantumMicros * contender.weight)));
}
