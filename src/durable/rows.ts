// What becomes a row of the file.
import type { RunRecord } from '../state/backend.ts';
import type { RunState } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { EndRow, ProgramRow, RunRow, TenantRow } from './messages.ts';
import type { Summary } from './stored-runs.ts';

export function runRow(number: number, run: RunRecord): RunRow {
  const { id, program, createdAt, limits, retry, headers, seed, data } = run;
  const { isolation, sharedFunctions, region } = program;
  const given = JSON.stringify({ limits, retry, headers, seed, data, isolation, sharedFunctions, region });
  return { number, id, tenant: program.tenant, hash: program.hash, createdAt, given };
}

export function programRow({ program: { hash, code, methods, identifiers } }: RunRecord): ProgramRow {
  return { hash, code, methods: JSON.stringify(methods), identifiers: JSON.stringify(identifiers) };
}

export function endRow(number: number, { status, counts, usage, failure, ledger }: RunState): EndRow {
  if (status.kind === 'open') throw new Error('A run that is open has no end.');
  const summary: Summary = { counts, usage, failure };
  const bytes = ledger?.bytes ?? 0;
  return { number, status: status.status, endedAt: status.at, bytes, summary: JSON.stringify(summary) };
}

export function tenantRow({ name, cpu, usage, overhead, isPaused }: TenantState): TenantRow {
  return { name, state: JSON.stringify({ cpu, usage, overhead, isPaused }) };
}
