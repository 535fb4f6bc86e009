// Which ended runs the file keeps. Those that are too old go. Where there are too many, or they are too large, the tenant that has most loses its
// oldest: one tenant's runs do not push out the history of others.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Largest } from '../largest.ts';
import type { EndRow, FileTask } from './messages.ts';

/** Of the runs that have to go, so many at once: others wait for the transaction. */
const pruneMost = 1_000;

const isFirst = 'number = (SELECT number FROM runs AS others WHERE others.hash = runs.hash ORDER BY number LIMIT 1)';
const sourceBytes = '(SELECT octet_length(code) FROM programs WHERE programs.hash = runs.hash)';

/** A source counts for the first of the runs that have it. */
const end = `UPDATE runs SET status = ?1, ended_at = ?2, summary = ?3, bytes = ?4 + iif(${isFirst}, ${sourceBytes}, 0)
  WHERE number = ?5 RETURNING tenant, bytes`;

/** When that run goes, the source counts for the next one: at once, or, if it is open, when it ends. */
const handOn = `UPDATE runs SET bytes = bytes + ${sourceBytes}
  WHERE number = (SELECT number FROM runs AS others WHERE others.hash = ?1 ORDER BY number LIMIT 1) AND number > ?2 AND status <> 'open'
  RETURNING tenant, ${sourceBytes} AS bytes`;

const ended = "FROM runs WHERE status <> 'open'";

type Row = ReturnType<StatementSync['get']>;

/** All calls are made within a transaction. After one that was taken back, {@link Retention.count} has to follow. */
export class Retention {
  readonly #kept: FileTask['kept'];
  readonly #statements: Readonly<
    Record<'sums' | 'end' | 'oldest' | 'oldestOf' | 'forget' | 'remove' | 'handOn' | 'unused', StatementSync>
  >;
  #largest = new Largest();
  #runs = 0;
  #bytes = 0;

  constructor(database: DatabaseSync, kept: FileTask['kept']) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#kept = kept;
    this.#statements = {
      sums: prepare(`SELECT tenant, count(*) AS runs, total(bytes) AS bytes ${ended} GROUP BY tenant`),
      end: prepare(end),
      oldest: prepare(`SELECT number, ended_at AS endedAt, hash ${ended} ORDER BY ended_at, number LIMIT 1`),
      oldestOf: prepare(`SELECT number, hash ${ended} AND tenant = ? ORDER BY ended_at, number LIMIT 1`),
      forget: prepare('DELETE FROM ledgers WHERE run = ?'),
      remove: prepare('DELETE FROM runs WHERE number = ? RETURNING tenant, bytes'),
      handOn: prepare(handOn),
      unused: prepare('DELETE FROM programs WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE hash = ?)'),
    };
    this.count();
  }

  /** What the file holds. */
  count(): void {
    this.#largest = new Largest();
    [this.#runs, this.#bytes] = [0, 0];
    for (const row of this.#statements.sums.iterate()) {
      this.#runs += Number(row['runs']);
      this.#add(row, 1);
    }
  }

  /** The run has ended. */
  ended({ status, endedAt, summary, bytes, number }: EndRow): void {
    this.#add(this.#statements.end.get(status, endedAt, summary, bytes, number), 1);
    this.#runs++;
  }

  /** What has to go by now, goes: with its ledgers, and sources that nobody else has. */
  prune(now: number): void {
    for (let left = pruneMost; left > 0; left--) {
      const next = this.#tooOld(now) ?? this.#tooMuch();
      if (next === undefined) return;
      this.#remove(Number(next['number']), String(next['hash']));
    }
  }

  #tooOld(now: number): Row {
    const oldest = this.#statements.oldest.get();
    return Number(oldest?.['endedAt']) <= now - this.#kept.runsEndedKeptMs ? oldest : undefined;
  }

  #tooMuch(): Row {
    const { runsEndedKept, runsEndedBytesKept } = this.#kept;
    if (this.#runs <= runsEndedKept && this.#bytes <= runsEndedBytesKept) return undefined;
    const { name } = this.#largest;
    return name === undefined ? undefined : this.#statements.oldestOf.get(name);
  }

  #remove(number: number, hash: string): void {
    const { forget, remove, handOn, unused } = this.#statements;
    forget.run(number);
    this.#add(remove.get(number), -1);
    this.#runs--;
    this.#add(handOn.get(hash, number), 1);
    unused.run(hash, hash);
  }

  #add(row: Row, sign: 1 | -1): void {
    if (row === undefined) return;
    const bytes = sign * Number(row['bytes']);
    this.#bytes += bytes;
    this.#largest.change(String(row['tenant']), bytes);
  }
}
