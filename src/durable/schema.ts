// What a store's file is: a SQLite database with a mark of its own, a version, and its tables. Opening it changes nothing of a file
// that is none.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ErrorCode, StepwellError } from '../errors.ts';
import { migrations } from './migrations.ts';

/** A writer may be taking back what was torn. */
const readTimeoutMs = 5_000;
/** `application_id` of the file: "Stpw". */
const mark = 0x53747077;
/** `user_version` of the file. Raised with each change of the tables, and of what ledgers say. */
const version = migrations.length;

/** The file itself, whatever links lead to it. Throws `STORE_…` for one that goes by several names: two runners could not tell. */
export function realFile(file: string): string {
  return guarded(file, () => {
    if (!existsSync(file)) return join(realpathSync(dirname(file)), basename(file));
    const real = realpathSync(file);
    requireFile(file);
    if (statSync(real).nlink > 1)
      throw refusal('STORE_UNAVAILABLE', file, 'has hard links. Remove them, or choose another file');
    return real;
  });
}

/** Opens the file, or makes it. Throws `STORE_…` for one that is not this version's. */
export function openDatabase(file: string, isSynced: boolean, fileBytes: number): DatabaseSync {
  if (existsSync(file) && statSync(file).size > 0) refuseForeign(file);
  return guarded(file, () => {
    const database = new DatabaseSync(file, { timeout: 0 });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isSynced ? 'FULL' : 'NORMAL'};`);
    migrate(database);
    database.exec(`PRAGMA max_page_count = ${Math.floor(fileBytes / pragma(database, 'page_size'))}`);
    return database;
  });
}

/** A file that is only read, also while a runner has it: what it holds now. Throws `STORE_…`. */
export function openToRead(file: string): DatabaseSync {
  return guarded(file, () => {
    if (!existsSync(file)) throw refusal('STORE_UNAVAILABLE', file, 'does not exist');
    requireFile(file);
    const found = refuseForeign(file);
    if (found < version) {
      throw refusal(
        'STORE_UNAVAILABLE',
        file,
        'was written by an older Stepwell. Let a runner open it, which brings it up to date',
      );
    }
    const database = new DatabaseSync(file, { readOnly: true, timeout: readTimeoutMs });
    database.exec('BEGIN');
    return database;
  });
}

/** All versions that are missing, or none. */
function migrate(database: DatabaseSync): void {
  const found = pragma(database, 'user_version');
  if (found === version) return;
  const steps = migrations.slice(found).join('');
  database.exec(`BEGIN; PRAGMA application_id = ${mark}; PRAGMA user_version = ${version}; ${steps} COMMIT;`);
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

function requireFile(file: string): void {
  if (!statSync(file).isFile()) throw refusal('STORE_UNAVAILABLE', file, 'is a folder or a device. Choose a file');
}

/** Gives the version of a file that is a store, 0 for one that holds nothing. */
function refuseForeign(file: string): number {
  return guarded(file, () => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    try {
      const [foundMark, foundVersion] = [pragma(database, 'application_id'), pragma(database, 'user_version')];
      const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
      // Its maker was ended before it was done: nothing is in it.
      if (foundMark === 0 && foundVersion === 0 && tables?.['count'] === 0) return 0;
      if (foundMark !== mark) throw refusal('STORE_FOREIGN', file, 'is not a store of Stepwell. Choose another file');
      if (foundVersion > version) {
        throw refusal(
          'STORE_TOO_NEW',
          file,
          `was written by a newer Stepwell (version ${foundVersion}; this one knows ${version}). Update Stepwell`,
        );
      }
      return foundVersion;
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
