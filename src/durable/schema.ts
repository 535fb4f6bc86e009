// What a store's file is: a SQLite database with a mark of its own, a version, and its tables. Opening it changes nothing of a file
// that is none.
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type ErrorCode, StepwellError } from '../errors.ts';

/** `application_id` of the file: "Stpw". */
const mark = 0x53747077;
/** `user_version` of the file. Raised with each change of the tables, and of what ledgers say. */
const version = 1;

/**
 * Runs are numbered in the order in which they were started. A source is kept once, whoever uses it. A ledger's parts are in order within
 * its run. `epochs` counts how often the file was opened: parts written later have higher numbers.
 */
const tables = `
  CREATE TABLE programs (hash TEXT PRIMARY KEY, code TEXT NOT NULL, methods TEXT NOT NULL, identifiers TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, hash TEXT NOT NULL, created_at INTEGER NOT NULL,
    given TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open', ended_at INTEGER, bytes INTEGER, ending TEXT
  );
  CREATE INDEX runs_source ON runs (hash);
  CREATE INDEX runs_open ON runs (number) WHERE status = 'open';
  CREATE INDEX runs_ended ON runs (ended_at, number) WHERE status <> 'open';
  CREATE TABLE ledgers (run INTEGER NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run, part)) WITHOUT ROWID;
  CREATE TABLE tenants (name TEXT PRIMARY KEY, seen_at INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE epochs (number INTEGER PRIMARY KEY);
`;

/** Opens the file, or makes it. Throws `STORE_…` for one that is not this version's. */
export function openDatabase(file: string, isSynced: boolean, fileBytes: number): DatabaseSync {
  if (existsSync(file) && statSync(file).size > 0) refuseForeign(file);
  return guarded(file, () => {
    const database = new DatabaseSync(file, { timeout: 0 });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isSynced ? 'FULL' : 'NORMAL'};`);
    if (pragma(database, 'user_version') === 0) {
      database.exec(`BEGIN; PRAGMA application_id = ${mark}; PRAGMA user_version = ${version}; ${tables} COMMIT;`);
    }
    database.exec(`PRAGMA max_page_count = ${Math.floor(fileBytes / pragma(database, 'page_size'))}`);
    return database;
  });
}

/** One process at a time: whoever has this open has the file. The system lets go of it when the process ends, however it does. */
export function lockFile(file: string): DatabaseSync {
  return guarded(file, () => {
    const lock = new DatabaseSync(`${file}-lock`, { timeout: 0 });
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
    } catch (error) {
      lock.close();
      throw error;
    }
    return lock;
  });
}

function refuseForeign(file: string): void {
  guarded(file, () => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    try {
      const [foundMark, foundVersion] = [pragma(database, 'application_id'), pragma(database, 'user_version')];
      const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
      // Its maker was ended before it was done: nothing is in it.
      if (foundMark === 0 && foundVersion === 0 && tables?.['count'] === 0) return;
      if (foundMark !== mark) throw refusal('STORE_FOREIGN', file, 'is not a store of Stepwell. Choose another file');
      if (foundVersion > version) {
        throw refusal(
          'STORE_TOO_NEW',
          file,
          `was written by a newer Stepwell (version ${foundVersion}; this one knows ${version}). Update Stepwell`,
        );
      }
    } finally {
      database.close();
    }
  });
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}

function refusal(code: ErrorCode, file: string, what: string): StepwellError {
  return new StepwellError(code, `The file ${JSON.stringify(file)} ${what}.`);
}

/** What SQLite says, as an error of Stepwell's. Codes: https://sqlite.org/rescode.html */
export function storeError(file: string, error: unknown): StepwellError {
  if (error instanceof StepwellError) return error;
  const said = String((error as Error)?.message ?? error);
  switch (Number((error as { errcode?: unknown })?.errcode) & 0xff) {
    case 5: // SQLITE_BUSY
      return refusal('STORE_LOCKED', file, 'is in use by another process. Give each runner a file of its own');
    case 11: // SQLITE_CORRUPT
      return refusal('STORE_DAMAGED', file, `is damaged (${said}). Restore a copy; nothing was changed`);
    case 13: // SQLITE_FULL
      return refusal('STORE_FULL', file, 'cannot grow: the disk is full. Make room');
    case 26: // SQLITE_NOTADB
      return refusal('STORE_FOREIGN', file, 'is not a store of Stepwell. Choose another file');
    default:
      return refusal('STORE_UNAVAILABLE', file, `cannot be used: ${said}`);
  }
}

/** Whether the same may succeed when there is room on the disk: SQLITE_FULL, SQLITE_IOERR. */
export function isPassing(error: unknown): boolean {
  const code = Number((error as { errcode?: unknown })?.errcode) & 0xff;
  return code === 13 || code === 10;
}

function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storeError(file, error);
  }
}
