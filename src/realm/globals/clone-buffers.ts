// What `structuredClone` does with buffers, and how it tells built-in objects from impostors.
import {
  ArrayBufferOf,
  append,
  arrayBufferByteLength,
  arrayBufferDetached,
  arrayBufferMaxByteLength,
  arrayBufferResizable,
  type BareList,
  bareList,
  copyBytes,
  isArrayBuffer,
  TypeErrorOf,
  Uint8ArrayOf,
} from '../primordials.ts';
import { namedError } from './named-error.ts';

/** The buffers of `{ transfer }`, each checked. The list is the step's, and so is the way to go through it. */
export function transferredBuffers(options: unknown): BareList<object> {
  const buffers = bareList<object>();
  if (options === undefined || options === null) return buffers;
  if (typeof options !== 'object' && typeof options !== 'function') {
    throw new TypeErrorOf('Expected the options of structuredClone to be an object.');
  }
  const { transfer } = options as { transfer?: Iterable<unknown> };
  if (transfer === undefined || transfer === null) return buffers;
  for (const value of transfer) {
    if (!isArrayBuffer(value)) throw cloneError('Only an ArrayBuffer can be transferred.');
    const buffer = value as object;
    for (let index = 0; index < buffers.length; index++) {
      if (buffers[index] === buffer) throw cloneError('An ArrayBuffer is in the transfer list twice.');
    }
    if (arrayBufferDetached(buffer)) throw cloneError('An ArrayBuffer in the transfer list is detached.');
    append(buffers, buffer);
  }
  return buffers;
}

export function bufferCopy(source: object): ArrayBuffer {
  if (arrayBufferDetached(source)) throw cloneError('A detached ArrayBuffer cannot be cloned.');
  const length = arrayBufferByteLength(source);
  const options = arrayBufferResizable(source) ? { maxByteLength: arrayBufferMaxByteLength(source) } : undefined;
  const copy = new ArrayBufferOf(length, options);
  copyBytes(new Uint8ArrayOf(copy), new Uint8ArrayOf(source as ArrayBuffer));
  return copy;
}

export function cloneError(message: string): Error {
  return namedError('DataCloneError', message);
}
