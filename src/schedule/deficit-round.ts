// Deficit round robin: contenders take turns, and each visit gives one as much to spend as its weight says. What it costs is known
// only afterwards, so one may spend more than it has; then it is passed over until it has paid. A pick costs the same
// however many contend: a visit in vain is paid for by CPU time that was used.
// After M. Shreedhar, G. Varghese, Efficient fair queuing using deficit round-robin, 1996.

/** What a visit gives a contender of weight 1, in microseconds of CPU time. A small step costs about as much. */
export const quantumMicros = 50;

/** `Self`: what contends. Its fields but `weight` are the round's to change; `credit` also that of whoever knows what was spent. */
export interface Contender<Self> {
  readonly weight: number;
  /** What it may spend, in microseconds; below 0 what it owes. */
  credit: number;
  /** `gone` ones have left, and are taken out of the round when they are met there. */
  place: 'out' | 'in' | 'gone';
  /** The round in which it left. */
  leftAt: number;
  /** Whose turn comes after its own. */
  following: Self | null;
}

/** What one can spend that has not spent anything yet. */
export function firstCredit(weight: number): number {
  return quantumMicros * weight;
}

/**
 * A chain of those that contend, by themselves: with a hundred thousand tenants, what a pick takes is the time until the memory is there
 * that it looks at.
 */
export class DeficitRound<C extends Contender<C>> {
  #first: C | null = null;
  #last: C | null = null;
  /** The last one whose turn comes in this round; null when all have had theirs. Those behind it wait for the next. */
  #lastOfRound: C | null = null;
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
    if (contender.place === 'out') this.#append(contender);
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
    while (this.#size > 0 && this.#first !== null) {
      if (this.#lastOfRound === null) this.#turn();
      else if (this.#first.place === 'gone') this.#takeFirst().place = 'out';
      else if (this.#first.credit > 0) return this.#first;
      else this.pass();
    }
    return undefined;
  }

  /** The turn of the one that was picked is over: it goes on to the next. */
  pass(): void {
    const first = this.#takeFirst();
    const most = quantumMicros * first.weight;
    first.credit = Math.min(first.credit + most, most);
    this.#append(first);
  }

  #append(contender: C): void {
    if (this.#last === null) this.#first = contender;
    else this.#last.following = contender;
    this.#last = contender;
  }

  #takeFirst(): C {
    const first = this.#first;
    if (first === null) throw new Error('There is nobody in the round.');
    this.#first = first.following;
    if (this.#last === first) this.#last = null;
    if (this.#lastOfRound === first) this.#lastOfRound = null;
    first.following = null;
    return first;
  }

  #turn(): void {
    this.#lastOfRound = this.#last;
    this.#round++;
    this.#skipVainRounds();
  }

  /** Rounds in which everybody would be passed over are not walked through. */
  #skipVainRounds(): void {
    let rounds = Number.POSITIVE_INFINITY;
    for (let one = this.#first; one !== null && rounds > 0; one = one.following)
      rounds = Math.min(rounds, vainRounds(one));
    if (!(rounds > 0 && rounds < Number.POSITIVE_INFINITY)) return;
    for (let one = this.#first; one !== null; one = one.following) {
      if (one.place === 'in') one.credit += rounds * quantumMicros * one.weight;
    }
    this.#round += rounds;
  }
}

/** How many times it would be passed over before it may spend something. */
function vainRounds<C>({ place, credit, weight }: Contender<C>): number {
  if (place !== 'in') return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor(-credit / (quantumMicros * weight)));
}
