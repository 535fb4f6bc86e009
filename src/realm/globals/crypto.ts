// A step's `crypto`: random values that nobody else can foresee, and that come again when the step is run again.

import {
  startsWith,
  TypeErrorOf,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayName,
  Uint8ArrayOf,
} from '../primordials.ts';
import { createKeyStream, type KeyStream } from './chacha.ts';
import { namedError } from './named-error.ts';
import type { StepContext } from './step-context.ts';

const bytesPerCall = 65_536;

export function createCrypto(step: StepContext): object {
  let stream: KeyStream | undefined;
  const streamOf = (): KeyStream => {
    stream ??= createKeyStream(step.seed, step.nonce, 'crypto');
    return stream;
  };
  return {
    getRandomValues: (array: unknown) => fillRandom(streamOf, array),
    randomUUID: () => uuid(streamOf()),
  };
}

function fillRandom(streamOf: () => KeyStream, array: unknown): unknown {
  const name = typedArrayName(array);
  if (name === undefined) throw new TypeErrorOf('getRandomValues expects an integer typed array.');
  if (startsWith(name, 'Float')) {
    throw namedError('TypeMismatchError', `getRandomValues expects an integer typed array, got a ${name}.`);
  }
  const length = typedArrayByteLength(array);
  if (length > bytesPerCall) {
    throw namedError('QuotaExceededError', `getRandomValues fills at most ${bytesPerCall} bytes, got ${length}.`);
  }
  if (length > 0) streamOf().write(new Uint8ArrayOf(typedArrayBuffer(array), typedArrayByteOffset(array), length));
  return array;
}

/** Version 4 of RFC 9562. */
function uuid(stream: KeyStream): string {
  const bytes = new Uint8ArrayOf(16);
  stream.write(bytes);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let text = '';
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += hexOfByte[bytes[index] ?? 0];
  }
  return text;
}

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
