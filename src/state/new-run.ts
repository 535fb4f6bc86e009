// A run of which nothing has happened yet.
import { NumberMap } from '../number-map.ts';
import { noFailures } from './failures.ts';
import type { RunState } from './run-state.ts';
import { RunStore } from './run-store.ts';
import { noUsage } from './usage.ts';

/** What makes one run differ from another before it begins. */
export type NewRun = Pick<
  RunState,
  'id' | 'program' | 'limits' | 'tenant' | 'headers' | 'retry' | 'seed' | 'createdAt' | 'clockOffsetMs'
>;

export function newRun(given: NewRun): RunState {
  return {
    ...given,
    status: { kind: 'open' },
    isPaused: false,
    ledger: null,
    store: new RunStore(given.limits, given.tenant),
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
