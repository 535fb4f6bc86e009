// The file itself, as its thread sees it: what is written in one transaction, and what is read from it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { systemClock } from '../clock.ts';
import type { Commit, EndRow, FileReads, FileTask, FromFile, TenantRow } from './messages.ts';
import { FileReader } from './reader.ts';
import { isPassing, lockFile, openDatabase, realFile } from './schema.ts';

/** Of the runs that have to go, so many at once: others wait for the transaction. */
const pruneMost = 1_000;
/** A tenant of which nothing was heard for so long is forgotten. */
const tenantKeptMs = 400 * 86_400_000;
/** Room for the commits of one opening beside those of the others. */
const commitsPerEpoch = 2 ** 32;

/** A source counts for the first of the runs that have it. */
const end = `UPDATE runs SET status = ?1, ended_at = ?2, summary = ?3, bytes = ?4 + iif(
    number = (SELECT number FROM runs AS others WHERE others.hash = runs.hash ORDER BY number LIMIT 1),
    (SELECT octet_length(code) FROM programs WHERE programs.hash = runs.hash), 0)
  WHERE number = ?5 RETURNING bytes`;

/** When that run goes, the source counts for the next one: at once, or, if it is open, when it ends. */
const handOn = `UPDATE runs SET bytes = bytes + (SELECT octet_length(code) FROM programs WHERE programs.hash = runs.hash)
  WHERE number = (SELECT number FROM runs AS others WHERE others.hash = ?1 ORDER BY number LIMIT 1) AND number > ?2 AND status <> 'open'
  RETURNING (SELECT octet_length(code) FROM programs WHERE programs.hash = runs.hash) AS more`;

type StatementName =
  | 'tenant'
  | 'program'
  | 'run'
  | 'ledger'
  | 'end'
  | 'oldest'
  | 'forget'
  | 'remove'
  | 'handOn'
  | 'unused';

export class StoreFile {
  readonly #clock = systemClock();
  readonly #lock: DatabaseSync;
  readonly #database: DatabaseSync;
  readonly #kept: FileTask['kept'];
  readonly #epoch: number;
  readonly #reader: FileReader;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  #endedCount: number;
  #endedBytes: number;

  /** Throws what SQLite says, or `STORE_…`. */
  constructor({ file, isSynced, fileBytes, kept }: FileTask) {
    this.#kept = kept;
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
      end: prepare(end),
      oldest: prepare(
        `SELECT number, ended_at AS endedAt, hash FROM runs WHERE status <> 'open' ORDER BY ended_at, number LIMIT ${pruneMost}`,
      ),
      forget: prepare('DELETE FROM ledgers WHERE run = ?'),
      remove: prepare('DELETE FROM runs WHERE number = ? RETURNING bytes'),
      handOn: prepare(handOn),
      unused: prepare('DELETE FROM programs WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE hash = ?)'),
    };
    this.#reader = new FileReader(this.#database);
    const ended = prepare("SELECT count(*) AS count, total(bytes) AS bytes FROM runs WHERE status <> 'open'").get();
    this.#endedCount = Number(ended?.['count']);
    this.#endedBytes = Number(ended?.['bytes']);
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
      this.#transact(() => this.#prune(now));
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
    const [count, bytes] = [this.#endedCount, this.#endedBytes];
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      [this.#endedCount, this.#endedBytes] = [count, bytes];
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
    for (const row of ends) this.#end(row);
    const now = ends.at(-1)?.endedAt;
    if (now !== undefined) this.#prune(now);
  }

  #end({ status, endedAt, summary, bytes, number }: EndRow): void {
    const ended = this.#statements.end.get(status, endedAt, summary, bytes, number);
    this.#endedCount++;
    this.#endedBytes += Number(ended?.['bytes']);
  }

  /** The oldest of the ended runs go, as far as they are too many, too old or too large, with their ledgers and sources. */
  #prune(now: number): void {
    const { runsEndedKept, runsEndedKeptMs, runsEndedBytesKept } = this.#kept;
    for (const { number, endedAt, hash } of this.#statements.oldest.iterate()) {
      const isYoung = Number(endedAt) > now - runsEndedKeptMs;
      if (isYoung && this.#endedCount <= runsEndedKept && this.#endedBytes <= runsEndedBytesKept) return;
      this.#statements.forget.run(Number(number));
      const removed = this.#statements.remove.get(Number(number));
      const next = this.#statements.handOn.get(String(hash), Number(number));
      this.#statements.unused.run(String(hash), String(hash));
      this.#endedCount--;
      this.#endedBytes += Number(next?.['more'] ?? 0) - Number(removed?.['bytes']);
    }
  }
}
