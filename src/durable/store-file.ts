// The file itself, as its thread sees it: what is written in one transaction, and what is read from it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { systemClock } from '../clock.ts';
import type { Commit, FileTask, FoundRow, FromFile, TenantRow } from './messages.ts';
import { lockFile, openDatabase } from './schema.ts';

/** Of the runs that have to go, so many at once: others wait for the transaction. */
const pruneMost = 1_000;
/** A tenant of which nothing was heard for so long is forgotten. */
const tenantKeptMs = 400 * 86_400_000;
/** Room for the commits of one opening beside those of the others. */
const commitsPerEpoch = 2 ** 32;

const found = `SELECT number, id, tenant, runs.hash, created_at AS createdAt, given, status, ending, code, methods, identifiers
  FROM runs JOIN programs ON programs.hash = runs.hash`;

type StatementName =
  | 'tenant'
  | 'program'
  | 'run'
  | 'ledger'
  | 'end'
  | 'find'
  | 'oldest'
  | 'forget'
  | 'remove'
  | 'unused';

export class StoreFile {
  readonly #clock = systemClock();
  readonly #lock: DatabaseSync;
  readonly #database: DatabaseSync;
  readonly #kept: FileTask['kept'];
  readonly #epoch: number;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  #endedCount: number;
  #endedBytes: number;

  /** Throws what SQLite says, or `STORE_…`. */
  constructor({ file, isSynced, fileBytes, kept }: FileTask) {
    this.#kept = kept;
    this.#lock = lockFile(file);
    try {
      this.#database = openDatabase(file, isSynced, fileBytes);
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
      end: prepare('UPDATE runs SET status = ?, ended_at = ?, bytes = ?, ending = ? WHERE number = ?'),
      find: prepare(`${found} WHERE id = ?`),
      oldest: prepare(
        `SELECT number, ended_at AS endedAt, bytes AS size, hash FROM runs WHERE status <> 'open' ORDER BY ended_at, number LIMIT ${pruneMost}`,
      ),
      forget: prepare('DELETE FROM ledgers WHERE run = ?'),
      remove: prepare('DELETE FROM runs WHERE number = ?'),
      unused: prepare('DELETE FROM programs WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE hash = ?)'),
    };
    const ended = prepare("SELECT count(*) AS count, total(bytes) AS bytes FROM runs WHERE status <> 'open'").get();
    this.#endedCount = Number(ended?.['count']);
    this.#endedBytes = Number(ended?.['bytes']);
  }

  /** The runs that have not ended, with their ledgers. */
  contents(): FromFile {
    const last = this.#database.prepare('SELECT max(number) AS number FROM runs').get();
    const rows = this.#database
      .prepare(`${found} WHERE status = 'open' ORDER BY number`)
      .all() as unknown as FoundRow[];
    const parts = this.#database.prepare('SELECT text FROM ledgers WHERE run = ? ORDER BY part');
    const runs = rows.map((row) => [row, parts.all(row.number).map(({ text }) => String(text))] as const);
    return { kind: 'opened', lastNumber: Number(last?.['number'] ?? 0), runs, tenants: this.#tenants() };
  }

  /** Those that were not seen for a while have nothing that matters any more, unless a run of theirs is open. */
  #tenants(): TenantRow[] {
    this.#database
      .prepare("DELETE FROM tenants WHERE seen_at < ? AND name NOT IN (SELECT tenant FROM runs WHERE status = 'open')")
      .run(this.#clock.now() - tenantKeptMs);
    return this.#database.prepare('SELECT name, state FROM tenants').all() as unknown as TenantRow[];
  }

  find(runId: string): FoundRow | null {
    return (this.#statements.find.get(runId) as unknown as FoundRow | undefined) ?? null;
  }

  /** All of it, or nothing. */
  write(commits: readonly Commit[]): void {
    if (commits.length === 0) return;
    const [count, bytes] = [this.#endedCount, this.#endedBytes];
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const commit of commits) this.#write(commit);
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
    const { program, run, ledger, end } = this.#statements;
    for (const { hash, code, methods, identifiers } of programs) program.run(hash, code, methods, identifiers);
    for (const { number, id, tenant, hash, createdAt, given } of runs)
      run.run(number, id, tenant, hash, createdAt, given);
    const part = this.#epoch * commitsPerEpoch + commit;
    for (const [number, text] of ledgers) ledger.run(number, part, text);
    for (const { number, status, endedAt, bytes, ending } of ends) {
      end.run(status, endedAt, bytes, ending, number);
      this.#endedCount++;
      this.#endedBytes += bytes;
    }
    const now = ends.at(-1)?.endedAt;
    if (now !== undefined) this.#prune(now);
  }

  /** The oldest of the ended runs go, as far as they are too many, too old or too large, with their ledgers and sources. */
  #prune(now: number): void {
    const { count, ms, bytes } = this.#kept;
    for (const { number, endedAt, size, hash } of this.#statements.oldest.iterate()) {
      if (this.#endedCount <= count && this.#endedBytes <= bytes && Number(endedAt) > now - ms) return;
      this.#statements.forget.run(Number(number));
      this.#statements.remove.run(Number(number));
      this.#statements.unused.run(String(hash), String(hash));
      this.#endedCount--;
      this.#endedBytes -= Number(size);
    }
  }
}
