// What a context has written is read before anything of it leaves the isolate: as strictly as JSON.stringify writes, and without an object.
import { afterAll, describe, expect, it } from 'vitest';
import { checked, verdicts } from '../../src/realm/check-entry.ts';
import { isWrittenJson } from '../../src/realm/written-json.ts';
import { seededRandom } from '../random.ts';
import { loadRealm } from './load-realm.ts';

const isWritten = (text: string): boolean => isWrittenJson(`${text}\n`, 0, text.length);

/** What may not be told from the text alone: which of two names that are the same comes first, and where names that are numbers stand. */
function isStringified(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

const values: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    12.5,
    1e21,
    1e-7,
    5e-324,
    Number.MAX_VALUE,
    2 ** 53,
    1e15,
    123_456_789_012_345,
    '',
    'text',
  ],
  ...[
    '"\\/\b\f\n\r\t\u0000\u001f\u007f',
    '\ud800',
    '\udc00',
    '\udc00\ud800',
    '😀',
    'é\u2028',
    '\ud83d😀',
    [],
    {},
    [[]],
    [{}],
    { a: [] },
  ],
  ...[{ '': { '"': [1, 'x', { b: null }] }, b: [[], {}] }, [1, [2, [3]], 'x'], { toString: 1, constructor: { x: [] } }],
];

describe('a text that JSON.stringify writes', () => {
  it.each(values.map((value) => JSON.stringify(value)))('is taken: %s', (text) => {
    expect(isWritten(text)).toBe(true);
  });

  it('is taken up to the depth that all values may have', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect([999, 1_000, 1_001, 400_000].map((depth) => isWritten(nested(depth)))).toEqual([true, true, false, false]);
    const named = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect([1_000, 1_001].map((depth) => isWritten(named(depth)))).toEqual([true, false]);
    expect(isWritten(`[${nested(999)},${nested(999)},${nested(1_000)}]`)).toBe(false);
  });
});

describe('another text', () => {
  it.each([
    ...[
      '',
      ' ',
      '[ ]',
      ' []',
      '[] ',
      '{ }',
      '[1, 2]',
      '{"a": 1}',
      '[1,]',
      '[,1]',
      '[,]',
      '{,}',
      '{"a"}',
      '{"a":}',
      '{a:1}',
      '{"a":1,}',
      '[1}',
      '{"a":1]',
    ],
    ...[
      '[',
      '{',
      ']',
      '}',
      '[[]',
      '[]]',
      '[]1',
      '1,2',
      '1 2',
      'nul',
      'nulll',
      'undefined',
      'NaN',
      'Infinity',
      '-Infinity',
      "'a'",
      'true1',
    ],
    ...[
      '01',
      '-0',
      '-',
      '+1',
      '1.',
      '.5',
      '1.0',
      '1e3',
      '1E3',
      '1e400',
      '0x10',
      '1_000',
      '1e+21x',
      '9007199254740993',
      '1'.repeat(400),
    ],
    ...[
      '"',
      '"a',
      'a"',
      '"\\"',
      '"\\a"',
      '"\\u12"',
      '"\\u0041"',
      '"\\u000A"',
      '"\\u000a"',
      '"\\u001F"',
      '"\\u0022"',
      '"\\/"',
      '"\\uD800"',
    ],
    ...[
      '"\\ud83d\\ude00"',
      '"\\ud83d\ude00"',
      '"\ud83d\\ude00"',
      '"\ud800"',
      '"\udc00"',
      '"\u0000"',
      '"\u001f"',
      '"a\tb"',
      '"a\nb"',
    ],
    ...['{"\\u0061":1}', '{"a\\/":1}', '[null,nul]', '[-]', '[1e]', '{"a":1"b":2}', '[""""]'],
  ])('is not: %j', (text) => {
    expect(isWritten(text)).toBe(false);
    expect(isStringified(text)).toBe(false);
  });

  it('is told from it whatever it is', () => {
    const random = seededRandom(20_261_130);
    const pieces = [
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"a"',
      '"b":',
      '1',
      '-',
      '0',
      '.',
      '5',
      'e',
      '+',
      'null',
      ' ',
      '"',
      '\\',
      'u00',
      'ud83d',
      '😀',
      '\ud83d',
      '\n',
    ];
    let taken = 0;
    for (let i = 0; i < 60_000; i++) {
      let text = '';
      for (let left = 1 + random.below(7); left > 0; left--) text += random.pick(pieces);
      const isRepeated = /"a":.*"a":|"b":.*"b":/s.test(text);
      if (isRepeated) continue;
      if (isWritten(text)) taken++;
      expect(isWritten(text), text).toBe(isStringified(text));
    }
    expect(taken).toBeGreaterThan(500);
  });
});

describe('what a context has said', () => {
  const said = (text: unknown): string => checked(() => text, '7');
  const noText: unknown = { toString: (): string => 'g\t7\t"k"\n' };

  it.each([
    ['nothing', '', verdicts.open],
    ['ops', 'g\t7\t"k"\ns\t7\t"k"\t[1]\nl\t7\tinfo\t"x"\nn\t7\t1\t{}\t0\ni\t7\t"k"\t-1.5\nt\t7\t5\n', verdicts.open],
    ['an end', 'g\t7\t"k"\nc\t7\t{"a":1}\n', verdicts.ended],
    ['an end without an output', 'c\t7\t\n', verdicts.ended],
    ['a failure', 'f\t7\t{"name":"Error"}\n', verdicts.ended],
    ['that it waits for nothing', 'x\t7\t\n', verdicts.ended],
  ])('is taken: %s', (_, text, verdict) => {
    expect(said(text)).toBe(verdict + text);
  });

  it.each([
    ['for another step', 'g\t8\t"k"\n'],
    ['for another step behind its own', 'g\t7\t"k"\ng\t71\t"k"\n'],
    ['without a step', 'g\n'],
    ['without an end', 'g\t7\t"k"'],
    ['empty records', '\n\n'],
    ['a value that is no JSON', 's\t7\t"k"\t{\n'],
    ['two items at once', 'p\t7\t"k"\t1,2\n'],
    ['a list with a space', 's\t7\t"k"\t[ ]\n'],
    ['a value nested too deep', `s\t7\t"k"\t${'['.repeat(4e5)}${']'.repeat(4e5)}\n`],
    ['an output nested too deep', `c\t7\t${'['.repeat(4e5)}${']'.repeat(4e5)}\n`],
    ['a payload that is no JSON', 'n\t7\t1\t{\t0\n'],
    ['a key that is no JSON', 'd\t7\t"k\n'],
    ['a key that is no text', 'd\t7\t{"k":1}\n'],
    ['a key that has another text', 'g\t7\t"\\u006b"\n'],
    ['a log that is no JSON', 'l\t7\tinfo\t{\n'],
    ['a log that is no text', 'l\t7\tinfo\t{}\n'],
    ['a failure that is no JSON', 'f\t7\t\n'],
    ['fields too few', 's\t7\t"k"\n'],
    ['fields too many', 's\t7\t"k"\t1\t1\n'],
    ['a letter that no op has', 'z\t7\t"k"\n'],
    ['what is no text', noText],
  ])('is refused: %s', (_, text) => {
    expect(said(text).startsWith(verdicts.breach)).toBe(true);
  });

  it('is read without an object for each piece of it', () => {
    const realm = loadRealm(['written-json.ts']);
    afterAll(() => realm.dispose());
    // As objects, these would be a third of a gigabyte, more than the isolate may have.
    realm.run("kept.text = '[' + '{},'.repeat(4_000_000) + '{}]' + String.fromCharCode(10); kept.text.charCodeAt(9)");
    expect(realm.run('return writtenjson.isWrittenJson(kept.text, 0, kept.text.length - 1)')).toBe(true);
  });
});
