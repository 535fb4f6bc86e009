// A run as a test looks at it: with all that it has said so far, and what came of it.
import type { Outcome } from '../runner/outcome.ts';
import type { Run } from '../runner/run.ts';
import type { RunEvent } from '../state/events.ts';
import type { LogLine } from '../state/run-state.ts';

/** A run that has ended. Texts and values come from the workflow. */
export interface EndedRun {
  readonly outcome: Outcome;
  /** All of them, in order. */
  readonly events: readonly RunEvent[];
  readonly logs: readonly LogLine[];
  /** How many steps of this name have completed: 0 for a hook that was not called, 1 for one that was. */
  completed(action: string): number;
}

export class TestRun {
  readonly run: Run;
  readonly #events: RunEvent[] = [];
  readonly #listening: Promise<void>;

  /** Has to be made right after the run was started, or it misses events. */
  constructor(run: Run) {
    this.run = run;
    this.#listening = this.#listen();
  }

  /** What has happened so far. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  get isOver(): boolean {
    return this.run.status !== 'open';
  }

  completed(action: string): number {
    return this.#events.filter((event) => event.type === 'step_completed' && event.action === action).length;
  }

  /** Resolves when the run has ended, and all of its events are here. */
  async ended(): Promise<EndedRun> {
    const outcome = await this.run.result();
    await this.#listening;
    const { events, run } = this;
    return { outcome, events, logs: run.logs(), completed: (action) => this.completed(action) };
  }

  async #listen(): Promise<void> {
    for await (const event of this.run.events()) this.#events.push(event);
  }
}
