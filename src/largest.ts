// Who has most of something that many share, to within a factor of two: of those in the highest power of two the one that came there first.
// Asked for each run that ends, it takes the same time for ten tenants as for ten thousand.

export class Largest {
  readonly #amounts: Map<string, number> = new Map();
  /** Names by the power of two that their amount has reached, from 0. */
  readonly #names: Set<string>[] = [];

  /** Undefined if nobody has anything. */
  get name(): string | undefined {
    for (let power = this.#names.length - 1; power >= 0; power--) {
      for (const name of this.#names[power] ?? []) return name;
    }
    return undefined;
  }

  change(name: string, by: number): void {
    const before = this.#amounts.get(name) ?? 0;
    const after = before + by;
    if (after > 0) this.#amounts.set(name, after);
    else this.#amounts.delete(name);
    if (powerOf(before) === powerOf(after)) return;
    this.#names[powerOf(before)]?.delete(name);
    const power = powerOf(after);
    while (this.#names.length <= power) this.#names.push(new Set());
    this.#names[power]?.add(name);
  }
}

/** -1 for what is less than 1. */
function powerOf(amount: number): number {
  return amount < 1 ? -1 : Math.floor(Math.log2(amount));
}
