// One run out of a store's file: what programs are told of it.
import { parsed } from '../runner/divided-json.ts';
import { endedRunOf } from '../runner/ended-run.ts';
import { type Outcome, outcomeOf } from '../runner/outcome.ts';
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
  const run = await remade(stored, tell === undefined ? {} : { tell });
  const { id, program, createdAt, headers, logs } = run;
  const ended = endedRunOf(run);
  const report = {
    id,
    tenant: program.tenant,
    workflow: program.hash,
    status: ended?.status ?? ('open' as const),
    createdAt,
    endedAt: ended?.endedAt ?? null,
    data: parsed(stored.data),
    headers: parsed(headers),
    logs,
    outcome: ended === null ? null : outcomeOf(ended),
  };
  return { run, report };
}
