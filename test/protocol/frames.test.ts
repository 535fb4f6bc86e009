// A frame of a host is all that the main thread knows of it: each field is what a correct worker may write, or a breach.
import { describe, expect, it } from 'vitest';
import {
  decodeFromWorker,
  encodeFrame,
  type FromWorker,
  lossReasons,
  ProtocolBreach,
} from '../../src/protocol/frames.ts';

/** Encoded as a worker would, whatever it is. */
function frameOf(...messages: readonly unknown[]): Uint8Array {
  return encodeFrame(messages as unknown as FromWorker[]);
}

const turn = ['turn', 3, 1, 'g\t1\t"k"\n', 1_250.5, 40_000] as const;
const lost = ['lost', 4, 1, 'cpu', 'at start', 50_000] as const;
const pong = ['pong', 5] as const;

describe('a frame of a correct worker', () => {
  it.each<[string, readonly FromWorker[]]>([
    ['a turn', [turn]],
    ['a turn without ops', [['turn', 0, 0, '', 0, 0]]],
    ['a pong', [pong]],
    ['all kinds, in order', [turn, lost, pong]],
    ['the largest numbers', [['turn', 2 ** 53 - 1, 2 ** 53 - 1, '', 2 ** 48, 2 ** 48]]],
    ['text of any script', [['turn', 1, 1, 'l\t1\tlog\t"é€😀"\n', 1, 1]]],
  ])('is read as it was written: %s', (_, messages) => {
    expect(decodeFromWorker(encodeFrame(messages))).toEqual(messages);
  });

  it.each(lossReasons)('tells of a loss by %s', (reason) => {
    const message = ['lost', 4, 1, reason, '', 0] as const;
    expect(decodeFromWorker(encodeFrame([message]))).toEqual([message]);
  });

  it('keeps nothing of the buffer that it was read from', () => {
    const frame = Uint8Array.from(encodeFrame([turn]));
    const messages = decodeFromWorker(frame);
    frame.fill(0x41);
    expect(messages).toEqual([turn]);
  });
});

/** Nothing that counts. */
const noCounts: readonly unknown[] = [
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  1e300,
  2n ** 63n,
  -(2n ** 62n),
  '1',
  '',
];
/** Nothing that is an amount of time or bytes. */
const noAmounts: readonly unknown[] = [
  -1,
  -0.001,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 48 + 1,
  2 ** 53,
  1e300,
  5n * 2n ** 60n,
  '1',
  '',
];
const noTexts: readonly unknown[] = [0, 1, -1, 1.5];

/** `message` with each of the values in one field. */
function withField(message: readonly unknown[], field: number, values: readonly unknown[]): unknown[][] {
  return values.map((value) => message.map((old, at) => (at === field ? value : old)));
}

describe('a breach is', () => {
  it.each<[string, readonly (readonly unknown[])[]]>([
    [
      'a turn number that is none',
      [...withField(turn, 1, noCounts), ...withField(lost, 1, noCounts), ...withField(pong, 1, noCounts)],
    ],
    ['a cell that is none', [...withField(turn, 2, noCounts), ...withField(lost, 2, noCounts)]],
    ['a text that is none', [...withField(turn, 3, noTexts), ...withField(lost, 4, noTexts)]],
    [
      'an amount that is none',
      [...withField(turn, 4, noAmounts), ...withField(turn, 5, noAmounts), ...withField(lost, 5, noAmounts)],
    ],
    ['an unknown reason', withField(lost, 3, ['', 'CPU', 'wall', 'neighbour', 'constructor', '0', 0, 1])],
    [
      'an unknown kind',
      withField(turn, 0, ['', 'Turn', 'turns', 'open', 'deliver', 'close', 'ping', '__proto__', 0, 3]),
    ],
    [
      'a kind with the fields of another',
      [
        ['pong', ...turn.slice(1)],
        ['turn', 5],
        ['lost', ...turn.slice(1)],
        ['turn', ...lost.slice(1)],
      ],
    ],
    ['fields that are missing', [[], ['turn'], turn.slice(0, 5), lost.slice(0, 5), ['pong']]],
    [
      'a field more',
      [
        [...turn, 0],
        [...lost, ''],
        [...pong, 0],
        [...pong, ''],
      ],
    ],
  ])('%s', (_, messages) => {
    for (const message of messages) {
      expect(() => decodeFromWorker(frameOf(message)), String(message)).toThrow(ProtocolBreach);
      expect(() => decodeFromWorker(frameOf(turn, message)), `after a turn: ${message}`).toThrow(ProtocolBreach);
    }
  });

  it.each<[string, unknown]>([
    ['nil', null],
    ['a boolean', true],
    ['bytes', Buffer.from('text')],
    ['a map', { 0: 'turn' }],
    ['a list', [1]],
    ['a date', new Date(0)],
    ['a set', new Set([1])],
    ['an expression', /x/g],
    ['an error', new Error('x')],
  ])('%s in the place of anything', (_, value) => {
    expect(() => decodeFromWorker(frameOf(value))).toThrow(ProtocolBreach);
    for (const message of [turn, lost, pong]) {
      for (let field = 0; field < message.length; field++) {
        const [odd = []] = withField(message, field, [value]);
        expect(() => decodeFromWorker(frameOf(odd)), `${message[0]}, field ${field}`).toThrow(ProtocolBreach);
      }
    }
  });

  it.each<[string, readonly number[]]>([
    ['no bytes', []],
    ['no message', [0x90]],
    ['a record that msgpackr would compile', [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01]],
    ['the same, in a message', [0x91, 0x92, 0xa4, ...Buffer.from('pong'), 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01]],
    [
      'a kind in an extension that stands for it',
      [0x91, 0x92, 0xd6, 0x69, 0, 0, 0, 1, 0xa4, ...Buffer.from('pong'), 7],
    ],
    ['a message in such an extension', [0x91, 0xd6, 0x69, 0, 0, 0, 1, 0x92, 0xa4, ...Buffer.from('pong'), 7]],
    ['lists without end', Array(100_000).fill(0x91)],
    ['a list of four billion messages', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['a text of four billion bytes', [0x91, 0x92, 0xa4, ...Buffer.from('pong'), 0xdb, 0xff, 0xff, 0xff, 0xff]],
  ])('%s', (_, bytes) => {
    expect(() => decodeFromWorker(Uint8Array.from(bytes))).toThrow(ProtocolBreach);
  });

  it('a detail that is longer than a cell makes one', () => {
    const lostIn = (detail: string) => (): unknown => decodeFromWorker(frameOf(['lost', 1, 1, 'rejection', detail, 0]));
    expect(lostIn('x'.repeat(16_384))).not.toThrow();
    expect(lostIn('x'.repeat(16_385))).toThrow(ProtocolBreach);
  });

  it('told in few words, whatever was said', () => {
    const text = 'x'.repeat(100_000);
    for (const message of [[text], ['lost', 1, 1, text, text, 0], ['turn', text, 1, text, 1, 1]]) {
      const told = (): unknown => decodeFromWorker(frameOf(message));
      expect(told).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{1,200}$/) }));
    }
  });
});

describe('text that is no UTF-8', () => {
  it.each<[string, readonly number[]]>([
    ['a byte that is never one', [0xff, 0xfe]],
    ['a character that goes on after the end of its text', [0xf0]],
    ['half a character, then its other half as a number', [0xe2, 0x82]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a long way to write a short character', [0xc0, 0x80]],
    ['a text of many such bytes', Array(300).fill(0xf8)],
  ])('is text all the same, and ends where it ends: %s', (_, bytes) => {
    const text = bytes.length < 32 ? [0xa0 + bytes.length] : [0xda, bytes.length >> 8, bytes.length & 0xff];
    const frame = [0x91, 0x96, 0xa4, ...Buffer.from('turn'), 7, 9, ...text, ...bytes, 11, 12];
    const [message] = decodeFromWorker(Uint8Array.from(frame));
    expect(message).toEqual(['turn', 7, 9, expect.any(String), 11, 12]);
  });
});
