// The file itself, as its thread sees it: what is written in one transaction, and what is read from it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { systemClock } from '../clock.ts';
import type { Commit, FileReads, FileTask, FromFile, TenantRow } from './messages.ts';
import { FileReader } from './reader.ts';
import { Retention } from './retention.ts';
import { isPassing, lockFile, openDatabase, realFile } from './schema.ts';

/** A tenant of which nothing was heard for so long is forgotten. */
const tenantKeptMs = 400 * 86_400_000;
/** Room for the commits of one opening beside those of the others. */
const commitsPerEpoch = 2 ** 32;

type StatementName = 'tenant' | 'program' | 'run' | 'ledger';

export class StoreFile {
  readonly #clock = systemClock();
  readonly #lock: DatabaseSync;
  readonly #database: DatabaseSync;
  readonly #epoch: number;
  readonly #reader: FileReader;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  readonly #retention: Retention;

  /** Throws what SQLite says, or `STORE_…`. */
  constructor({ file, isSynced, fileBytes, kept }: FileTask) {
    const real = realFile(file);
    this.#lock = lockFile(real);
    try {
      this.#database = openDatabase(real, isSynced, fileBytes);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#epoch = Number(prepare('INSERT INTO epochs DEFAULT VALUES').run().lastInsertRowid);
    this.#statements = {
      tenant: prepare('INSERT OR REPLACE INTO tenants VALUES (?, ?, ?)'),
      program: prepare('INSERT OR IGNORE INTO programs VALUES (?, ?, ?, ?)'),
      run: prepare('INSERT INTO runs (number, id, tenant, hash, created_at, given) VALUES (?, ?, ?, ?, ?, ?)'),
      ledger: prepare('INSERT INTO ledgers VALUES (?, ?, ?)'),
    };
    this.#reader = new FileReader(this.#database);
    this.#retention = new Retention(this.#database, kept);
  }

  opened(): FromFile {
    const last = this.#database.prepare('SELECT max(number) AS number FROM runs').get();
    return { kind: 'opened', lastNumber: Number(last?.['number'] ?? 0), tenants: this.#tenants() };
  }

  /** Those that were not seen for a while have nothing that matters any more, unless a run of theirs is open. */
  #tenants(): TenantRow[] {
    this.#database
      .prepare("DELETE FROM tenants WHERE seen_at < ? AND name NOT IN (SELECT tenant FROM runs WHERE status = 'open')")
      .run(this.#clock.now() - tenantKeptMs);
    return this.#database.prepare('SELECT name, state FROM tenants').all() as unknown as TenantRow[];
  }

  /** What has become too old by `now` is forgotten first. */
  answer<K extends keyof FileReads>(
    what: K,
    about: Parameters<FileReads[K]>[0],
    now: number,
  ): ReturnType<FileReads[K]> {
    try {
      this.#transact(() => this.#retention.prune(now));
    } catch (error) {
      if (!isPassing(error)) throw error; // Without room nothing is forgotten, and all can be read.
    }
    const read: (about: never) => unknown = this.#reader[what];
    return read.call(this.#reader, about as never) as ReturnType<FileReads[K]>;
  }

  /** All of it, or nothing. */
  write(commits: readonly Commit[]): void {
    if (commits.length === 0) return;
    this.#transact(() => {
      for (const commit of commits) this.#write(commit);
    });
  }

  #transact(change: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.#retention.count();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }

  #write({ commit, programs, runs, ledgers, ends, tenants }: Commit): void {
    for (const { name, state } of tenants) this.#statements.tenant.run(name, this.#clock.now(), state);
    const { program, run, ledger } = this.#statements;
    for (const { hash, code, methods, identifiers } of programs) program.run(hash, code, methods, identifiers);
    for (const { number, id, tenant, hash, createdAt, given } of runs)
      run.run(number, id, tenant, hash, createdAt, given);
    const part = this.#epoch * commitsPerEpoch + commit;
    for (const [number, text] of ledgers) ledger.run(number, part, text);
    for (const row of ends) this.#retention.ended(row);
    const now = ends.at(-1)?.endedAt;
    if (now !== undefined) this.#retention.prune(now);
  }
}
