// One run out of a store's file: what programs are told of it.
import { type Outcome, outcomeOf, parsed } from '../runner/outcome.ts';
import { remade } from '../runner/recovery.ts';
import type { StoredRun } from '../state/backend.ts';
import type { RunEvent } from '../state/events.ts';
import type { LogLine, RunState, RunStatusName } from '../state/run-state.ts';
import { terminalText } from './terminal-text.ts';

export interface RunReport {
  readonly id: string;
  readonly tenant: string;
  /** SHA-256 of the source. */
  readonly workflow: string;
  readonly status: RunStatusName;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly data: unknown;
  readonly headers: unknown;
  readonly logs: readonly LogLine[];
  /** Null while the run is open. */
  readonly outcome: Outcome | null;
}

export function noSuchRun(file: string, runId: string): string {
  return `stepwell: ${terminalText(file)} has no run ${terminalText(runId)}. \`stepwell runs\` lists those that it has.\n`;
}

/** Makes the run again. `tell` hears what has happened to it. Rejects with `STORE_DAMAGED`. */
export async function readRun(
  stored: StoredRun,
  tell?: (event: RunEvent) => void,
): Promise<{ readonly run: RunState; readonly report: RunReport }> {
  const run = await remade(stored, tell);
  const { id, program, createdAt, headers, logs, status } = run;
  const [name, endedAt] = status.kind === 'open' ? (['open', null] as const) : [status.status, status.at];
  const report = {
    id,
    tenant: program.tenant,
    workflow: program.hash,
    status: name,
    createdAt,
    endedAt,
    data: parsed(stored.data),
    headers: parsed(headers),
    logs,
    outcome: outcomeOf(run),
  };
  return { run, report };
}
