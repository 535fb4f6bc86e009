// What is read from a file that is open, in pieces: nobody needs room for all of it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RunQuery } from '../state/backend.ts';
import type { FileReads, FoundRow, LedgerPiece, ListedRow, OpenRuns, ProgramRow } from './messages.ts';

/** Texts of one answer, in UTF-16 units; one more may come on top. */
const answerLength = 4 * 2 ** 20;

const ofList = 'number, id, tenant, runs.hash, created_at AS createdAt, status, ended_at AS endedAt, summary';
const ofProgram = 'code, methods, identifiers';

export class FileReader implements FileReads {
  readonly #database: DatabaseSync;
  readonly #open: StatementSync;
  readonly #program: StatementSync;
  readonly #found: StatementSync;
  readonly #parts: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#open = database.prepare(
      `SELECT ${ofList}, given FROM runs WHERE status = 'open' AND number > ? ORDER BY number`,
    );
    this.#program = database.prepare(`SELECT hash, ${ofProgram} FROM programs WHERE hash = ?`);
    this.#found = database.prepare(
      `SELECT ${ofList}, given, ${ofProgram} FROM runs JOIN programs USING (hash) WHERE id = ?`,
    );
    this.#parts = database.prepare('SELECT part, text FROM ledgers WHERE run = ? AND part > ? ORDER BY part');
  }

  openRuns(after: number): OpenRuns {
    const runs: [FoundRow, LedgerPiece][] = [];
    const programs = new Map<string, ProgramRow>();
    let length = 0;
    for (const row of this.#open.iterate(after) as unknown as Iterable<FoundRow>) {
      const piece = this.ledger({ run: row.number, after: -1 });
      runs.push([row, piece]);
      length += row.given.length + lengthOf(piece.parts);
      if (!programs.has(row.hash)) {
        const program = this.#program.get(row.hash) as unknown as ProgramRow | undefined;
        if (program !== undefined) programs.set(row.hash, program);
        length += program?.code.length ?? 0;
      }
      if (length >= answerLength) break;
    }
    return { runs, programs: [...programs.values()] };
  }

  find(runId: string): (FoundRow & ProgramRow) | null {
    return (this.#found.get(runId) as unknown as (FoundRow & ProgramRow) | undefined) ?? null;
  }

  ledger({ run, after }: { readonly run: number; readonly after: number }): LedgerPiece {
    const parts: string[] = [];
    let length = 0;
    for (const { part, text } of this.#parts.iterate(run, after)) {
      parts.push(String(text));
      length += String(text).length;
      if (length >= answerLength) return { parts, next: Number(part) };
    }
    return { parts, next: null };
  }

  list({ tenant, status, before, count }: RunQuery): readonly ListedRow[] {
    const given = [...(tenant === null ? [] : [tenant]), ...(status === null ? [] : [status])];
    const where = `${tenant === null ? '' : 'tenant = ? AND '}${status === null ? '' : 'status = ? AND '}number < ?`;
    return this.#database
      .prepare(`SELECT ${ofList} FROM runs WHERE ${where} ORDER BY number DESC LIMIT ?`)
      .all(...given, before, count) as unknown as ListedRow[];
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length, 0);
}
