// The runs that a runner remembers: all that are open, and of those that have ended the last, for a while, unless a store that outlives
// the process has them.
import type { Clock } from '../clock.ts';
import type { Retention, RunQuery } from '../state/backend.ts';
import type { RunHandle } from './run.ts';

interface Entry {
  /** Counts up with each run that was opened. */
  readonly number: number;
  readonly run: RunHandle;
}

export class RunRegistry {
  readonly #retention: Retention;
  readonly #clock: Clock;
  readonly #runs: Map<string, Entry> = new Map();
  /** Ids of those that have ended, in that order. */
  readonly #ended: Set<string> = new Set();
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

  list({ tenant, status, before, count }: RunQuery): Entry[] {
    this.#forget();
    return [...this.#runs.values()]
      .filter(({ number }) => number < before)
      .filter(({ run }) => (tenant === null || run.tenant === tenant) && (status === null || run.status === status))
      .slice(-count)
      .toReversed();
  }

  add(run: RunHandle): void {
    this.#runs.set(run.id, { number: this.#number++, run });
  }

  /** The run has ended: its handle is told. */
  ended(runId: string): void {
    const run = this.#runs.get(runId)?.run;
    if (run === undefined) return;
    run.ended();
    this.#ended.add(runId);
    this.#bytes += run.keptBytes;
    this.#forget();
  }

  /** The oldest go first. Those that have become too old are noticed when somebody asks, or when another one ends. */
  #forget(): void {
    const { runsEndedKept, runsEndedKeptMs, runsEndedBytesKept } = this.#retention;
    const tooOld = this.#clock.now() - runsEndedKeptMs;
    for (const oldest of this.#ended) {
      const run = this.#runs.get(oldest)?.run;
      const isYoung = (run?.endedAt ?? 0) > tooOld;
      if (isYoung && this.#ended.size <= runsEndedKept && this.#bytes <= runsEndedBytesKept) return;
      this.#bytes -= run?.keptBytes ?? 0;
      this.#ended.delete(oldest);
      this.#runs.delete(oldest);
    }
  }
}
