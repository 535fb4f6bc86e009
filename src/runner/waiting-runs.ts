// Open runs that a store holds and for which there is no room in memory: they wait in the file, and are made again one by one as others end.
import { StepwellError } from '../errors.ts';
import type { Account } from '../state/account.ts';

interface WaitingRun {
  readonly tenant: string;
  /** What all tenants had taken when the run was read as far as there was room: it is not tried again before there is more. */
  readonly triedAt: number;
}

export class WaitingRuns {
  readonly #runs: Map<string, WaitingRun> = new Map();
  readonly #memory: Account;
  /** Makes the run again. Whether there was room for it. */
  readonly #resume: (runId: string) => Promise<boolean>;
  #isAtWork = false;
  #isAskedAgain = false;

  /** `memory`: the account of all tenants. */
  constructor(memory: Account, resume: (runId: string) => Promise<boolean>) {
    this.#memory = memory;
    this.#resume = resume;
  }

  /** `triedAt`: 0 for one that was not read at all. */
  add(runId: string, tenant: string, triedAt: number): void {
    this.#runs.set(runId, { tenant, triedAt });
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
      for (const [runId, { tenant, triedAt }] of this.#runs) {
        if (triedAt > 0 && this.#memory.bytes >= triedAt) continue;
        const takenBefore = this.#memory.bytes;
        if (await this.#resume(runId)) this.#runs.delete(runId);
        else this.add(runId, tenant, takenBefore);
      }
    }
  }
}
