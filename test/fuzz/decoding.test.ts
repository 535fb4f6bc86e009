// Bytes of all kinds against the decoder: it gives what they stand for, read by another decoder that knows nothing but
// short lists, texts and numbers, or tells of a breach. Nothing else is thrown, whatever the bytes and the text in them.
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import { decodeFromWorker, encodeFrame, type FromWorker, ProtocolBreach } from '../../src/protocol/frames.ts';
import { opLengthsOf } from '../../src/protocol/op-lengths.ts';
import { readOps } from '../../src/protocol/ops.ts';
import { isPlainFrame } from '../../src/protocol/plain-frame.ts';
import { type Random, seededRandom } from '../random.ts';
import { badRecords, forgedRecords } from './records.ts';

const base = Number(process.env['STEPWELL_SEED'] ?? 1);
const seeds = Array.from({ length: Number(process.env['STEPWELL_SEEDS'] ?? 8) }, (_, i) => base + i);
const framesPerSeed = 1_000;
const lengths = opLengthsOf(defaultLimits);

/** Stands for a text that is no UTF-8: what is made of it is the decoder's business. */
const noText = Symbol('no text');

/** A second opinion: null for what is no short list of short lists of texts and numbers. Slow, and short. */
class PlainReader {
  readonly #view: DataView;
  #at = 0;

  constructor(frame: Uint8Array) {
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  }

  read(): unknown[][] | null {
    try {
      const messages = this.#list(16, () => this.#list(8, () => this.#scalar()));
      return this.#at === this.#view.byteLength && messages.length > 0 ? messages : null;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  #list<T>(most: number, item: () => T): T[] {
    const format = this.#uint(1);
    const length = format >> 4 === 9 ? format & 15 : format === 0xdc ? this.#uint(2) : -1;
    if (length < 0 || length > most) throw new RangeError('No list, or too long a one.');
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(item());
    return items;
  }

  #scalar(): unknown {
    const format = this.#uint(1);
    if (format < 0x80) return format;
    if (format >= 0xe0) return format - 256;
    if (format >> 5 === 5) return this.#text(format & 31);
    if (format >= 0xd9 && format <= 0xdb) return this.#text(this.#uint(2 ** (format - 0xd9)));
    if (format === 0xca) return this.#number(4, (at) => this.#view.getFloat32(at));
    if (format === 0xcb) return this.#number(8, (at) => this.#view.getFloat64(at));
    if (format >= 0xcc && format <= 0xce) return this.#uint(2 ** (format - 0xcc));
    if (format === 0xcf) return this.#number(8, (at) => this.#view.getBigUint64(at));
    if (format === 0xd0) return this.#number(1, (at) => this.#view.getInt8(at));
    if (format === 0xd1) return this.#number(2, (at) => this.#view.getInt16(at));
    if (format === 0xd2) return this.#number(4, (at) => this.#view.getInt32(at));
    if (format === 0xd3) return this.#number(8, (at) => this.#view.getBigInt64(at));
    throw new RangeError('No text and no number.');
  }

  #text(length: number): string | typeof noText {
    if (this.#at + length > this.#view.byteLength) throw new RangeError('Beyond the end.');
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at, length);
    this.#at += length;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return noText;
    }
  }

  #uint(bytes: number): number {
    return this.#number(bytes, (at) => {
      let value = 0;
      for (let i = 0; i < bytes; i++) value = value * 256 + this.#view.getUint8(at + i);
      return value;
    });
  }

  #number<T>(bytes: number, read: (at: number) => T): T {
    const value = read(this.#at);
    this.#at += bytes;
    return value;
  }
}

const odd: readonly unknown[] = [
  null,
  true,
  {},
  { a: 1 },
  [],
  [[]],
  new Date(0),
  /x/,
  new Set([1]),
  Buffer.of(1),
  2n ** 63n,
  -(2n ** 62n),
  -1,
  2 ** 40,
  1.5,
];

function textOf(random: Random): string {
  const alphabet = random.pick(['abc\t\n"', 'é€😀x', '\u0000\u007f\u0080\uffff']);
  const length = random.pick([
    0,
    1,
    3,
    15,
    16,
    31,
    32,
    60,
    65,
    140,
    255,
    256,
    300,
    70_000 * (random.below(20) === 0 ? 1 : 0),
  ]);
  return Array.from({ length }, () => random.pick([...alphabet])).join('');
}

function messageOf(random: Random): unknown[] {
  const [turn, cell, micros] = [random.below(300), random.below(70_000), random.below(2 ** 31) / random.pick([1, 7])];
  const message: unknown[] = random.pick<unknown[]>([
    ['turn', turn, cell, textOf(random), micros, turn],
    ['lost', turn, cell, random.pick(['cpu', 'memory', 'rejection', 'fault']), textOf(random), micros],
    ['pong', turn],
  ]);
  if (random.below(3) === 0) message[random.below(7)] = random.pick([...odd, textOf(random)]);
  return message;
}

/** Honest frames, and what becomes of them when bytes in them are changed, left out, put in. */
function frameOf(random: Random): Uint8Array {
  const messages = Array.from({ length: random.pick([0, 1, 1, 1, 1, 1, 2, 16, 17]) }, () => messageOf(random));
  const bytes = [...encodeFrame(messages as unknown as FromWorker[])];
  for (let changes = random.pick([0, 0, 1, 1, 2, 8]); changes > 0; changes--) {
    const at = random.below(bytes.length + 1);
    // Most bytes say nothing of structure; those that do are here more often.
    const byte =
      random.below(2) === 0
        ? random.below(256)
        : random.pick([0x90, 0x91, 0x96, 0xa4, 0xbf, 0xc1, 0xcb, 0xcf, 0xd4, 0xd9, 0xdb, 0xdc, 0xf0]);
    bytes.splice(at, random.below(3), ...(random.below(3) === 0 ? [] : [byte]));
  }
  return Uint8Array.from(bytes);
}

/** What the decoder gave, or null for a breach; whatever else it throws is thrown. */
function decoded(frame: Uint8Array): readonly FromWorker[] | null {
  try {
    return decodeFromWorker(frame);
  } catch (error) {
    if (error instanceof ProtocolBreach) return null;
    throw error;
  }
}

/** A breach is told of to whoever reads events: what it was does not go along. */
const inFewWords = expect.toSatisfy((error: unknown) => error instanceof ProtocolBreach && error.message.length < 200);

describe('frames of all kinds', () => {
  it.each(seeds)(
    'are read as what they are, or refused (STEPWELL_SEED=%i STEPWELL_SEEDS=1 npx vitest run test/fuzz/decoding.test.ts)',
    (seed) => {
      const random = seededRandom(seed);
      let accepted = 0;
      for (let i = 0; i < framesPerSeed; i++) {
        const frame = frameOf(random);
        const second = new PlainReader(frame).read();
        expect(isPlainFrame(frame), `frame ${i}`).toBe(second !== null);
        const messages = decoded(frame);
        if (messages === null) continue;
        accepted++;
        const seen = messages.map((message, m) =>
          message.map((field, f) => (second?.[m]?.[f] === noText && typeof field === 'string' ? noText : field)),
        );
        expect(seen, `frame ${i}`).toEqual(second);
      }
      expect(accepted).toBeGreaterThan(framesPerSeed / 10);
      expect(accepted).toBeLessThan(framesPerSeed);
    },
  );
});

describe('records of all kinds', () => {
  it.each(seeds)(
    'are read in order up to the first that is none (STEPWELL_SEED=%i STEPWELL_SEEDS=1 npx vitest run test/fuzz/decoding.test.ts)',
    (seed) => {
      const random = seededRandom(seed);
      for (let i = 0; i < framesPerSeed; i++) {
        const good = Array.from({ length: random.below(5) }, () =>
          random.pick(forgedRecords(random, random.below(100))),
        );
        const bad =
          random.below(2) === 0
            ? [random.pick(badRecords(random.below(100))), random.pick(forgedRecords(random, 1))]
            : [];
        const text = [...good, ...bad].map((record) => `${record}\n`).join('');
        const refs: number[] = [];
        const read = (): number => readOps(text, lengths, (ref) => refs.push(ref));
        if (bad.length === 0) read();
        else expect(read, text).toThrow(inFewWords);
        expect(refs, text).toEqual(good.map((record) => Number(record.split('\t')[1])));
      }
    },
  );

  it.each(seeds)(
    'are ops or a breach when any character is changed (STEPWELL_SEED=%i STEPWELL_SEEDS=1 npx vitest run test/fuzz/decoding.test.ts)',
    (seed) => {
      const random = seededRandom(seed);
      for (let i = 0; i < framesPerSeed; i++) {
        const text = Array.from(
          { length: 1 + random.below(4) },
          () => `${random.pick(forgedRecords(random, random.below(100)))}\n`,
        ).join('');
        const at = random.below(text.length);
        const changed =
          text.slice(0, at) +
          random.pick(['', '\t', '\n', '"', '-', '\ud800', 'x', '\u0000']) +
          text.slice(at + random.below(2));
        try {
          readOps(changed, lengths, (ref, op) => {
            const isSound =
              Number.isSafeInteger(ref) && ref >= 0 && Number.isFinite(op.amount) && Number.isSafeInteger(op.method);
            expect(isSound, changed).toBe(true);
          });
        } catch (error) {
          expect(error, changed).toBeInstanceOf(ProtocolBreach);
        }
      }
    },
  );
});
