// A run of which nothing has happened yet.
import { NumberMap } from '../number-map.ts';
import { Account, kinds } from './account.ts';
import { noFailures } from './failures.ts';
import { holdProgram } from './held-programs.ts';
import type { RunState } from './run-state.ts';
import { RunStore } from './run-store.ts';
import { noUsage } from './usage.ts';
import { bytesOfRun } from './weight.ts';

/** What makes one run differ from another before it begins. */
export type NewRun = Pick<
  RunState,
  'id' | 'program' | 'limits' | 'tenant' | 'headers' | 'retry' | 'seed' | 'createdAt' | 'clockOffsetMs'
>;

export function newRun(given: NewRun): RunState {
  const memory = new Account(given.tenant.memory);
  memory.take(kinds.runs, bytesOfRun([given.id, given.headers, given.seed]));
  holdProgram(given.tenant, given.program);
  return {
    ...given,
    memory,
    status: { kind: 'open' },
    isPaused: false,
    ledger: null,
    store: new RunStore(given.limits, given.tenant, memory),
    open: 0,
    armedBytes: 0,
    journalBytes: 0,
    completeHook: 'waiting',
    output: null,
    failure: null,
    failures: noFailures,
    cancellation: null,
    begun: new NumberMap(),
    counts: { armed: 0, completed: 0, failed: 0, retried: 0 },
    usage: { ...noUsage(), heapBytes: 0, storeBytes: 0 },
    logs: [],
    logBytesKept: 0,
    ordinals: 0,
    watched: false,
  };
}
