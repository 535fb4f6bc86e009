// The end of a run: its keys become the outcome's, and nothing of it is open any more.

import { kinds } from './account.ts';
import { noFailures } from './failures.ts';
import { letGoOfProgram } from './held-programs.ts';
import type { Effects } from './mutation.ts';
import type { RunEnd, RunState } from './run-state.ts';
import { RunStore } from './run-store.ts';

export function endRun(run: RunState, status: RunEnd, now: number, effects: Effects): void {
  run.usage.storeBytes = run.store.mostBytes;
  run.status = { kind: 'ended', status, at: now, store: [...run.store.entries()] };
  run.tenant.storeBytes -= run.store.bytes;
  run.ledger?.close();
  run.memory.clear(kinds.steps); // All but the keys, the logs and the run itself, until it is known that it has ended.
  run.memory.clear(kinds.journals);
  run.store = new RunStore(run.limits, run.tenant, run.memory);
  if (run.watched) effects.event(run, { type: 'run_ended', runId: run.id, at: now, status, steps: { ...run.counts } });
  effects.runEnded(run);
}

/** What is remembered of it is kept elsewhere. It may be held for long by the timers of branches that will not start. */
export function letGo(run: RunState): void {
  if (run.status.kind === 'open') return;
  forget(run);
  run.status = { ...run.status, store: [] };
  run.logs = [];
  run.output = null;
  run.failure = null;
  run.failures = noFailures;
  run.cancellation = null;
}

/** Nothing is kept of the run any more: what it has taken is given back. */
export function forget({ memory, tenant, program }: RunState): void {
  memory.close();
  letGoOfProgram(tenant, program);
}
