// The runs that a runner remembers: all that are open, and of those that have ended the last, for a while, unless a store that outlives
// the process has them. Who has most of those that have ended loses its oldest: one tenant's runs do not push out the history of others.
import type { Divided } from '../background-work.ts';
import type { Clock } from '../clock.ts';
import { Largest } from '../largest.ts';
import { type Account, kinds } from '../state/account.ts';
import type { Retention, RunQuery } from '../state/backend.ts';
import { endedRunBytes } from '../state/weight.ts';
import type { RunHandle } from './run.ts';

interface Entry {
  /** Counts up with each run that was opened. */
  readonly number: number;
  readonly run: RunHandle;
  /** Of its tenant. */
  readonly memory: Account;
}

/** Runs that are looked at before the work may be put off. */
const lookedAtOnce = 1_000;

export class RunRegistry {
  readonly #retention: Retention;
  readonly #clock: Clock;
  readonly #runs: Map<string, Entry> = new Map();
  /** Ids of those that have ended, in that order. */
  readonly #ended: Set<string> = new Set();
  /** The same, of each tenant. */
  readonly #endedOf: Map<string, Set<string>> = new Map();
  readonly #largest = new Largest();
  #bytes = 0;
  #number = 0;

  /** No retention: those that have ended are not remembered. */
  constructor(retention: Retention | null, clock: Clock) {
    this.#retention = retention ?? { runsEndedKept: 0, runsEndedKeptMs: 0, runsEndedBytesKept: 0 };
    this.#clock = clock;
  }

  handle(runId: string): RunHandle | undefined {
    if (this.#ended.has(runId)) this.#forget();
    return this.#runs.get(runId)?.run;
  }

  *handles(): IterableIterator<RunHandle> {
    this.#forget();
    for (const { run } of this.#runs.values()) yield run;
  }

  /** Runs that are open, of all tenants. */
  get open(): number {
    return this.#runs.size - this.#ended.size;
  }

  /** Looks at all runs, in parts: those that are started meanwhile may be among them. */
  *list({ tenant, status, before, count }: RunQuery): Divided<Entry[]> {
    this.#forget();
    const found: Entry[] = [];
    let looked = 0;
    for (const entry of this.#runs.values()) {
      const { number, run } = entry;
      if (number >= before) break;
      if (++looked % lookedAtOnce === 0) yield;
      if ((tenant !== null && run.tenant !== tenant) || (status !== null && run.status !== status)) continue;
      found.push(entry);
      if (found.length === 2 * count) found.splice(0, count); // The last ones are the newest.
    }
    return found.slice(-count).toReversed();
  }

  /** `memory`: the account of its tenant. */
  add(run: RunHandle, memory: Account): void {
    this.#runs.set(run.id, { number: this.#number++, run, memory });
  }

  /** The run has ended: its handle is told. */
  ended(runId: string): void {
    const entry = this.#runs.get(runId);
    if (entry === undefined) return;
    const { run } = entry;
    run.ended();
    this.#ended.add(runId);
    const ofTenant = this.#endedOf.get(run.tenant) ?? new Set();
    this.#endedOf.set(run.tenant, ofTenant.add(runId));
    this.#count(entry, 1);
    this.#forget();
  }

  /** Those that have become too old are noticed when somebody asks, or when another one ends. */
  #forget(): void {
    const { runsEndedKept, runsEndedKeptMs, runsEndedBytesKept } = this.#retention;
    const tooOld = this.#clock.now() - runsEndedKeptMs;
    for (const oldest of this.#ended) {
      if ((this.#runs.get(oldest)?.run.endedAt ?? 0) > tooOld) break;
      this.#remove(oldest);
    }
    while (this.#ended.size > runsEndedKept || this.#bytes > runsEndedBytesKept) {
      const [oldest] = this.#endedOf.get(this.#largest.name ?? '') ?? [];
      if (oldest === undefined) return;
      this.#remove(oldest);
    }
  }

  #remove(runId: string): void {
    const entry = this.#runs.get(runId);
    if (entry === undefined) return;
    const { tenant } = entry.run;
    this.#count(entry, -1);
    this.#runs.delete(runId);
    this.#ended.delete(runId);
    this.#endedOf.get(tenant)?.delete(runId);
    if (this.#endedOf.get(tenant)?.size === 0) this.#endedOf.delete(tenant);
  }

  /** One more that has ended, or one less. */
  #count({ run, memory }: Entry, sign: 1 | -1): void {
    const bytes = sign * (endedRunBytes + run.keptBytes);
    this.#bytes += bytes;
    this.#largest.change(run.tenant, bytes);
    memory.take(kinds.outcomes, bytes);
  }
}
