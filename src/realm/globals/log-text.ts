// Turns the arguments of a log call into one line of text, inside the timed turn. They are a tenant's: getters, proxies
// and toJSON may throw, and cost the call nothing but its text. Depth, breadth and length have bounds.
import { logLineLength } from '../../protocol/records.ts';
import { withoutRunnerLines } from '../author-lines.ts';
import {
  apply,
  charCodeAt,
  getPrototypeOf,
  indexOf,
  isArray,
  isError,
  isMap,
  isRegExp,
  isSet,
  jsonStringify,
  mapEntries,
  mapNext,
  mapSize,
  numberOf,
  objectKeys,
  objectPrototype,
  reflectGet,
  regExpFlags,
  regExpSource,
  setNext,
  setSize,
  setValues,
  slice,
  symbolToString,
  typedArrayLength,
  typedArrayName,
  unboxed,
} from '../primordials.ts';

/** Objects within objects. */
const depthMax = 10;
/** Entries of one object, array, Map or Set. */
const breadthMax = 1_000;

/** The arguments joined with a space: strings as they are, objects much like JSON. Never throws. */
export function formatLog(values: readonly unknown[]): string {
  const line = new LogLine();
  for (let index = 0; index < values.length && !line.full; index++) {
    const value = values[index];
    if (index > 0) line.write(' ');
    if (typeof value === 'string') line.write(value);
    else line.addValue(value);
  }
  return line.text;
}

/** One value, of which it shows that it is a string: in quotes that it does not have itself, as Node does. */
export function inspected(value: unknown): string {
  if (typeof value !== 'string') return formatLog([value]);
  const json = jsonStringify(slice(value, 0, logLineLength));
  const inner = replaced(slice(json, 1, -1), '\\"', '"');
  if (indexOf(inner, "'") < 0) return `'${inner}'`;
  if (indexOf(inner, '"') < 0) return `"${inner}"`;
  return indexOf(inner, '`') < 0 ? `\`${inner}\`` : `'${replaced(inner, "'", "\\'")}'`;
}

function replaced(text: string, piece: string, by: string): string {
  let changed = '';
  let start = 0;
  for (let end = indexOf(text, piece); end >= 0; end = indexOf(text, piece, start)) {
    changed += slice(text, start, end) + by;
    start = end + piece.length;
  }
  return changed + slice(text, start);
}

/** A text that has become longer than a line may be, cut as a line is. */
export function cutLine(text: string): string {
  return text.length > logLineLength ? `${cutAt(text, logLineLength - 1)}…` : text;
}

/** Stands for a value whose getter threw. */
const thrown: unique symbol = Symbol('thrown');

/** An object that is being written, and what it lies in. */
interface Place {
  readonly object: object;
  readonly depth: number;
  readonly around: Place | null;
}

class LogLine {
  text = '';
  full = false;
  #place: Place | null = null;

  write(piece: string): void {
    if (this.full) return;
    const left = logLineLength - this.text.length;
    this.full = piece.length > left;
    this.text += this.full ? `${cutAt(piece, left - 1)}…` : piece;
  }

  addValue(value: unknown, mayConvert = true): void {
    if (value === thrown) this.write('[Thrown]');
    else if (typeof value === 'string') this.write(jsonStringify(slice(value, 0, logLineLength)));
    else if (typeof value === 'bigint') this.write(`${value}n`);
    else if (typeof value === 'symbol') this.write(symbolToString(value));
    else if (typeof value === 'function') this.#addFunction(value);
    else if (typeof value === 'object' && value !== null) this.#addObject(value, mayConvert);
    else this.write(`${value}`);
  }

  #addFunction(value: object): void {
    const name = read(value, 'name');
    this.write(typeof name === 'string' && name !== '' ? `[Function ${slice(name, 0, logLineLength)}]` : '[Function]');
  }

  #addObject(object: object, mayConvert: boolean): void {
    const around = this.#place;
    const depth = around === null ? 0 : around.depth + 1;
    if (this.#isWithin(object)) this.write('[Circular]');
    else if (depth >= depthMax) this.write('[Object]');
    else {
      this.#place = { object, depth, around };
      try {
        this.#addByKind(object, mayConvert);
      } catch {
        this.write('[Thrown]'); // A proxy's trap, or a stack that is used up: the author's own doing, and only text is lost.
      }
      this.#place = around;
    }
  }

  #isWithin(object: object): boolean {
    for (let place = this.#place; place !== null; place = place.around) if (place.object === object) return true;
    return false;
  }

  #addByKind(object: object, mayConvert: boolean): void {
    const converted = mayConvert && !isError(object) ? convertedByToJson(object) : object;
    // Like JSON: what toJSON gives is not asked again.
    if (converted !== object) this.addValue(converted, false);
    else if (isError(object)) this.#addError(object);
    else if (isArray(object)) this.#addList('[', read(object, 'length'), (index) => read(object, index), ']');
    else if (getPrototypeOf(object) === objectPrototype) this.#addRecord(object);
    else if (!this.#addBuiltIn(object)) this.#addRecord(object);
  }

  #addBuiltIn(object: object): boolean {
    const arrayName = typedArrayName(object);
    if (arrayName !== undefined) {
      this.#addList(`${arrayName} [`, typedArrayLength(object), (index) => read(object, index), ']');
    } else if (isMap(object)) this.#addMap(object);
    else if (isSet(object)) this.#addSet(object);
    else if (isRegExp(object)) this.write(`/${regExpSource(object)}/${regExpFlags(object)}`);
    else return this.#addBoxed(object);
    return true;
  }

  #addBoxed(object: object): boolean {
    const value = unboxed(object);
    if (value === undefined) return false;
    this.addValue(value, false);
    return true;
  }

  #addError(error: object): void {
    const stack = read(error, 'stack');
    const name = read(error, 'name');
    const message = read(error, 'message');
    if (typeof stack === 'string' && stack !== '') this.write(withoutRunnerLines(slice(stack, 0, logLineLength + 1)));
    else this.write(headOf(name, message));
    this.#addPart(error, 'cause');
    this.#addPart(error, 'errors');
  }

  #addPart(error: object, key: string): void {
    const value = read(error, key);
    if (value === undefined) return;
    this.write(` [${key}]: `);
    this.addValue(value);
  }

  #addRecord(object: object): void {
    const keys = objectKeys(object);
    this.#addEntries('{', keys.length, '}', (index) => {
      const key = keys[index] ?? '';
      this.addValue(key);
      this.write(':');
      this.addValue(read(object, key));
    });
  }

  #addList(open: string, length: unknown, at: (index: number) => unknown, close: string): void {
    this.#addEntries(open, numberOf(length), close, (index) => this.addValue(at(index)));
  }

  #addMap(map: unknown): void {
    const entries = mapEntries(map);
    this.#addEntries(`Map(${mapSize(map)}) {`, mapSize(map), '}', () => {
      const entry = mapNext(entries).value;
      this.addValue(entry[0]);
      this.write(' => ');
      this.addValue(entry[1]);
    });
  }

  #addSet(set: unknown): void {
    const values = setValues(set);
    this.#addEntries(`Set(${setSize(set)}) {`, setSize(set), '}', () => this.addValue(setNext(values).value));
  }

  #addEntries(open: string, count: number, close: string, addEntry: (index: number) => void): void {
    this.write(open);
    for (let index = 0; index < count && index < breadthMax && !this.full; index++) {
      if (index > 0) this.write(',');
      addEntry(index);
    }
    if (count > breadthMax) this.write(`,… ${count - breadthMax} more`);
    this.write(close);
  }
}

/** The first `length` units of a text, less the half of a character. */
export function cutAt(text: string, length: number): string {
  const unit = charCodeAt(text, length - 1);
  return slice(text, 0, unit >= 0xd800 && unit <= 0xdbff ? length - 1 : length);
}

function headOf(name: unknown, message: unknown): string {
  const said = typeof message === 'string' ? message : '';
  if (typeof name !== 'string' || name === '') return said || 'Error';
  return said === '' ? name : `${name}: ${said}`;
}

function convertedByToJson(object: object): unknown {
  const toJson = read(object, 'toJSON');
  return typeof toJson === 'function'
    ? apply(toJson as () => unknown, object, [''])
    : toJson === thrown
      ? thrown
      : object;
}

/** A property, or what {@link formatLog} writes as `[Thrown]`. */
export function read(object: object, key: PropertyKey): unknown {
  try {
    return reflectGet(object, key);
  } catch {
    return thrown; // The getter's own error says nothing about the line that is being written.
  }
}
