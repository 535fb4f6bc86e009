// Whatever a tenant writes, a terminal gets plain text.
import { describe, expect, it } from 'vitest';
import { terminalJson, terminalLines, terminalText } from '../../src/cli/terminal-text.ts';
import { seededRandom, seeds } from '../random.ts';

const esc = '\x1b';

/** What may not come out, whatever went in. */
const forbidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}|[\u{e0001}\u{e0020}-\u{e007f}]/u;

describe('terminalText', () => {
  it.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['Grüße, 世界, שלום, مرحبا', 'Grüße, 世界, שלום, مرحبا'],
    ['👩\u200d🚀 می\u200cخواهم', '👩\u200d🚀 می\u200cخواهم'],
    ['a\ttab', 'a tab'],
    ['two\nlines', 'two lines'],
    ['two\r\nlines', 'two lines'],
    ['over\rwritten', 'over written'],
    ['a\u2028b\u2029c\u0085d\ve\ff', 'a b c d e f'],
    [`${esc}[31mred${esc}[0m`, 'red'],
    [`${esc}[2J${esc}[H${esc}[?25l${esc}[?1049hgone`, 'gone'],
    [`${esc}[38;2;255;0;0mred`, 'red'],
    ['\u009b31mred', 'red'],
    [`${esc}]0;a title\x07text`, 'text'],
    [`${esc}]8;;https://example.org/${esc}\\link${esc}]8;;${esc}\\`, 'link'],
    [`${esc}c${esc}7${esc}8text`, 'text'],
    [`${esc}(Btext`, 'text'],
    [`${esc}]0;no end`, '0;no end'],
    [`${esc}P1$r text ${esc}\\`, '1$r text '],
    ['a\x00b\x07c\x08d\x7fe\x9cf', 'abcdef'],
    ['admin\u202egnp.exe', 'admingnp.exe'],
    ['\u2066a\u2069\u200e\u200f\u061cb', 'ab'],
    ['zero\u200bwidth\ufeff\u2060', 'zerowidth'],
    ['tag\u{e0041}\u{e007f}ged', 'tagged'],
    ['half \ud83d a pair', 'half \ufffd a pair'],
  ])('makes %j into %j', (text, expected) => {
    expect(terminalText(text)).toBe(expected);
  });

  it('leaves no escape that only comes together when another one is taken out', () => {
    const nested = `${esc}${esc}[31m[31m ${esc}[${esc}[31m31m ${esc}\u202e[31m ${esc}\x00[31m \u009b\u009b31m31m`;
    expect(terminalText(nested)).not.toMatch(forbidden);
  });

  it('leaves no escape that was not finished', () => {
    for (const open of [
      esc,
      `${esc}[`,
      `${esc}]0;title`,
      `${esc}P1;2|`,
      '\u009d0;title',
      '\u0090',
      `${esc}[31`,
      `${esc}_x`,
      `${esc}^`,
    ]) {
      expect(terminalText(`${open} and more`)).not.toMatch(forbidden);
      expect(terminalText(open)).not.toMatch(forbidden);
    }
  });

  it('leaves nothing of any single character that does not print', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const text = terminalText(String.fromCodePoint(code));
      if (forbidden.test(text)) throw new Error(`U+${code.toString(16)} came through.`);
    }
  });

  it.each(seeds())('leaves nothing that does not print of random pieces (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pieces = [
      esc,
      '[',
      ']',
      '31m',
      ';',
      '?',
      '\u009b',
      '\u009d',
      '\u009c',
      '\x07',
      '\\',
      'P',
      'a',
      '\n',
      '\r',
      '\u2028',
    ];
    pieces.push('\u202e', '\u0000', '\ud83d', '\ude00', '0', '2J', ' ', '\t', '\u200f');
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: 1 + random.below(12) }, () => random.pick(pieces)).join('');
      expect(terminalText(text)).not.toMatch(forbidden);
      expect(terminalText(terminalText(text))).toBe(terminalText(text));
      for (const line of terminalLines(text, 5)) expect(line).not.toMatch(forbidden);
      expect(terminalJson(JSON.stringify(text))).not.toMatch(forbidden);
    }
  });

  it('cuts what is too long, and says so', () => {
    expect(terminalText('x'.repeat(11), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(terminalText('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(terminalText('123456789😀', 10)).toBe('123456789\ufffd…');
    expect(terminalText('x'.repeat(2_000))).toHaveLength(1_001);
  });

  it('ends soon on what patterns are slow with', () => {
    for (const piece of [esc, `${esc}[`, `${esc}];`, `${esc}[;`, ';a', '[;', '\u009b[[[', '1;']) {
      const text = esc + piece.repeat(100_000);
      expect(terminalText(text, text.length)).not.toMatch(forbidden);
    }
  });
});

describe('terminalLines', () => {
  it('parts text wherever a reader would', () => {
    expect(terminalLines('a\nb\r\nc\rd\u2028e\u2029f\u0085g', 10)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  it('takes the end of the last line for what it is', () => {
    expect(terminalLines('a\n', 10)).toEqual(['a']);
    expect(terminalLines('a\n\nb\n\n', 10)).toEqual(['a', '', 'b', '']);
  });

  it('gives one line for no text', () => {
    expect(terminalLines('', 10)).toEqual(['']);
    expect(terminalLines('\n', 10)).toEqual(['']);
  });

  it('says how many lines it leaves out', () => {
    expect(terminalLines('1\n2\n3\n4', 2)).toEqual(['1', '2', '… 2 more lines']);
    expect(terminalLines('1\n2', 2)).toEqual(['1', '2']);
  });
});

describe('terminalJson', () => {
  it('escapes and keeps the value', () => {
    const value = { 'k\u202e': `\u009b31m ${esc}[0m \u2028 \u{e0041} \x7f \ud83d é 世 👩‍🚀` };
    const text = terminalJson(JSON.stringify(value));
    expect(text).not.toMatch(forbidden);
    expect(text).toContain('\\u009b31m');
    expect(text).toContain('é 世');
    expect(JSON.parse(text)).toEqual(value);
  });
});
