// ChaCha20 (RFC 8439) as a source of bytes: strong, small, and the same for the same key and nonce, which is what makes
// the random values of a step come again when the step is run again.
import { charCodeAt, floor, RangeErrorOf, typedArrayLength, Uint32ArrayOf } from '../primordials.ts';

const roundPairs = 10;
const blockBytes = 64;

/** What a stream of one step is for. Streams of different purpose tell nothing about each other. */
export type StreamPurpose = 'crypto' | 'math';
const purposeNumbers: { readonly [Purpose in StreamPurpose]: number } = { crypto: 1, math: 2 };

export interface KeyStream {
  /** Fills all of `bytes` with the next bytes of the stream. */
  write(bytes: Uint8Array): void;
}

/** The stream of one step: `seed` is 64 hex digits, `nonce` differs for each step that has the same seed. */
export function createKeyStream(seed: string, nonce: number, purpose: StreamPurpose): KeyStream {
  const words = new Uint32ArrayOf(3);
  words[0] = nonce % 2 ** 32;
  words[1] = floor(nonce / 2 ** 32);
  words[2] = purposeNumbers[purpose];
  const key = keyOf(seed);
  const block = new Uint32ArrayOf(blockBytes / 4);
  let counter = 0;
  let used = blockBytes;
  return {
    write(bytes) {
      const length = typedArrayLength(bytes);
      for (let index = 0; index < length; index++) {
        if (used === blockBytes) {
          chachaBlock(key, counter++, words, block);
          used = 0;
        }
        // Words are little-endian, whatever the machine is.
        bytes[index] = (block[used >>> 2] ?? 0) >>> ((used & 3) * 8);
        used++;
      }
    },
  };
}

function keyOf(seed: string): Uint32Array {
  if (seed.length !== 64) throw new RangeErrorOf(`Expected a seed of 64 hex digits, got ${seed.length}.`);
  const key = new Uint32ArrayOf(8);
  for (let word = 0; word < 8; word++) {
    let bits = 0;
    // Four bytes of two digits each, the lowest first.
    for (let byte = 3; byte >= 0; byte--) {
      const at = word * 8 + byte * 2;
      bits = (bits << 8) | (digitAt(seed, at) << 4) | digitAt(seed, at + 1);
    }
    key[word] = bits;
  }
  return key;
}

/** The value of a hex digit in lower case. */
function digitAt(text: string, index: number): number {
  const unit = charCodeAt(text, index);
  return unit <= 0x39 ? unit - 0x30 : unit - 0x57;
}

/** One block: 16 words, to be read as little-endian bytes. `key` has 8 words, `nonce` 3. */
export function chachaBlock(key: Uint32Array, counter: number, nonce: Uint32Array, block: Uint32Array): void {
  for (let index = 0; index < 16; index++) block[index] = wordAt(key, counter, nonce, index);
  for (let pair = 0; pair < roundPairs; pair++) {
    quarterRound(block, 0, 4, 8, 12);
    quarterRound(block, 1, 5, 9, 13);
    quarterRound(block, 2, 6, 10, 14);
    quarterRound(block, 3, 7, 11, 15);
    quarterRound(block, 0, 5, 10, 15);
    quarterRound(block, 1, 6, 11, 12);
    quarterRound(block, 2, 7, 8, 13);
    quarterRound(block, 3, 4, 9, 14);
  }
  for (let index = 0; index < 16; index++) block[index] = (block[index] ?? 0) + wordAt(key, counter, nonce, index);
}

/** What a block is made from: four constants, the key, the counter, the nonce. */
function wordAt(key: Uint32Array, counter: number, nonce: Uint32Array, index: number): number {
  if (index < 4) return constants[index] ?? 0;
  if (index < 12) return key[index - 4] ?? 0;
  return index === 12 ? counter : (nonce[index - 13] ?? 0);
}

/** "expand 32-byte k" */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

function quarterRound(words: Uint32Array, ia: number, ib: number, ic: number, id: number): void {
  let a = words[ia] ?? 0;
  let b = words[ib] ?? 0;
  let c = words[ic] ?? 0;
  let d = words[id] ?? 0;
  a = (a + b) | 0;
  d = rotated(d ^ a, 16);
  c = (c + d) | 0;
  b = rotated(b ^ c, 12);
  a = (a + b) | 0;
  d = rotated(d ^ a, 8);
  c = (c + d) | 0;
  b = rotated(b ^ c, 7);
  words[ia] = a;
  words[ib] = b;
  words[ic] = c;
  words[id] = d;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
