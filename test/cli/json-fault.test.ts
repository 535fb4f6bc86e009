// Where a text stops being JSON. JSON.parse has the last word on whether it does.
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../src/cli/json-fault.ts';
import { seededRandom, seeds } from '../random.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function placeOf(text: string): string {
  const fault = findJsonFault(text);
  return fault === null ? 'none' : `${fault.line}:${fault.column}`;
}

describe('the first fault of JSON', () => {
  it.each([
    ['', '1:1'],
    ['  ', '1:3'],
    ['{', '1:2'],
    ['{"a":1,}', '1:8'],
    ['{a:1}', '1:2'],
    ["{'a':1}", '1:2'],
    ['{"a" 1}', '1:6'],
    ['{"a":}', '1:6'],
    ['{"a":1 "b":2}', '1:8'],
    ['[1,]', '1:4'],
    ['[1 2]', '1:4'],
    ['[1}', '1:3'],
    ['{"a":1]', '1:7'],
    ['nul', '1:1'],
    ['truex', '1:1'],
    ['01', '1:1'],
    ['1.', '1:1'],
    ['+1', '1:1'],
    ['.5', '1:1'],
    ['NaN', '1:1'],
    ['1 2', '1:3'],
    ['{}}', '1:3'],
    ['"abc', '1:5'],
    ['"a\\x"', '1:3'],
    ['"a\\u12g4"', '1:3'],
    ['"a\tb"', '1:3'],
    ['{\n  "a": 1,\n  "b": oops\n}', '3:8'],
    ['{\r\n  "a": 1,\r\n  b\r\n}', '3:3'],
    ['// comment\n{}', '1:1'],
    ['\ufeff{}', '1:1'],
    ['{"a":undefined}', '1:6'],
  ])('of %j is at %s', (text, place) => {
    expect(isJson(text)).toBe(false);
    expect(placeOf(text)).toBe(place);
  });

  it('says what should be there instead', () => {
    expect(findJsonFault('{"a":1,}')?.message).toBe('Expected a name in double quotes.');
    expect(findJsonFault('{"a":1')?.message).toBe('The text ends here. Expected `,` or `}`.');
    expect(findJsonFault('{} {}')?.message).toBe('Expected nothing more after the value.');
  });

  it('is found however deep it lies', () => {
    const deep = 200_000;
    expect(findJsonFault('['.repeat(deep) + ']'.repeat(deep))).toBeNull();
    expect(placeOf('['.repeat(deep))).toBe(`1:${deep + 1}`);
    expect(placeOf(`"${'a'.repeat(deep)}`)).toBe(`1:${deep + 2}`);
  });

  it.each(seeds())('is there exactly if JSON.parse refuses the text (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '\\n',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\n',
      '\t',
      'x',
      '\u2028',
    ];
    const sound = '{"a":[1,-2.5e3,"x\\n\\u00e9",{}],"b":{"c":null,"d":[]},"e":true}';
    for (let round = 0; round < 3_000; round++) {
      const at = random.below(sound.length);
      const text =
        random.below(2) === 0
          ? Array.from({ length: 1 + random.below(6) }, () => random.pick(pieces)).join('')
          : sound.slice(0, at) + random.pick(pieces) + sound.slice(at + random.below(3));
      expect({ text, isFaulty: findJsonFault(text) !== null }).toEqual({ text, isFaulty: !isJson(text) });
    }
  });
});
