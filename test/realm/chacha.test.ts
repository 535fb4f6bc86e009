// ChaCha20 against the vectors of RFC 8439 and against OpenSSL, and the streams that steps draw from it.
import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chachaBlock, createKeyStream } from '../../src/realm/globals/chacha.ts';

const seed = 'ab'.repeat(32);

/** Little-endian words of bytes given as hex digits. */
function wordsOf(hex: string): Uint32Array {
  const bytes = Buffer.from(hex.replaceAll(/[\s:]/g, ''), 'hex');
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
}

function hexOf(words: Uint32Array): string {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    bytes.writeUInt32LE(word, index * 4);
  });
  return bytes.toString('hex');
}

function blockOf(key: string, counter: number, nonce: string): string {
  const block = new Uint32Array(16);
  chachaBlock(wordsOf(key), counter, wordsOf(nonce), block);
  return hexOf(block);
}

function streamBytes(length: number, ...[key, nonce, purpose]: Parameters<typeof createKeyStream>): string {
  const bytes = new Uint8Array(length);
  createKeyStream(key, nonce, purpose).write(bytes);
  return Buffer.from(bytes).toString('hex');
}

describe('a block', () => {
  const zeros = '00'.repeat(32);
  const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex');

  test.each([
    [
      'section 2.3.2',
      blockOf(counting, 1, '00:00:00:09:00:00:00:4a:00:00:00:00'),
      '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e',
    ],
    [
      'appendix A.1, vector 1',
      blockOf(zeros, 0, '00'.repeat(12)),
      '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586',
    ],
    [
      'appendix A.1, vector 2',
      blockOf(zeros, 1, '00'.repeat(12)),
      '9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f',
    ],
    [
      'appendix A.1, vector 3',
      blockOf(`${'00'.repeat(31)}01`, 1, '00'.repeat(12)),
      '3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0',
    ],
  ])('is that of RFC 8439, %s', (_, block, expected) => {
    expect(block).toBe(expected);
  });

  test('is that of OpenSSL for 200 other keys, counters and nonces', () => {
    for (let index = 0; index < 200; index++) {
      const digest = (what: string) => createHash('sha256').update(`${what} ${index}`).digest();
      const [key, nonce] = [digest('key'), digest('nonce').subarray(0, 12)];
      const counter = digest('counter').readUInt32LE(0);
      const initial = Buffer.concat([Buffer.alloc(4), nonce]);
      initial.writeUInt32LE(counter);
      const expected = createCipheriv('chacha20', key, initial).update(Buffer.alloc(64)).toString('hex');
      expect(blockOf(key.toString('hex'), counter, nonce.toString('hex'))).toBe(expected);
    }
  });
});

describe('a stream', () => {
  test('is the cipher with the seed as key, and the purpose in the nonce', () => {
    const initial = Buffer.alloc(16);
    initial.writeUInt32LE(7, 4);
    initial.writeUInt32LE(1, 12);
    const key = Buffer.from(seed, 'hex');
    const expected = createCipheriv('chacha20', key, initial).update(Buffer.alloc(1_000)).toString('hex');
    expect(streamBytes(1_000, seed, 7, 'crypto')).toBe(expected);
  });

  test('gives the same bytes however they are taken', () => {
    const stream = createKeyStream(seed, 1, 'crypto');
    const pieces = [1, 0, 63, 64, 65, 7, 128, 3].map((length) => {
      const piece = new Uint8Array(length);
      stream.write(piece);
      return Buffer.from(piece).toString('hex');
    });
    expect(pieces.join('')).toBe(streamBytes(331, seed, 1, 'crypto'));
  });

  test('differs by seed, nonce and purpose', () => {
    const streams = [
      streamBytes(32, seed, 1, 'crypto'),
      streamBytes(32, 'ac'.repeat(32), 1, 'crypto'),
      streamBytes(32, seed, 2, 'crypto'),
      streamBytes(32, seed, 1 + 2 ** 32, 'crypto'),
      streamBytes(32, seed, 1, 'math'),
    ];
    expect(new Set(streams).size).toBe(streams.length);
  });

  test('refuses a seed of another length', () => {
    expect(() => createKeyStream('ab', 1, 'crypto')).toThrow(RangeError);
  });
});
