// The runs that a runner remembers: all that are open, and the last of those that have ended.
import type { RunHandle } from './run.ts';

export class RunRegistry {
  readonly #endedKept: number;
  readonly #bytesKept: number;
  #bytes = 0;
  readonly #runs: Map<string, RunHandle> = new Map();
  readonly #ended: Set<string> = new Set();

  constructor(endedKept: number, bytesKept: number) {
    this.#endedKept = endedKept;
    this.#bytesKept = bytesKept;
  }

  handle(runId: string): RunHandle | undefined {
    return this.#runs.get(runId);
  }

  handles(): IterableIterator<RunHandle> {
    return this.#runs.values();
  }

  /** Runs that are open, of all tenants. */
  get open(): number {
    return this.#runs.size - this.#ended.size;
  }

  add(run: RunHandle): void {
    this.#runs.set(run.id, run);
  }

  /** The run has ended: its handle is told, and it is forgotten once enough others have ended. */
  ended(runId: string): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    run.ended();
    this.#ended.add(runId);
    this.#bytes += run.keptBytes;
    for (const oldest of this.#ended) {
      if (this.#ended.size <= this.#endedKept && this.#bytes <= this.#bytesKept) return;
      this.#bytes -= this.#runs.get(oldest)?.keptBytes ?? 0;
      this.#ended.delete(oldest);
      this.#runs.delete(oldest);
    }
  }
}
