// Whoever has taken a host over writes its frames byte by byte. Only lists of lists of texts and numbers may get as far as
// the decoder, and no bytes may do more than be refused.
import { describe, expect, it } from 'vitest';
import { encodeFrame, type FromWorker } from '../../src/protocol/frames.ts';
import { isPlainFrame } from '../../src/protocol/plain-frame.ts';
import { type Random, seededRandom, seeds } from '../random.ts';

function isPlain(...bytes: readonly number[]): boolean {
  return isPlainFrame(Uint8Array.from(bytes));
}

const zeros = (count: number): number[] => Array(count).fill(0);

/** Bytes after the format byte of the smallest whole value of each format, as the specification has them. */
const restOf: Readonly<Record<number, readonly number[]>> = {
  192: [], // nil
  193: [], // never used
  194: [], // false
  195: [], // true
  196: [0], // bin 8
  197: zeros(2),
  198: zeros(4),
  199: zeros(2), // ext 8
  200: zeros(3),
  201: zeros(5),
  202: zeros(4), // float 32
  203: zeros(8),
  204: zeros(1), // uint 8
  205: zeros(2),
  206: zeros(4),
  207: zeros(8),
  208: zeros(1), // int 8
  209: zeros(2),
  210: zeros(4),
  211: zeros(8),
  212: zeros(2), // fixext 1
  213: zeros(3),
  214: zeros(5),
  215: zeros(9),
  216: zeros(17),
  217: [0], // str 8
  218: zeros(2),
  219: zeros(4),
  220: zeros(2), // array 16
  221: zeros(4),
  222: zeros(2), // map 16
  223: zeros(4),
};

/** A whole value of the format: what is in a list is `item`, what is in a map or a text is zeros. */
function wholeValue(format: number, item: number): number[] {
  if (format >= 0x80 && format <= 0x8f) return [format, ...zeros(2 * (format & 0x0f))];
  if (format >= 0x90 && format <= 0x9f) return [format, ...Array(format & 0x0f).fill(item)];
  if (format >= 0xa0 && format <= 0xbf) return [format, ...zeros(format & 0x1f)];
  return [format, ...(restOf[format] ?? [])];
}

const emptyList = 0x90;
const messagesMost = 16;
const fieldsMost = 8;
const isNumberFormat = (format: number): boolean =>
  format <= 0x7f || format >= 0xe0 || (format >= 202 && format <= 211);
const isTextFormat = (format: number): boolean =>
  (format >= 0xa0 && format <= 0xbf) || (format >= 217 && format <= 219);

describe('a frame is plain', () => {
  const formats = Array.from({ length: 256 }, (_, format) => format);

  it('if it is a list with something in it, and nothing else is', () => {
    for (const format of formats) {
      const expected = format >= 0x91 && format <= 0x9f;
      expect(isPlain(...wholeValue(format, emptyList)), `format ${format}`).toBe(expected);
    }
  });

  it('if its messages are short lists, and nothing else is', () => {
    for (const format of formats) {
      const expected = (format >= 0x90 && format <= 0x90 + fieldsMost) || format === 220;
      expect(isPlain(0x91, ...wholeValue(format, 1)), `format ${format}`).toBe(expected);
    }
  });

  it('if neither it nor its messages are longer than a worker makes them, however the length is written', () => {
    for (let length = 0; length < 40; length++) {
      const isPlainOuter = length > 0 && length <= messagesMost;
      expect(isPlain(0xdc, 0, length, ...Array(length).fill(emptyList)), `${length} messages`).toBe(isPlainOuter);
      expect(isPlain(0x91, 0xdc, 0, length, ...zeros(length)), `${length} fields`).toBe(length <= fieldsMost);
      expect(isPlain(0xdd, 0, 0, 0, length, ...Array(length).fill(emptyList))).toBe(false);
      expect(isPlain(0x91, 0xdd, 0, 0, 0, length, ...zeros(length))).toBe(false);
    }
  });

  it('only if it has not so much in it that reading it would take the memory of this process', () => {
    const count = 1_000_000;
    const most = Buffer.from('dd000f4240', 'hex');
    expect(isPlainFrame(Buffer.concat([most, Buffer.alloc(count, emptyList)]))).toBe(false);
    expect(isPlainFrame(Buffer.concat([Buffer.of(0x91), most, Buffer.alloc(count, 1)]))).toBe(false);
  });

  it('if what is in its messages is text or a number, and nothing else is', () => {
    for (const format of formats) {
      const expected = isTextFormat(format) || isNumberFormat(format);
      expect(isPlain(0x91, 0x92, ...wholeValue(format, 1), 0), `format ${format}`).toBe(expected);
    }
  });

  it.each<[string, FromWorker[]]>([
    ['pong', [['pong', 0]]],
    ['large numbers', [['turn', 2 ** 53 - 1, 2 ** 31, '', 2 ** 48, 0.5]]],
    ['a loss', [['lost', 7, 1, 'memory', 'détail 😀', 12.25]]],
    ['many messages', Array.from({ length: messagesMost }, (_, turn) => ['pong', turn] as const)],
  ])('if a worker has encoded it: %s', (_, messages) => {
    expect(isPlainFrame(encodeFrame(messages))).toBe(true);
  });

  it('whatever the length of its texts', () => {
    for (const length of [0, 1, 31, 32, 255, 256, 65_535, 65_536, 1_000_000]) {
      for (const text of ['x'.repeat(length), '€'.repeat(length)]) {
        expect(isPlainFrame(encodeFrame([['turn', 1, 2, text, 3, 4]])), `length ${length}`).toBe(true);
      }
    }
  });
});

describe('a frame is not plain', () => {
  const whole = Uint8Array.from(
    encodeFrame([
      ['turn', 300, 70_000, 'g\t1\t"k"\n'.repeat(40), 1.5, 123_456],
      ['pong', 301],
    ]),
  );

  it('if it ends anywhere before its end', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(isPlainFrame(whole.subarray(0, length)), `length ${length}`).toBe(false);
    }
  });

  it('if it goes on after its end, in its own bytes or in those of others', () => {
    for (const byte of [0x00, 0x90, 0xc0, 0xff])
      expect(isPlainFrame(Buffer.concat([whole, Buffer.of(byte)]))).toBe(false);
    const shared = Buffer.concat([Buffer.of(0x91), whole, Buffer.of(0x00)]);
    expect(isPlainFrame(shared.subarray(1, -1))).toBe(true);
    expect(isPlainFrame(shared.subarray(1, -2))).toBe(false);
  });

  it('if it declares more than there is', () => {
    const most = [0xff, 0xff, 0xff, 0xff];
    expect(isPlain(0xdd, ...most)).toBe(false);
    expect(isPlain(0xdc, 0xff, 0xff, 0x90)).toBe(false);
    expect(isPlain(0x91, 0xdd, ...most, 1)).toBe(false);
    for (const length of [[0xbf], [0xd9, 0xff], [0xda, 0xff, 0xff], [0xdb, ...most]]) {
      expect(isPlain(0x91, 0x91, ...length, 0x61)).toBe(false);
    }
  });

  it('if there is nothing of it', () => {
    expect(isPlain()).toBe(false);
  });
});

describe('any bytes', () => {
  function bytesOf(random: Random, whole: Uint8Array): Uint8Array {
    const bytes =
      random.below(2) === 0
        ? Uint8Array.from({ length: random.below(64) }, () => random.below(256))
        : Uint8Array.from(whole);
    for (let changes = random.below(4); changes > 0 && bytes.length > 0; changes--) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    return bytes.subarray(0, random.below(4) === 0 ? random.below(bytes.length + 1) : bytes.length);
  }

  it('are plain or not, and none make it throw', () => {
    const whole = Uint8Array.from(
      encodeFrame([
        ['turn', 9, 1, 's\t1\t"k"\t[1,2]\n', 10, 20],
        ['pong', 10],
      ]),
    );
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const found = new Set<boolean>();
      for (let i = 0; i < 20_000; i++) found.add(isPlainFrame(bytesOf(random, whole)));
      expect(found, `seed ${seed}`).toEqual(new Set([true, false]));
    }
  });
});
