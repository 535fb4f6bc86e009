// Runs as rows of the file, and rows as runs.
import { asRunId } from '../ids.ts';
import { defaultLimits } from '../limits.ts';
import type { RunRecord, StoredEnd, StoredRun, StoredTenant } from '../state/backend.ts';
import type { RunState } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { EndRow, FoundRow, ProgramRow, RunRow, TenantRow } from './messages.ts';

export function runRow(number: number, run: RunRecord): RunRow {
  const { id, program, createdAt, limits, retry, headers, seed, data } = run;
  const given = JSON.stringify({ limits, retry, headers, seed, data });
  return { number, id, tenant: program.tenant, hash: program.hash, createdAt, given };
}

export function programRow({ program: { hash, code, methods, identifiers } }: RunRecord): ProgramRow {
  return { hash, code, methods: JSON.stringify(methods), identifiers: JSON.stringify(identifiers) };
}

export function endRow(number: number, run: RunState): EndRow {
  const { status, output, failure, cancellation, counts, usage, logs, logBytesKept } = run;
  if (status.kind === 'open') throw new Error('A run that is open has no end.');
  const { at, bytes, store } = status;
  const end: StoredEnd = {
    status: status.status,
    at,
    bytes,
    store,
    output,
    failure,
    cancellation,
    counts,
    usage,
    logs,
    logBytesKept,
  };
  return { number, status: status.status, endedAt: at, bytes, ending: JSON.stringify(end) };
}

export function tenantRow({ name, cpu, usage, isPaused }: TenantState): TenantRow {
  return { name, state: JSON.stringify({ cpu, usage, isPaused }) };
}

export function storedTenant({ name, state }: TenantRow): StoredTenant {
  return { name, ...(JSON.parse(state) as Omit<StoredTenant, 'name'>) };
}

export function storedRun(row: FoundRow, ledger: readonly string[]): StoredRun {
  const { id, tenant, hash, code, createdAt, ending } = row;
  const [methods, identifiers] = [JSON.parse(row.methods), JSON.parse(row.identifiers)] as [string[], string[]];
  const { limits, ...given } = JSON.parse(row.given) as Pick<
    RunRecord,
    'limits' | 'retry' | 'headers' | 'seed' | 'data'
  >;
  const program = { tenant, hash, code, methods, identifiers };
  const end = ending === null ? null : (JSON.parse(ending) as StoredEnd);
  // A limit that the file does not know is newer than the file.
  return { id: asRunId(id), program, createdAt, limits: { ...defaultLimits, ...limits }, ...given, ledger, end };
}
