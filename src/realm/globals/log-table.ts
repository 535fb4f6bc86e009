// What `console.table` writes: rows and columns with lines around them, as Node draws them. The data are a tenant's: what they
// throw costs the table, and never the call. Rows, columns and cells have bounds.

import { logLineLength } from '../../protocol/records.ts';
import {
  append,
  type BareList,
  bareList,
  charCodeAt,
  hasOwn,
  isArray,
  isMap,
  isSet,
  MapOf,
  mapEntries,
  mapGet,
  mapNext,
  mapSet,
  mapSize,
  objectKeys,
  setNext,
  setSize,
  setValues,
  slice,
} from '../primordials.ts';
import { cutAt, formatLog, inspected, read } from './log-text.ts';

const rowsMost = 1_000;
const columnsMost = 100;
const cellLength = 200;

/** Whatever is no object is logged as it is. */
export function tableText(data: unknown, columns: unknown): string {
  if (typeof data !== 'object' || data === null) return formatLog([data]);
  try {
    return tableOf(data, columns).text();
  } catch {
    return formatLog([data]); // A proxy's trap has thrown: the line says so in its place.
  }
}

function tableOf(data: object, columns: unknown): Table {
  if (isMap(data)) return mapTable(data);
  if (isSet(data)) return setTable(data);
  return recordTable(data, isArray(columns) ? columns : null);
}

function mapTable(map: unknown): Table {
  const table = new Table('(iteration index)', mapSize(map));
  const entries = mapEntries(map);
  for (let row = 0; row < table.rowsShown; row++) {
    const entry = mapNext(entries).value;
    table.beginRow(`${row}`);
    table.put('Key', entry[0]);
    table.put('Values', entry[1]);
  }
  return table;
}

function setTable(set: unknown): Table {
  const table = new Table('(iteration index)', setSize(set));
  const values = setValues(set);
  for (let row = 0; row < table.rowsShown; row++) {
    table.beginRow(`${row}`);
    table.put('Values', setNext(values).value);
  }
  return table;
}

/** A row for each property, a column for each property of those that are objects. */
function recordTable(data: object, columns: readonly unknown[] | null): Table {
  const names = objectKeys(data);
  const table = new Table('(index)', names.length);
  for (let row = 0; row < table.rowsShown; row++) {
    const name = names[row] ?? '';
    const item = read(data, name);
    table.beginRow(name);
    if ((typeof item === 'object' && item !== null) || typeof item === 'function') addProperties(table, item, columns);
    else table.putLast(item);
  }
  return table;
}

function addProperties(table: Table, item: object, columns: readonly unknown[] | null): void {
  const keys = columns ?? objectKeys(item);
  for (let index = 0; index < keys.length && index < columnsMost; index++) {
    const key = columns === null ? (keys[index] as string) : formatLog([keys[index]]);
    if (hasOwn(item, key)) table.put(key, read(item, key));
    else table.column(key);
  }
}

/** By the number of their column. */
type Row = BareList<string | undefined>;

class Table {
  readonly rowsShown: number;
  readonly #rowsMore: number;
  readonly #heads: BareList<string> = bareList();
  readonly #widths: BareList<number> = bareList();
  readonly #numbers = new MapOf<string, number>();
  readonly #rows: BareList<Row> = bareList();
  /** Of the items that are no objects; they stand last. */
  readonly #last: Row = bareList();
  #row: Row = bareList();

  constructor(indexHead: string, rows: number) {
    this.rowsShown = rows > rowsMost ? rowsMost : rows;
    this.#rowsMore = rows - this.rowsShown;
    this.#addColumn(indexHead);
  }

  beginRow(index: string): void {
    this.#row = bareList();
    append(this.#rows, this.#row);
    this.#setCell(0, cut(index));
  }

  put(head: string, value: unknown): void {
    const number = this.column(head);
    if (number >= 0) this.#setCell(number, cut(inspected(value)));
  }

  putLast(value: unknown): void {
    this.#last[this.#rows.length - 1] = cut(inspected(value));
  }

  /** Its number; -1 if there are too many. */
  column(head: string): number {
    const known = mapGet(this.#numbers, head);
    if (known !== undefined) return known;
    if (this.#heads.length > columnsMost) return -1;
    const number = this.#addColumn(cut(head));
    mapSet(this.#numbers, head, number);
    return number;
  }

  text(): string {
    this.#placeLast();
    let text = `${this.#line('┌', '┬', '┐')}\n${this.#cells(this.#heads)}\n${this.#line('├', '┼', '┤')}\n`;
    for (let row = 0; row < this.#rows.length && text.length <= logLineLength; row++) {
      text += `${this.#cells(this.#rows[row] ?? bareList())}\n`;
    }
    text += this.#line('└', '┴', '┘');
    return this.#rowsMore === 0 ? text : `${text}\n… ${this.#rowsMore} more`;
  }

  #placeLast(): void {
    if (this.#last.length === 0) return;
    const number = this.#addColumn('Values');
    for (let row = 0; row < this.#last.length; row++) {
      this.#row = this.#rows[row] ?? bareList();
      this.#setCell(number, this.#last[row] ?? '');
    }
  }

  #addColumn(head: string): number {
    append(this.#heads, head);
    append(this.#widths, widthOf(head));
    return this.#heads.length - 1;
  }

  #setCell(column: number, text: string): void {
    this.#row[column] = text;
    const width = widthOf(text);
    if (width > (this.#widths[column] ?? 0)) this.#widths[column] = width;
  }

  #line(left: string, middle: string, right: string): string {
    let line = left;
    for (let column = 0; column < this.#widths.length; column++) {
      line += (column === 0 ? '' : middle) + repeated('─', (this.#widths[column] ?? 0) + 2);
    }
    return line + right;
  }

  #cells(row: Row): string {
    let line = '';
    for (let column = 0; column < this.#widths.length; column++) {
      const text = row[column] ?? '';
      line += `│ ${text}${repeated(' ', (this.#widths[column] ?? 0) - widthOf(text))} `;
    }
    return `${line}│`;
  }
}

function cut(text: string): string {
  return text.length > cellLength ? `${cutAt(text, cellLength - 1)}…` : text;
}

/** Characters, not halves of them. */
function widthOf(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = charCodeAt(text, index);
    if (unit < 0xdc00 || unit > 0xdfff) width++;
  }
  return width;
}

const longest: Readonly<Record<string, string>> = { ' ': ' '.repeat(cellLength), '─': '─'.repeat(cellLength + 2) };

function repeated(piece: ' ' | '─', times: number): string {
  return slice(longest[piece] ?? '', 0, times);
}
