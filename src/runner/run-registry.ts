// The runs that a runner remembers: all that are open, and of those that have ended the last, for a while.
import type { Clock } from '../clock.ts';
import type { Retention } from '../state/backend.ts';
import type { RunHandle } from './run.ts';

export class RunRegistry {
  readonly #retention: Retention;
  readonly #clock: Clock;
  readonly #runs: Map<string, RunHandle> = new Map();
  /** Ids of those that have ended, in that order. */
  readonly #ended: Set<string> = new Set();
  #bytes = 0;

  constructor(retention: Retention, clock: Clock) {
    this.#retention = retention;
    this.#clock = clock;
  }

  handle(runId: string): RunHandle | undefined {
    if (this.#ended.has(runId)) this.#forget();
    return this.#runs.get(runId);
  }

  handles(): IterableIterator<RunHandle> {
    this.#forget();
    return this.#runs.values();
  }

  /** Runs that are open, of all tenants. */
  get open(): number {
    return this.#runs.size - this.#ended.size;
  }

  add(run: RunHandle): void {
    this.#runs.set(run.id, run);
  }

  /** The run has ended: its handle is told. */
  ended(runId: string): void {
    const run = this.#runs.get(runId);
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
      const run = this.#runs.get(oldest);
      const isYoung = (run?.endedAt ?? 0) > tooOld;
      if (isYoung && this.#ended.size <= runsEndedKept && this.#bytes <= runsEndedBytesKept) return;
      this.#bytes -= run?.keptBytes ?? 0;
      this.#ended.delete(oldest);
      this.#runs.delete(oldest);
    }
  }
}
