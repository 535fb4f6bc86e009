// `structuredClone`. A copy is made in two moves, an empty shell first and its contents later from a list, so that cycles
// need nothing special and depth costs no stack. A proxy is copied like the object it shows; browsers refuse it.
import {
  arrayBufferByteLength,
  arrayBufferTransfer,
  dataViewBuffer,
  dataViewByteLength,
  dataViewByteOffset,
  dateValue,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isArray,
  isError,
  mapEntries,
  mapSize,
  OriginalDate,
  objectKeys,
  regExpFlags,
  regExpSource,
  setSize,
  setValues,
  typedArrayBuffer,
  typedArrayByteOffset,
  typedArrayLength,
  typedArrayName,
  uncurryThis,
} from '../primordials.ts';
import { bufferCopy, cloneError, isBranded, transferredBuffers } from './clone-buffers.ts';

export function structuredClone(...args: unknown[]): unknown {
  if (args.length === 0) throw new TypeError('structuredClone expects a value.');
  const buffers = transferredBuffers(args[1]);
  const spans: Spans = new Map();
  if (buffers.length === 0) return new Copier([], spans).copy(args[0]);
  // A failure has to leave the buffers as they are. A first copy, which does not move them, finds it, and measures views.
  new Copier(
    buffers.map((buffer) => [buffer, buffer]),
    spans,
  ).copy(args[0]);
  const moved = buffers.map((buffer) => [buffer, arrayBufferTransfer(buffer)] as const);
  return new Copier(moved, spans).copy(args[0]);
}

/** Where in its buffer each view lies. It can no longer be asked when its buffer has moved. */
type Spans = Map<object, readonly [byteOffset: number, length: number]>;

/** Makes the shell of a copy and, if there is something to put into it, says how. */
type Shell = readonly [copy: object, fill?: () => void];

class Copier {
  readonly #copies: Map<object, object>;
  readonly #spans: Spans;
  readonly #fills: (() => void)[] = [];

  constructor(known: readonly (readonly [object, object])[], spans: Spans) {
    this.#copies = new Map(known);
    this.#spans = spans;
  }

  copy(value: unknown): unknown {
    const copy = this.#copyOf(value);
    for (let fill = this.#fills.pop(); fill !== undefined; fill = this.#fills.pop()) fill();
    return copy;
  }

  #copyOf(value: unknown): unknown {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw cloneError(`A ${typeof value} cannot be cloned.`);
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const [copy, fill] = this.#shellOf(value);
    this.#copies.set(value, copy);
    if (fill !== undefined) this.#fills.push(fill);
    return copy;
  }

  #shellOf(source: object): Shell {
    if (isArray(source)) return this.#recordShell(source, new Array(source.length));
    if (getPrototypeOf(source) === Object.prototype) return this.#recordShell(source, {});
    if (isError(source)) return this.#errorShell(source);
    if (ArrayBuffer.isView(source)) return [this.#viewOf(source)];
    return this.#builtInShell(source) ?? this.#recordShell(source, {});
  }

  #builtInShell(source: object): Shell | undefined {
    if (source instanceof OriginalDate && isBranded(dateValue, source)) return [new OriginalDate(dateValue(source))];
    if (source instanceof RegExp && isBranded(regExpSource, source)) {
      return [new RegExp(regExpSource(source), regExpFlags(source))];
    }
    if (source instanceof Map && isBranded(mapSize, source)) return this.#mapShell(source);
    if (source instanceof Set && isBranded(setSize, source)) return this.#setShell(source);
    if (source instanceof ArrayBuffer && isBranded(arrayBufferByteLength, source)) return [bufferCopy(source)];
    for (const [boxClass, unboxed] of boxes) {
      if (source instanceof boxClass && isBranded(unboxed, source)) return [Object(unboxed(source))];
    }
    for (const refused of [Promise, WeakMap, WeakSet, Symbol]) {
      if (source instanceof refused) throw cloneError(`A ${refused.name} cannot be cloned.`);
    }
    return undefined;
  }

  #recordShell(source: object, copy: object): Shell {
    const fill = (): void => {
      for (const key of objectKeys(source)) put(copy, key, this.#copyOf(Reflect.get(source, key)));
    };
    return [copy, fill];
  }

  #mapShell(source: object): Shell {
    const copy = new Map();
    const fill = (): void => {
      for (const [key, value] of [...mapEntries(source)]) copy.set(this.#copyOf(key), this.#copyOf(value));
    };
    return [copy, fill];
  }

  #setShell(source: object): Shell {
    const copy = new Set();
    const fill = (): void => {
      for (const value of [...setValues(source)]) copy.add(this.#copyOf(value));
    };
    return [copy, fill];
  }

  #errorShell(source: Error): Shell {
    const errorClass = errorsByName.get(source.name) ?? Error;
    const copy: object = new errorClass();
    const message = getOwnPropertyDescriptor(source, 'message');
    if (message !== undefined && 'value' in message) putHidden(copy, 'message', `${message.value}`);
    const { stack } = source;
    putHidden(copy, 'stack', typeof stack === 'string' ? stack : undefined);
    if (!hasOwn(source, 'cause')) return [copy];
    return [copy, () => putHidden(copy, 'cause', this.#copyOf(source.cause))];
  }

  #viewOf(source: object): object {
    const name = typedArrayName(source);
    const span = this.#spans.get(source) ?? spanOf(source, name);
    this.#spans.set(source, span);
    const buffer = this.#copyOf(name === undefined ? dataViewBuffer(source) : typedArrayBuffer(source));
    const viewClass: new (...args: unknown[]) => object = Reflect.get(globalThis, name ?? 'DataView');
    return new viewClass(buffer, ...span);
  }
}

function spanOf(view: object, name: string | undefined): readonly [number, number] {
  return name === undefined
    ? [dataViewByteOffset(view), dataViewByteLength(view)]
    : [typedArrayByteOffset(view), typedArrayLength(view)];
}

const boxes: readonly (readonly [{ new (): object } | BigIntConstructor, (self: unknown) => unknown])[] = [
  [Number, uncurryThis(Number.prototype.valueOf)],
  [String, uncurryThis(String.prototype.valueOf)],
  [Boolean, uncurryThis(Boolean.prototype.valueOf)],
  [BigInt, uncurryThis(BigInt.prototype.valueOf)],
];

/** The classes of error that keep their class. All others become Error. */
const errorsByName: ReadonlyMap<unknown, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [each.name, each]),
);

/** An own property whatever the key is: `__proto__` is ordinary here. */
function put(target: object, key: string, value: unknown): void {
  if (key in target) defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else Reflect.set(target, key, value);
}

function putHidden(target: object, key: string, value: unknown): void {
  defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true });
}
