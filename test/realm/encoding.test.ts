// TextEncoder, TextDecoder, atob and btoa against Node's own, over many inputs.
import { describe, expect, test } from 'vitest';
import { atob, btoa } from '../../src/realm/globals/base64.ts';
import { TextDecoder, TextEncoder } from '../../src/realm/globals/encoding.ts';
import { seededRandom } from '../random.ts';

const seed = 20_260_101;
const Node = {
  TextDecoder: globalThis.TextDecoder,
  TextEncoder: globalThis.TextEncoder,
  atob: globalThis.atob,
  btoa: globalThis.btoa,
};

/** Bytes that often are, or nearly are, sequences of several bytes. */
function wildBytes(random: (bound: number) => number): Uint8Array {
  const pieces = [
    [0xef, 0xbb, 0xbf],
    [0xe2, 0x82, 0xac],
    [0xf0, 0x9f, 0x98, 0x80],
    [0xed, 0xa0, 0x80],
    [0xc3, 0xbc],
    [0xf4, 0x90],
  ];
  const bytes: number[] = [];
  for (let count = random(12); count > 0; count--) {
    const piece = pieces[random(pieces.length)] ?? [];
    if (random(3) > 0) bytes.push(...piece.slice(0, 1 + random(piece.length)));
    else bytes.push(random(2) > 0 ? random(256) : 128 + random(128));
  }
  return Uint8Array.from(bytes);
}

/** Text with surrogates, paired and alone. */
function wildText(random: (bound: number) => number): string {
  const units = Array.from({ length: random(20) }, () => {
    const kind = random(4);
    return kind === 0
      ? random(128)
      : kind === 1
        ? random(0x900)
        : kind === 2
          ? 0xd800 + random(0x800)
          : random(0x10000);
  });
  return String.fromCharCode(...units);
}

function outcome(call: () => unknown): unknown {
  try {
    return { value: call() };
  } catch (error) {
    return { name: (error as Error).name };
  }
}

describe('TextDecoder', () => {
  test.each([
    { fatal: false, ignoreBOM: false },
    { fatal: false, ignoreBOM: true },
    { fatal: true, ignoreBOM: false },
  ])('reads 20,000 wild sequences as Node does, with %o', (options) => {
    const random = seededRandom(seed).below;
    for (let count = 0; count < 20_000; count++) {
      const bytes = wildBytes(random);
      const expected = outcome(() => new Node.TextDecoder('utf-8', options).decode(bytes));
      expect(
        outcome(() => new TextDecoder('utf-8', options).decode(bytes)),
        `${bytes}`,
      ).toEqual(expected);
    }
  });

  test('reads 5,000 streams as Node does, wherever they are cut', () => {
    const random = seededRandom(seed + 1).below;
    // Without the byte order mark, which Node drops from the middle of a stream too.
    const options = { ignoreBOM: true };
    const [mine, theirs] = [new TextDecoder('utf-8', options), new Node.TextDecoder('utf-8', options)];
    for (let count = 0; count < 5_000; count++) {
      for (let piece = random(4); piece >= 0; piece--) {
        const bytes = wildBytes(random);
        const stream = piece > 0;
        expect(mine.decode(bytes, { stream })).toBe(theirs.decode(bytes, { stream }));
      }
    }
  });

  test('drops a byte order mark at the start of a stream, wherever it is cut, and nowhere else', () => {
    const decoder = new TextDecoder();
    for (const cut of [0, 1, 2, 3, 4, 7]) {
      const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xef, 0xbb, 0xbf);
      const text = decoder.decode(bytes.subarray(0, cut), { stream: true }) + decoder.decode(bytes.subarray(cut));
      expect(text).toBe('a\ufeff');
    }
  });

  test('reads long text, and every kind of buffer', () => {
    const text = 'aü€😀'.repeat(10_000);
    const { buffer } = new Node.TextEncoder().encode(`xx${text}`);
    expect(new TextDecoder().decode(new Uint8Array(buffer, 2))).toBe(text);
    expect(new TextDecoder().decode(new DataView(buffer, 2))).toBe(text);
    expect(new TextDecoder().decode(buffer)).toBe(`xx${text}`);
    expect(new TextDecoder().decode(new Uint16Array([0x6161]))).toBe('aa');
    expect(new TextDecoder().decode()).toBe('');
  });

  test('starts anew after an error', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    expect(() => decoder.decode(Uint8Array.of(0xff), { stream: true })).toThrow(TypeError);
    expect(decoder.decode(Uint8Array.of(0x61))).toBe('a');
  });

  test('takes the names of UTF-8 and refuses others', () => {
    for (const label of ['utf8', ' UTF-8\n', 'unicode-1-1-utf-8'])
      expect(new TextDecoder(label).encoding).toBe('utf-8');
    for (const label of ['latin1', 'utf-16le', 'nonsense', null])
      expect(() => new TextDecoder(label)).toThrow(RangeError);
    const { fatal, ignoreBOM } = new TextDecoder('utf-8', { fatal: 1, ignoreBOM: 'yes' });
    expect([fatal, ignoreBOM]).toEqual([true, true]);
  });

  test('refuses what holds no bytes', () => {
    for (const input of [1, 'text', {}, [], null]) expect(() => new TextDecoder().decode(input)).toThrow(TypeError);
  });
});

describe('TextEncoder', () => {
  test('writes 20,000 wild texts as Node does', () => {
    const random = seededRandom(seed + 2).below;
    for (let count = 0; count < 20_000; count++) {
      const text = wildText(random);
      expect([...new TextEncoder().encode(text)]).toEqual([...new Node.TextEncoder().encode(text)]);
      const [mine, theirs] = [new Uint8Array(random(30)), new Uint8Array(0)];
      const room = new Uint8Array(mine.length);
      expect(new TextEncoder().encodeInto(text, mine)).toEqual(new Node.TextEncoder().encodeInto(text, room));
      expect([...mine, ...theirs]).toEqual([...room]);
    }
  });

  test('has nothing to write without an argument, and only writes into a Uint8Array', () => {
    expect([...new TextEncoder().encode()]).toEqual([]);
    expect([...new TextEncoder().encode(null)]).toEqual([...Buffer.from('null')]);
    expect(() => new TextEncoder().encodeInto('a', new Uint16Array(1))).toThrow(TypeError);
  });
});

describe('atob and btoa', () => {
  test('write and read 20,000 wild texts as Node does', () => {
    const random = seededRandom(seed + 3).below;
    for (let count = 0; count < 20_000; count++) {
      const bytes = String.fromCharCode(
        ...Array.from({ length: random(20) }, () => random(count % 20 === 0 ? 300 : 256)),
      );
      const expected = outcome(() => Node.btoa(bytes));
      expect(outcome(() => btoa(bytes))).toEqual(expected);
      const alphabet = 'ABCDwxyz0189+/= \n\t';
      const wild = Array.from({ length: random(12) }, () => alphabet[random(alphabet.length - (count % 3))]).join('');
      expect(
        outcome(() => atob(wild)),
        wild,
      ).toEqual(outcome(() => Node.atob(wild)));
    }
  });

  test('read what Node refuses to write', () => {
    for (const wrong of ['a', '=', '====', 'ab=', 'a===', 'ab==c', 'ab-_', 'äöü=', 'abc\u2028']) {
      expect(
        outcome(() => atob(wrong)),
        wrong,
      ).toEqual(outcome(() => Node.atob(wrong)));
    }
    const long = '\u00ff'.repeat(100_000);
    expect(atob(btoa(long))).toBe(long);
    expect(() => btoa()).toThrow(TypeError);
    expect(btoa(null)).toBe(Node.btoa('null'));
  });
});
