// What a runner keeps in memory, counted in one place: for each run, for each tenant and for all tenants together. What a run takes,
// its tenant takes, and so do all of them. How much a thing takes: weight.ts. Who is refused something: memory-bounds.ts.

/** What is kept, by what it is for. The numbers are places in a list: an amount is changed several times for each op. */
export const kinds = {
  /** Starts under way: their source, data and headers. */
  starts: 0,
  /** Open runs, beside all that follows. */
  runs: 1,
  /** Checked sources that open runs have. */
  programs: 2,
  /** Steps that are armed or have begun, with their payloads and timers. */
  steps: 3,
  /** Keys and values of run stores. */
  store: 4,
  /** What steps have done and read, until they end. */
  journals: 5,
  /** Log lines of open runs. */
  logs: 6,
  /** What a store that outlives the process has yet to be given. */
  ledgers: 7,
  // What follows may be dropped.
  /** Events that wait for a reader. */
  events: 8,
  /** Ended runs that are remembered. */
  outcomes: 9,
} as const;

export type KeptName = keyof typeof kinds;
type Kept = (typeof kinds)[KeptName];

const names = Object.keys(kinds) as KeptName[];

export class Account {
  /** Itself, and those above it that count what it takes; none once it is closed. */
  #counting: readonly Account[];
  readonly #all: Account;
  readonly #most: number;
  readonly #amounts = new Float64Array(names.length);
  #liveBytes = 0;
  #otherBytes = 0;

  /** `most`: what all may take together. For the account of all tenants only. */
  constructor(parent: Account | null = null, most = Number.POSITIVE_INFINITY) {
    this.#counting = parent === null ? [this] : [this, ...parent.#counting];
    this.#all = parent === null ? this : parent.#all;
    this.#most = most;
  }

  get bytes(): number {
    return this.#liveBytes + this.#otherBytes;
  }

  /** What may not be dropped: all but events that wait and runs that have ended, of which the oldest go when there are too many. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** What all tenants together may take beside what they have. */
  get free(): number {
    return this.#all.#most - this.#all.bytes;
  }

  of(kind: Kept): number {
    return this.#amounts[kind] ?? 0;
  }

  /** `bytes` below 0: gives back. */
  take(kind: Kept, bytes: number): void {
    if (bytes === 0) return;
    const isLive = kind < kinds.events;
    for (const account of this.#counting) {
      account.#amounts[kind] = account.of(kind) + bytes;
      if (isLive) account.#liveBytes += bytes;
      else account.#otherBytes += bytes;
    }
  }

  /** Gives back all of one kind. */
  clear(kind: Kept): void {
    this.take(kind, -this.of(kind));
  }

  /** Gives back all. What is taken from now on is nobody's. */
  close(): void {
    for (const name of names) this.clear(kinds[name]);
    this.#counting = [];
  }

  byName(): Record<KeptName, number> {
    return Object.fromEntries(names.map((name) => [name, this.of(kinds[name])])) as Record<KeptName, number>;
  }
}
