// Deficit round robin: contenders take turns, and each visit gives one as much to spend as its weight says. What it costs is known
// only afterwards, so one may spend more than it has; then it is passed over until it has paid. A pick costs the same
// however many contend: a visit in vain stands for CPU time that was used.
// After M. Shreedhar, G. Varghese, Efficient fair queuing using deficit round-robin, 1996.

/** What a visit gives a contender of weight 1, in microseconds of CPU time. A small step costs about as much. */
export const quantumMicros = 50;
/** At most so many guesses that were too high are saved for one, and so many visits: a bound on what it may take later. */
const guessesSaved = 64;
const visitsSaved = 20_000;

/** `Self`: what contends. Its fields but `weight` are the round's to change; `credit` also that of whoever knows what was spent. */
export interface Contender<Self> {
  readonly weight: number;
  /** What it may spend, in microseconds; below 0 what it owes. */
  credit: number;
  /** What it is owed beyond what a visit gives: its next visits give it some of that each. See {@link correct}. */
  saved: number;
  /** What its steps were guessed to cost that have not ended; and how much of that was paid by rounds in which nobody had a turn. */
  guessed: number;
  unpaid: number;
  isIn: boolean;
  /** The round in which it left. */
  leftAt: number;
  /** Whose turn comes before its own, and after. */
  preceding: Self | null;
  following: Self | null;
}

/** What a visit gives one of this weight: nobody has more to spend, and so much has one that has not spent anything yet. */
export function quantumOf({ weight }: { readonly weight: number }): number {
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

  /** The round that it is. */
  get now(): number {
    return this.#round;
  }

  /** At the end. A debt is paid as well by the rounds that one has missed; what one had to spend is not kept. */
  enter(contender: C): void {
    if (contender.isIn) return;
    grant(contender, this.#round - contender.leftAt);
    contender.isIn = true;
    this.#append(contender);
    this.#size++;
  }

  /** Whoever leaves in the middle of its turn has had it, as if it had passed: it may be back before the round is over. */
  leave(contender: C): void {
    if (!contender.isIn) return;
    if (contender === this.#first && this.#lastOfRound !== null) grant(contender, 1);
    this.#unlink(contender);
    contender.isIn = false;
    contender.leftAt = this.#round;
    this.#size--;
  }

  /** Whether one that has left has as much to spend as one that is new: the rounds that it has missed have paid for it. */
  hasPaid(contender: C): boolean {
    const quantum = quantumOf(contender);
    return contender.credit + (this.#round - contender.leftAt) * quantum >= quantum;
  }

  /** The one whose turn it is. It stays so until it has spent what it had, is passed over or leaves. */
  pick(): C | undefined {
    while (this.#first !== null) {
      if (this.#lastOfRound === null) this.#turn();
      else if (this.#first.credit > 0) return this.#first;
      else this.pass();
    }
    return undefined;
  }

  /** The turn of the one that was picked is over: it goes on to the next. */
  pass(): void {
    const first = this.#first;
    if (first === null) return;
    grant(first, 1);
    this.#unlink(first);
    this.#append(first);
  }

  #append(contender: C): void {
    contender.preceding = this.#last;
    if (this.#last === null) this.#first = contender;
    else this.#last.following = contender;
    this.#last = contender;
  }

  #unlink(contender: C): void {
    const { preceding, following } = contender;
    if (preceding === null) this.#first = following;
    else preceding.following = following;
    if (following === null) this.#last = preceding;
    else following.preceding = preceding;
    if (this.#lastOfRound === contender) this.#lastOfRound = preceding;
    contender.preceding = null;
    contender.following = null;
  }

  #turn(): void {
    this.#lastOfRound = this.#last;
    this.#round++;
    this.#skipVainRounds();
  }

  /** Rounds in which everybody would be passed over are not walked through. */
  #skipVainRounds(): void {
    let rounds = Number.POSITIVE_INFINITY;
    for (let one = this.#first; one !== null && rounds > 0; one = one.following) {
      rounds = Math.min(rounds, vainRounds(one));
    }
    if (!(rounds > 0 && rounds < Number.POSITIVE_INFINITY)) return;
    for (let one = this.#first; one !== null; one = one.following) {
      const given = rounds * quantumOf(one);
      one.credit += given;
      one.unpaid = Math.min(one.unpaid + given, one.guessed);
    }
    this.#round += rounds;
  }
}

/** Gives what so many visits give, and of what was saved as much as pays for a debt and doubles the visit. */
function grant<C extends Contender<C>>(contender: C, visits: number): void {
  const quantum = quantumOf(contender);
  contender.credit = Math.min(contender.credit + visits * quantum, quantum);
  if (contender.saved === 0) return;
  const due = Math.min(contender.saved, 2 * quantum - contender.credit);
  contender.credit += due;
  contender.saved -= due;
}

/** Pays for a step what it is guessed to cost, until that is corrected. */
export function chargeGuess<C extends Contender<C>>(contender: C, guessedMicros: number): void {
  contender.credit -= guessedMicros;
  contender.guessed += guessedMicros;
}

/**
 * What was guessed is corrected to what it cost. What is given back lifts nobody above what a visit gives: the rest is saved, unless it was
 * paid by rounds in which nobody had a turn.
 */
export function correct<C extends Contender<C>>(contender: C, guessedMicros: number, cost: number): void {
  const quantum = quantumOf(contender);
  const { unpaid } = contender;
  contender.credit += guessedMicros - cost;
  contender.guessed -= guessedMicros;
  contender.unpaid = Math.max(0, unpaid - guessedMicros);
  if (contender.credit <= quantum) return;
  const beyond = Math.max(0, contender.credit - quantum - unpaid);
  contender.credit = quantum;
  const most = Math.min(guessesSaved * Math.max(quantum, guessedMicros), visitsSaved * quantum);
  contender.saved = Math.max(contender.saved, Math.min(contender.saved + beyond, most));
}

/** How many times it would be passed over before it may spend something. */
function vainRounds<C>(contender: Contender<C>): number {
  return Math.max(0, Math.floor(-contender.credit / quantumOf(contender)));
}
