// `--json`: one object on one line, and nothing else.
import type { Outcome } from '../runner/outcome.ts';
import type { LogLine } from '../state/run-state.ts';
import { jsonText } from './json-text.ts';
import type { RunView } from './run-view.ts';
import type { Output } from './terminal.ts';
import { terminalJson } from './terminal-text.ts';

export function createJsonView(out: Output): RunView {
  return {
    followsEvents: false,
    event() {},
    ended: (outcome, logs) => out.write(`${jsonReport(outcome, logs)}\n`),
    close() {},
  };
}

/** Its keys are part of the public interface. Nothing in it moves a cursor, should it be shown on a terminal. */
function jsonReport(outcome: Outcome, logs: readonly LogLine[]): string {
  const { status, output, store, steps, usage, error, failures, failuresOmitted } = outcome;
  return terminalJson(jsonText({ status, output, store, steps, logs, usage, error, failures, failuresOmitted }));
}
