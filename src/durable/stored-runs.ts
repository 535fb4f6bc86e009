// Rows of the file as runs, asked for piece by piece: through the thread that holds the file, or of a file that is only read.

import { StepwellError } from '../errors.ts';
import { asRunId } from '../ids.ts';
import { defaultLimits } from '../limits.ts';
import type { Isolation } from '../protocol/frames.ts';
import { defaultRegion, type Region } from '../protocol/region.ts';
import type { ListedRun, RunQuery, RunRecord, StoredRun, StoredTenant } from '../state/backend.ts';
import type { RunState } from '../state/run-state.ts';
import type { Ask, FoundRow, LedgerPiece, ListedRow, ProgramRow, TenantRow } from './messages.ts';

/** What the file knows of a run that has ended, beside its ledger. */
export type Summary = Pick<RunState, 'counts' | 'usage' | 'failure'>;

type Given = Pick<RunRecord, 'limits' | 'retry' | 'headers' | 'seed' | 'data'> & {
  readonly isolation?: Isolation;
  readonly sharedFunctions?: readonly string[] | null;
  readonly region?: Region;
};

export async function* openRuns(ask: Ask): AsyncGenerator<StoredRun & { readonly number: number }> {
  let after = -1;
  for (;;) {
    const { runs, programs } = await ask('openRuns', after);
    if (runs.length === 0) return;
    const sources = new Map(programs.map((program) => [program.hash, program]));
    for (const [row, piece] of runs) {
      after = row.number;
      yield { ...storedRun(row, sources.get(row.hash), ledgerOf(ask, row.number, piece)), number: after };
    }
  }
}

export async function findRun(ask: Ask, runId: string): Promise<StoredRun | null> {
  const row = await ask('find', runId);
  return row === null ? null : storedRun(row, row, ledgerOf(ask, row.number, { parts: [], next: -1 }));
}

export async function listRuns(ask: Ask, query: RunQuery): Promise<ListedRun[]> {
  return (await ask('list', query)).map(listedRun);
}

export function storedTenant({ name, state }: TenantRow): StoredTenant {
  return guarded(`tenant ${JSON.stringify(name)}`, () => ({
    name,
    ...(objectOf(state) as Omit<StoredTenant, 'name'>),
  }));
}

async function* ledgerOf(ask: Ask, run: number, first: LedgerPiece): AsyncGenerator<string> {
  for (let piece = first; ; piece = await ask('ledger', { run, after: piece.next })) {
    yield* piece.parts;
    if (piece.next === null) return;
  }
}

function storedRun(row: FoundRow, source: ProgramRow | undefined, ledger: AsyncIterable<string>): StoredRun {
  return guarded(`run ${JSON.stringify(row.id)}`, () => {
    if (source === undefined) throw new Error('its source is missing');
    const { tenant, hash, createdAt } = row;
    // A file of earlier versions does not know of isolations and regions, nor which sources steps may share.
    const given = objectOf(row.given) as Given;
    const { limits, isolation = 'realm', sharedFunctions = null, region = defaultRegion, ...others } = given;
    const [methods, identifiers] = [source.methods, source.identifiers].map((text) => JSON.parse(text) as string[]);
    const { code } = source;
    const names = { methods: methods ?? [], identifiers: identifiers ?? [] };
    const program = { tenant, hash, code, ...names, isolation, region, sharedFunctions };
    const usage = summaryOf(row)?.usage ?? null;
    // A limit that the file does not know is newer than the file.
    return {
      id: asRunId(row.id),
      program,
      createdAt,
      limits: { ...defaultLimits, ...limits },
      ...others,
      ledger,
      usage,
    };
  });
}

function listedRun(row: ListedRow): ListedRun {
  return guarded(`run ${JSON.stringify(row.id)}`, () => {
    const { number, tenant, hash: workflow, createdAt, endedAt } = row;
    const summary = summaryOf(row);
    const [steps, error] = [summary?.counts ?? null, summary?.failure ?? null];
    const status = row.status as ListedRun['status'];
    return { number, id: asRunId(row.id), tenant, workflow, status, createdAt, endedAt, steps, error };
  });
}

function summaryOf({ summary }: ListedRow): Summary | null {
  return summary === null ? null : (objectOf(summary) as Summary);
}

function objectOf(text: string): object {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('an object that is none');
  return value;
}

function guarded<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StepwellError('STORE_DAMAGED', `What the store holds of ${what} cannot be read (${String(error)}).`);
  }
}
