// What `structuredClone` does with buffers, and how it tells built-in objects from impostors.
import {
  arrayBufferByteLength,
  arrayBufferDetached,
  arrayBufferMaxByteLength,
  arrayBufferResizable,
} from '../primordials.ts';
import { namedError } from './named-error.ts';

/** The buffers of `{ transfer }`, each checked. */
export function transferredBuffers(options: unknown): readonly object[] {
  if (options === undefined || options === null) return [];
  if (typeof options !== 'object' && typeof options !== 'function') {
    throw new TypeError('Expected the options of structuredClone to be an object.');
  }
  const { transfer } = options as { transfer?: Iterable<unknown> };
  const buffers: object[] = [];
  for (const value of transfer ?? []) {
    if (typeof value !== 'object' || value === null || !isBranded(arrayBufferByteLength, value)) {
      throw cloneError('Only an ArrayBuffer can be transferred.');
    }
    if (buffers.includes(value)) throw cloneError('An ArrayBuffer is in the transfer list twice.');
    if (arrayBufferDetached(value)) throw cloneError('An ArrayBuffer in the transfer list is detached.');
    buffers.push(value);
  }
  return buffers;
}

export function bufferCopy(source: object): ArrayBuffer {
  if (arrayBufferDetached(source)) throw cloneError('A detached ArrayBuffer cannot be cloned.');
  const length = arrayBufferByteLength(source);
  const options = arrayBufferResizable(source) ? { maxByteLength: arrayBufferMaxByteLength(source) } : undefined;
  const copy = new ArrayBuffer(length, options);
  new Uint8Array(copy).set(new Uint8Array(source as ArrayBuffer));
  return copy;
}

/** Whether a getter or method that works on one kind of object only takes this one. */
export function isBranded(brand: (self: unknown) => unknown, value: object): boolean {
  try {
    brand(value);
    return true;
  } catch {
    return false; // An impostor: it has the prototype, but not what the constructor gives.
  }
}

export function cloneError(message: string): Error {
  return namedError('DataCloneError', message);
}
