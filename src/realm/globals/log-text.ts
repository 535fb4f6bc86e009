// Turns the arguments of a log call into one line of text, inside the timed turn. They are a tenant's: getters, proxies
// and toJSON may throw, and cost the call nothing but its text. Depth, breadth and length have bounds.
import {
  apply,
  getPrototypeOf,
  isArray,
  isError,
  jsonStringify,
  mapEntries,
  mapSize,
  objectKeys,
  regExpToString,
  setSize,
  setValues,
  symbolToString,
  typedArrayLength,
  typedArrayName,
} from '../primordials.ts';

/** UTF-16 units of one line. */
const lengthMax = 65_536;
/** Objects within objects. */
const depthMax = 10;
/** Entries of one object, array, Map or Set. */
const breadthMax = 1_000;

/** The arguments joined with a space: strings as they are, objects much like JSON. Never throws. */
export function formatLog(values: readonly unknown[]): string {
  const line = new LogLine();
  for (let index = 0; index < values.length && !line.full; index++) {
    const value = values[index];
    if (index > 0) line.add(' ');
    if (typeof value === 'string') line.add(value);
    else line.addValue(value);
  }
  return line.text;
}

/** Stands for a value whose getter threw. */
const thrown: unique symbol = Symbol('thrown');

class LogLine {
  text = '';
  full = false;
  /** The objects that the one being written lies in. */
  readonly #path: object[] = [];

  add(piece: string): void {
    if (this.full) return;
    const left = lengthMax - this.text.length;
    this.full = piece.length > left;
    this.text += this.full ? `${piece.slice(0, left - 1).replace(/[\ud800-\udbff]$/, '')}…` : piece;
  }

  addValue(value: unknown, mayConvert = true): void {
    if (value === thrown) this.add('[Thrown]');
    else if (typeof value === 'string') this.add(jsonStringify(value.slice(0, lengthMax)));
    else if (typeof value === 'bigint') this.add(`${value}n`);
    else if (typeof value === 'symbol') this.add(symbolToString(value));
    else if (typeof value === 'function') this.#addFunction(value);
    else if (typeof value === 'object' && value !== null) this.#addObject(value, mayConvert);
    else this.add(`${value}`);
  }

  #addFunction(value: object): void {
    const name = read(value, 'name');
    this.add(typeof name === 'string' && name !== '' ? `[Function ${name.slice(0, lengthMax)}]` : '[Function]');
  }

  #addObject(object: object, mayConvert: boolean): void {
    if (this.#path.includes(object)) this.add('[Circular]');
    else if (this.#path.length >= depthMax) this.add('[Object]');
    else {
      this.#path.push(object);
      try {
        this.#addByKind(object, mayConvert);
      } catch {
        this.add('[Thrown]'); // A proxy's trap, or a stack that is used up: the author's own doing, and only text is lost.
      }
      this.#path.pop();
    }
  }

  #addByKind(object: object, mayConvert: boolean): void {
    const converted = mayConvert && !isError(object) ? convertedByToJson(object) : object;
    // Like JSON: what toJSON gives is not asked again.
    if (converted !== object) this.addValue(converted, false);
    else if (isError(object)) this.#addError(object);
    else if (isArray(object)) this.#addList('[', read(object, 'length'), (index) => read(object, index), ']');
    else if (getPrototypeOf(object) === Object.prototype) this.#addRecord(object);
    else if (!this.#addBuiltIn(object)) this.#addRecord(object);
  }

  #addBuiltIn(object: object): boolean {
    const arrayName = typedArrayName(object);
    if (arrayName !== undefined) {
      this.#addList(`${arrayName} [`, typedArrayLength(object), (index) => read(object, index), ']');
    } else if (object instanceof Map) this.#addMap(object);
    else if (object instanceof Set) this.#addSet(object);
    else if (object instanceof RegExp) this.add(regExpToString(object));
    else if (object instanceof String || object instanceof Number || object instanceof Boolean) {
      this.addValue(object.valueOf(), false);
    } else return false;
    return true;
  }

  #addError(error: object): void {
    const stack = read(error, 'stack');
    const name = read(error, 'name');
    const message = read(error, 'message');
    if (typeof stack === 'string' && stack !== '') this.add(stack);
    else this.add([name, message].filter((part) => typeof part === 'string' && part !== '').join(': ') || 'Error');
    for (const key of ['cause', 'errors']) {
      const value = read(error, key);
      if (value === undefined) continue;
      this.add(` [${key}]: `);
      this.addValue(value);
    }
  }

  #addRecord(object: object): void {
    const keys = objectKeys(object);
    this.#addEntries('{', keys.length, '}', (index) => {
      const key = keys[index] ?? '';
      this.addValue(key);
      this.add(':');
      this.addValue(read(object, key));
    });
  }

  #addList(open: string, length: unknown, at: (index: number) => unknown, close: string): void {
    this.#addEntries(open, Number(length), close, (index) => this.addValue(at(index)));
  }

  #addMap(map: unknown): void {
    const entries = mapEntries(map);
    this.#addEntries(`Map(${mapSize(map)}) {`, mapSize(map), '}', () => {
      const [key, value] = entries.next().value ?? [];
      this.addValue(key);
      this.add(' => ');
      this.addValue(value);
    });
  }

  #addSet(set: unknown): void {
    const values = setValues(set);
    this.#addEntries(`Set(${setSize(set)}) {`, setSize(set), '}', () => this.addValue(values.next().value));
  }

  #addEntries(open: string, count: number, close: string, addEntry: (index: number) => void): void {
    this.add(open);
    for (let index = 0; index < count && index < breadthMax && !this.full; index++) {
      if (index > 0) this.add(',');
      addEntry(index);
    }
    if (count > breadthMax) this.add(`,… ${count - breadthMax} more`);
    this.add(close);
  }
}

function convertedByToJson(object: object): unknown {
  const toJson = read(object, 'toJSON');
  return typeof toJson === 'function'
    ? apply(toJson as () => unknown, object, [''])
    : toJson === thrown
      ? thrown
      : object;
}

function read(object: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(object, key);
  } catch {
    return thrown; // The getter's own error says nothing about the line that is being written.
  }
}
