// A source map at the end of a source is the tenant's: a right one turns places of a bundle into the author's, and any other leaves them.
import { SourceMap } from 'node:module';
import { describe, expect, it } from 'vitest';
import { inlineMapOf, mapTextMost, originalPlaces } from '../../src/protocol/inline-map.ts';

/** `a.ts` has in its third line, fourth column, what stands at 1:11; line 2 has a piece of nobody, and then one of `b.ts`. */
const map = { version: 3, names: [], sources: ['a.ts', '../b.ts'], mappings: 'AAAA,UAEG;A,ICFA' };

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const at = (value: unknown, line: number, column: number) => originalPlaces(encoded(value), [{ line, column }])[0];
const commented = (text: string, type = 'application/json;base64'): string =>
  `class Workflow {}\n//# sourceMappingURL=data:${type},${text}`;

describe('the comment', () => {
  it.each([
    [commented('AAAA')],
    [commented('AAAA', 'application/json;charset=utf-8;base64')],
    [`${commented('AAAA')}\n`],
    [`${commented('AAAA')}\n;return Workflow;`],
    [commented('AAAA').replace('//#', '//@')],
    [`const a = "sourceMappingURL=";\n${commented('AAAA')}`],
  ])('is found: %j', (code) => {
    expect(inlineMapOf(code)).toBe('AAAA');
  });

  it.each([
    ['class Workflow {}'],
    ['class Workflow {}\n//# sourceMappingURL=bundle.js.map'],
    [commented('')],
    [commented('AA%20')],
    [commented('AAAA', 'text/plain;base64')],
    [commented('AAAA', 'application/json')],
    ['const a = "sourceMappingURL=data:application/json;base64,AAAA";'],
    [`${commented('AAAA')}\n${'x'.repeat(5_000)}`],
    [commented('A'.repeat(mapTextMost + 4))],
  ])('is left alone where it is none: %#', (code) => {
    expect(inlineMapOf(code)).toBeNull();
  });
});

describe('places of a map', () => {
  it('are those of the last piece before them in their line', () => {
    expect(at(map, 1, 1)).toEqual({ file: 'a.ts', line: 1, column: 1 });
    expect(at(map, 1, 10)).toEqual({ file: 'a.ts', line: 1, column: 1 });
    expect(at(map, 1, 11)).toEqual({ file: 'a.ts', line: 3, column: 4 });
    expect(at(map, 1, 9_999)).toEqual({ file: 'a.ts', line: 3, column: 4 });
    expect(at(map, 2, 2)).toBeNull();
    expect(at(map, 2, 5)).toEqual({ file: '../b.ts', line: 1, column: 4 });
    expect(at(map, 3, 1)).toBeNull();
  });

  it('are given in the order that was asked in', () => {
    const places = [11, 1, 11, 3].map((column) => ({ line: 1, column }));
    expect(originalPlaces(encoded(map), places).map((place) => place?.line)).toEqual([3, 1, 3, 1]);
  });

  it("are those that Node's own reader finds", () => {
    const mappings = 'AAAA,SAASA,EAAEC,GAAI,CACb,MAAO,EACT;;AAAA,IAAMC,EAAN,KAAQ,CACN,CAAA';
    const whole = {
      version: 3 as const,
      file: '',
      sourceRoot: '',
      names: [],
      sources: ['a.ts'],
      sourcesContent: [],
      mappings,
    };
    const node = new SourceMap(whole);
    for (const line of [1, 3]) {
      for (let column = 1; column < 40; column++) {
        const entry = node.findEntry(line - 1, column - 1);
        const expected =
          'originalLine' in entry && entry.generatedLine === line - 1
            ? { file: 'a.ts', line: entry.originalLine + 1, column: entry.originalColumn + 1 }
            : null;
        expect(at(whole, line, column)).toEqual(expected);
      }
    }
  });

  it('have files with their root, as one printable line of bounded length', () => {
    expect(at({ ...map, sourceRoot: 'src/' }, 1, 1)?.file).toBe('src/a.ts');
    expect(at({ ...map, sources: ['../../../etc/passwd'] }, 1, 1)?.file).toBe('../../../etc/passwd');
    expect(at({ ...map, sources: ['\u001b[31ma\n\u202eb\ud800.ts'] }, 1, 1)?.file).toBe('?[31ma??b\ufffd.ts');
    expect(at({ ...map, sources: [`${'x'.repeat(5_000)}.ts`] }, 1, 1)?.file).toHaveLength(201);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['a list', []],
    ['no version', { ...map, version: undefined }],
    ['another version', { ...map, version: 2 }],
    ['no mappings', { ...map, mappings: 1 }],
    ['no sources', { ...map, sources: null }],
    ['sections', { version: 3, sections: [{ offset: { line: 0, column: 0 }, map }] }],
    ['no such source', { ...map, sources: [] }],
    ['a source that is no text', { ...map, sources: [{ toString: 'a' }] }],
    ['a digit that is none', { ...map, mappings: 'AA!A' }],
    ['a digit beyond ASCII', { ...map, mappings: 'AAéA' }],
    ['a number without an end', { ...map, mappings: 'AAAg' }],
    ['a number that is too long', { ...map, mappings: 'ggggggggggggggggC' }],
    ['a number below zero', { ...map, mappings: 'AADA' }],
    ['a sum that is too great', { ...map, mappings: `${'+++++B'.repeat(4)},AA+++++BA` }],
    ['too many numbers', { ...map, mappings: 'AAAAAA' }],
  ])('are none where there is %s', (_, value) => {
    expect(at(value, 1, 1)).toBeNull();
  });

  it('are found in a map as long as may be, without keeping it', () => {
    const mappings = 'AAAA,'.repeat(140_000);
    expect(at({ ...map, mappings }, 1, 1)).toEqual({ file: 'a.ts', line: 1, column: 1 });
    expect(at({ ...map, mappings: ';'.repeat(700_000) }, 700_001, 1)).toBeNull();
    expect(at(`${'[{},'.repeat(190_000)}`, 1, 1)).toBeNull();
  });
});
