// What shows a run: one for a window, one for plain lines, one for programs.
import type { Outcome } from '../runner/outcome.ts';
import type { RunEvent } from '../state/events.ts';
import type { LogLine } from '../state/run-state.ts';

export interface RunView {
  /** False for a view that shows the end alone: it need not be told of events. */
  readonly followsEvents: boolean;
  event(event: RunEvent): void;
  ended(outcome: Outcome, logs: readonly LogLine[]): void;
  /** Leaves the screen as it should be left. Called last, whatever happened; may be called again. */
  close(): void;
}
