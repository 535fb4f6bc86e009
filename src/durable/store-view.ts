// A store's file for those who only look at it, while a runner has it or not: as it was when it was opened.
import type { DatabaseSync } from 'node:sqlite';
import type { ListedRun, RunQuery, StoredRun, StoredTenant } from '../state/backend.ts';
import type { Ask, FileReads, ProgramRow, TenantRow } from './messages.ts';
import { FileReader } from './reader.ts';
import { openToRead, storeError } from './schema.ts';
import { findRun, listRuns, storedTenant } from './stored-runs.ts';

/** Faults of the file itself that are named; of more, nobody learns more. */
const faultsMost = 20;

export class StoreView {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #ask: Ask;

  /** Throws `STORE_UNAVAILABLE`, `STORE_FOREIGN`, `STORE_TOO_NEW` or `STORE_DAMAGED`. */
  constructor(file: string) {
    this.#file = file;
    this.#database = openToRead(file);
    const reader = this.#guarded(() => new FileReader(this.#database));
    this.#ask = async <K extends keyof FileReads>(what: K, about: Parameters<FileReads[K]>[0]) => {
      const read: (about: never) => unknown = reader[what];
      return this.#guarded(() => read.call(reader, about as never)) as ReturnType<FileReads[K]>;
    };
  }

  /** Null for one that is not there. Rejects with `STORE_DAMAGED`. */
  find(runId: string): Promise<StoredRun | null> {
    return findRun(this.#ask, runId);
  }

  /** Rejects with `STORE_DAMAGED`. */
  list(query: RunQuery): Promise<readonly ListedRun[]> {
    return listRuns(this.#ask, query);
  }

  /** Throws `STORE_DAMAGED`. */
  tenants(): readonly StoredTenant[] {
    return this.#rows<TenantRow>('SELECT name, state FROM tenants').map(storedTenant);
  }

  /** Sources, one after the other. Throws `STORE_DAMAGED`. */
  *programs(): Generator<ProgramRow> {
    for (const { hash } of this.#rows<{ hash: string }>('SELECT hash FROM programs ORDER BY hash')) {
      yield* this.#rows<ProgramRow>('SELECT hash, code, methods, identifiers FROM programs WHERE hash = ?', hash);
    }
  }

  /** What is wrong with the file as a database, and with what its tables say of each other. */
  faults(): string[] {
    const damage = this.#rows<{ integrity_check: string }>(`PRAGMA integrity_check(${faultsMost})`);
    const found = damage.map(({ integrity_check }) => integrity_check).filter((said) => said !== 'ok');
    if (found.length > 0) return found;
    const ids = this.#rows<{ id: string }>('SELECT id FROM runs WHERE hash NOT IN (SELECT hash FROM programs)');
    const lost = this.#rows<{ run: number }>(
      'SELECT DISTINCT run FROM ledgers WHERE run NOT IN (SELECT number FROM runs)',
    );
    return [
      ...ids.map(({ id }) => `run ${JSON.stringify(id)} has no source`),
      ...lost.map(({ run }) => `a ledger, number ${run}, has no run`),
    ];
  }

  close(): void {
    this.#database.close();
  }

  #rows<T>(sql: string, ...given: string[]): T[] {
    return this.#guarded(() => this.#database.prepare(sql).all(...given)) as T[];
  }

  #guarded<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw storeError(this.#file, error);
    }
  }
}
