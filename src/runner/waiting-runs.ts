// Open runs that a store holds and for which there is no room in memory: they wait in the file, and are made again one by one as others end.
import { StepwellError } from '../errors.ts';
import type { Account } from '../state/account.ts';

interface WaitingRun {
  readonly tenant: string;
  /** What all tenants had taken when the run was read as far as there was room: it is not tried again before there is more. */
  triedAt: number;
  /** Why it was cancelled, if it was: it goes no further than to its end, once there is room to make it again. */
  cancelled: string | null;
}

/** Makes a run again, and cancels it if it is cancelled by then. Whether there was room for it. */
type Resume = (runId: string, cancelled: () => string | null) => Promise<boolean>;

export class WaitingRuns {
  readonly #runs: Map<string, WaitingRun> = new Map();
  readonly #memory: Account;
  readonly #resume: Resume;
  #isAtWork = false;
  #isAskedAgain = false;

  /** `memory`: the account of all tenants. */
  constructor(memory: Account, resume: Resume) {
    this.#memory = memory;
    this.#resume = resume;
  }

  /** `triedAt`: 0 for one that was not read at all. */
  add(runId: string, tenant: string, triedAt: number): void {
    this.#runs.set(runId, { tenant, triedAt, cancelled: null });
  }

  /** Those of the tenant are cancelled as there is room for each. Gives how many there are. */
  cancelAll(tenant: string, reason: string): number {
    let count = 0;
    for (const run of this.#runs.values()) {
      if (run.tenant !== tenant || run.cancelled !== null) continue;
      run.cancelled = reason;
      count++;
    }
    return count;
  }

  /** Throws `RUNNER_MEMORY_EXCEEDED` for a run that waits. */
  refuse(runId: string): void {
    if (!this.#runs.has(runId)) return;
    const message =
      'The run is open and kept in the file; it goes on when there is room for it in memory. Ask again when other runs have ended.';
    throw new StepwellError('RUNNER_MEMORY_EXCEEDED', message);
  }

  /** There may be room again. */
  tryAgain(): void {
    this.#isAskedAgain = this.#runs.size > 0;
    if (!this.#isAskedAgain || this.#isAtWork) return;
    this.#isAtWork = true;
    this.#tryAll().then(
      () => {
        this.#isAtWork = false;
      },
      () => {}, // The runner is closed, or its store has failed: nothing is made again any more.
    );
  }

  /** Oldest first. One that finds no room lets others of its tenant try: they may be smaller. */
  async #tryAll(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      for (const [runId, run] of this.#runs) {
        if (run.triedAt > 0 && this.#memory.bytes >= run.triedAt) continue;
        const takenBefore = this.#memory.bytes;
        if (await this.#resume(runId, () => run.cancelled)) this.#runs.delete(runId);
        else run.triedAt = takenBefore;
      }
    }
  }
}
