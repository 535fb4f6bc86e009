// `structuredClone`. A copy is made in two moves, an empty shell first and its contents later from a list, so that cycles
// need nothing special and depth costs no stack. A proxy is copied like the object it shows; browsers refuse it.
import {
  ArrayOf,
  append,
  arrayBufferTransfer,
  bareList,
  dataViewBuffer,
  dataViewByteLength,
  dataViewByteOffset,
  dateValue,
  defineHidden,
  defineOwn,
  defineProperty,
  ErrorOf,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isArray,
  isArrayBuffer,
  isDate,
  isError,
  isMap,
  isPromise,
  isRegExp,
  isSet,
  isSymbolObject,
  isView,
  isWeakMap,
  isWeakSet,
  MapOf,
  mapEntries,
  mapGet,
  mapNext,
  mapSet,
  OriginalDate,
  objectKeys,
  objectOf,
  objectPrototype,
  RegExpOf,
  reflectGet,
  regExpFlags,
  regExpSource,
  SetOf,
  setAdd,
  setNext,
  setValues,
  TypeErrorOf,
  typedArrayBuffer,
  typedArrayByteOffset,
  typedArrayLength,
  typedArrayName,
  unboxed,
} from '../primordials.ts';
import { bufferCopy, cloneError, transferredBuffers } from './clone-buffers.ts';

export type Clone = (...args: unknown[]) => unknown;

const length = { __proto__: null, value: 2 } as PropertyDescriptor;

export function structuredClone(...args: unknown[]): unknown {
  return cloneOf(args, OriginalDate);
}
defineProperty(structuredClone, 'length', length);

/** For a step that has a Date of its own: so are the dates of its clones. */
export function createStructuredClone(DateOfStep: DateConstructor): Clone {
  const structuredClone = (...args: unknown[]): unknown => cloneOf(args, DateOfStep);
  defineProperty(structuredClone, 'length', length);
  return structuredClone;
}

function cloneOf(args: readonly unknown[], DateOfStep: DateConstructor): unknown {
  if (args.length === 0) throw new TypeErrorOf('structuredClone expects a value.');
  const buffers = transferredBuffers(args.length > 1 ? args[1] : undefined);
  const spans: Spans = new MapOf();
  if (buffers.length === 0) return new Copier(spans, DateOfStep).copy(args[0]);
  // A failure has to leave the buffers as they are. A first copy, which does not move them, finds it, and measures views.
  const trial = new Copier(spans, DateOfStep);
  for (let index = 0; index < buffers.length; index++) trial.note(buffers[index] as object, buffers[index] as object);
  trial.copy(args[0]);
  const copier = new Copier(spans, DateOfStep);
  for (let index = 0; index < buffers.length; index++) {
    copier.note(buffers[index] as object, arrayBufferTransfer(buffers[index]));
  }
  return copier.copy(args[0]);
}

/** Where in its buffer each view lies. It can no longer be asked when its buffer has moved. */
type Spans = Map<object, Span>;

interface Span {
  readonly byteOffset: number;
  readonly length: number;
}

/** What is to be put into a copy that is still empty. */
interface Fill {
  readonly kind: 'record' | 'map' | 'set' | 'cause';
  readonly source: object;
  readonly copy: object;
  /** The one that was noted before. */
  readonly before: Fill | null;
}

class Copier {
  readonly #copies: Map<object, object> = new MapOf();
  readonly #spans: Spans;
  readonly #DateOfStep: DateConstructor;
  /** The last one is next. */
  #fills: Fill | null = null;

  constructor(spans: Spans, DateOfStep: DateConstructor) {
    this.#spans = spans;
    this.#DateOfStep = DateOfStep;
  }

  /** From here on this is the copy of that. */
  note(source: object, copy: object): void {
    mapSet(this.#copies, source, copy);
  }

  copy(value: unknown): unknown {
    const copy = this.#copyOf(value);
    for (let fill = this.#fills; fill !== null; fill = this.#fills) {
      this.#fills = fill.before;
      this.#fill(fill);
    }
    return copy;
  }

  #copyOf(value: unknown): unknown {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw cloneError(`A ${typeof value} cannot be cloned.`);
    if (typeof value !== 'object' || value === null) return value;
    const known = mapGet(this.#copies, value);
    if (known !== undefined) return known;
    const copy = this.#shellOf(value);
    this.note(value, copy);
    return copy;
  }

  /** A copy without what is in it, which is noted. */
  #shellOf(source: object): object {
    if (isArray(source)) return this.#toFill('record', source, new ArrayOf(source.length));
    if (getPrototypeOf(source) === objectPrototype) return this.#toFill('record', source, {});
    if (isError(source)) return this.#errorShell(source);
    if (isView(source)) return this.#viewOf(source);
    return this.#builtInShell(source) ?? this.#toFill('record', source, {});
  }

  #builtInShell(source: object): object | undefined {
    const DateOfStep = this.#DateOfStep;
    if (isDate(source, DateOfStep.prototype)) return new DateOfStep(dateValue(source));
    if (isRegExp(source)) return new RegExpOf(regExpSource(source), regExpFlags(source));
    if (isMap(source)) return this.#toFill('map', source, new MapOf());
    if (isSet(source)) return this.#toFill('set', source, new SetOf());
    if (isArrayBuffer(source)) return bufferCopy(source);
    const value = unboxed(source);
    if (value !== undefined) return objectOf(value);
    const refused = refusedKindOf(source);
    if (refused !== null) throw cloneError(`A ${refused} cannot be cloned.`);
    return undefined;
  }

  #toFill(kind: Fill['kind'], source: object, copy: object): object {
    this.#fills = { kind, source, copy, before: this.#fills };
    return copy;
  }

  #fill({ kind, source, copy }: Fill): void {
    if (kind === 'record') this.#fillRecord(source, copy);
    else if (kind === 'map') this.#fillMap(source, copy as Map<unknown, unknown>);
    else if (kind === 'set') this.#fillSet(source, copy as Set<unknown>);
    else defineHidden(copy, 'cause', this.#copyOf((source as Error).cause));
  }

  #fillRecord(source: object, copy: object): void {
    const keys = objectKeys(source);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      put(copy, key, this.#copyOf(reflectGet(source, key)));
    }
  }

  /** What is in it now: a getter of what is copied may change it. */
  #fillMap(source: object, copy: Map<unknown, unknown>): void {
    const found = bareList<[unknown, unknown]>();
    const entries = mapEntries(source);
    for (let next = mapNext(entries); !next.done; next = mapNext(entries)) append(found, next.value);
    for (let index = 0; index < found.length; index++) {
      const entry = found[index] as [unknown, unknown];
      mapSet(copy, this.#copyOf(entry[0]), this.#copyOf(entry[1]));
    }
  }

  #fillSet(source: object, copy: Set<unknown>): void {
    const found = bareList<unknown>();
    const values = setValues(source);
    for (let next = setNext(values); !next.done; next = setNext(values)) append(found, next.value);
    for (let index = 0; index < found.length; index++) setAdd(copy, this.#copyOf(found[index]));
  }

  #errorShell(source: Error): object {
    const errorClass = mapGet(errorsByName, source.name) ?? ErrorOf;
    const copy = new errorClass();
    const message = getOwnPropertyDescriptor(source, 'message');
    if (message !== undefined && hasOwn(message, 'value')) defineHidden(copy, 'message', `${message.value}`);
    const { stack } = source;
    defineHidden(copy, 'stack', typeof stack === 'string' ? stack : undefined);
    return hasOwn(source, 'cause') ? this.#toFill('cause', source, copy) : copy;
  }

  #viewOf(source: object): object {
    const name = typedArrayName(source);
    const span = mapGet(this.#spans, source) ?? spanOf(source, name);
    mapSet(this.#spans, source, span);
    const buffer = this.#copyOf(name === undefined ? dataViewBuffer(source) : typedArrayBuffer(source));
    const viewClass = mapGet(viewsByName, name ?? 'DataView') as ViewClass;
    return new viewClass(buffer, span.byteOffset, span.length);
  }
}

function spanOf(view: object, name: string | undefined): Span {
  return name === undefined
    ? { byteOffset: dataViewByteOffset(view), length: dataViewByteLength(view) }
    : { byteOffset: typedArrayByteOffset(view), length: typedArrayLength(view) };
}

function refusedKindOf(source: object): string | null {
  if (isPromise(source)) return 'Promise';
  if (isWeakMap(source)) return 'WeakMap';
  if (isWeakSet(source)) return 'WeakSet';
  return isSymbolObject(source) ? 'Symbol' : null;
}

type ViewClass = new (buffer: unknown, byteOffset: number, length: number) => object;

/** The classes of views. Float16Array is not in every engine. */
const viewsByName: ReadonlyMap<string, ViewClass> = new Map(
  [
    ...['DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
    ...['Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ].map((name) => [name, Reflect.get(globalThis, name)]),
);

/** The classes of error that keep their class. All others become Error. */
const errorsByName: ReadonlyMap<unknown, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [each.name, each]),
);

/** An own property whatever the key is, and whatever the step has put behind it: to assign is five times faster, where nothing is. */
function put(target: object, key: string, value: unknown): void {
  if (key in target) defineOwn(target, key, value);
  else (target as Record<string, unknown>)[key] = value;
}
