import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import { splitExport } from '../../src/protocol/exported-name.ts';

const workflow = 'class Workflow { start() {} next() {} }\n';

function codesOf(source: string): string[] {
  const result = checkSource(source);
  return result.ok ? [] : result.findings.map((finding) => finding.code);
}

describe('a hostile source', () => {
  it.each(
    Object.entries({
      parentheses: '('.repeat(1_000_000),
      arrays: '['.repeat(1_000_000),
      'balanced arrays': '['.repeat(500_000) + ']'.repeat(500_000),
      blocks: '{'.repeat(100_000) + '}'.repeat(100_000),
      templates: '`${'.repeat(100_000),
      sums: `1${'+1'.repeat(500_000)}`,
      powers: `1${'**1'.repeat(300_000)}`,
      negations: `${'!'.repeat(1_000_000)}1`,
      conditions: `${'a?b:'.repeat(200_000)}1`,
      'else if': `${'if(a);else '.repeat(90_000)};`,
      arrows: `${'a=>'.repeat(300_000)}1`,
      assignments: `${'a='.repeat(500_000)}1`,
      members: `a${'.b'.repeat(500_000)}`,
      calls: `a${'()'.repeat(500_000)}`,
      'groups of a regular expression': `/${'('.repeat(500_000)}/`,
    }),
  )('nested without end by %s is too nested', (_name, hostile) => {
    expect(new Set(codesOf(workflow + hostile))).toEqual(new Set(['TOO_NESTED']));
  });

  it('with 256 open brackets is accepted, with 257 it is refused at the last', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)};\n${workflow}`;
    expect(codesOf(nested(256))).toEqual([]);
    expect(checkSource(nested(257))).toMatchObject({ findings: [{ code: 'TOO_NESTED', line: 1, column: 257 }] });
  });

  it.each(
    Object.entries({
      methods: `class A {${Array.from({ length: 100_000 }, (_, i) => `m${i}(){}`).join('')}}`,
      declarations: Array.from({ length: 100_000 }, (_, i) => `let a${i};`).join(''),
      exports: Array.from({ length: 50_000 }, (_, i) => `export let a${i};`).join(''),
      'list items': `f(${'a,'.repeat(500_000)})`,
      statements: ';'.repeat(1_000_000),
      digits: `${'9'.repeat(1_000_000)}n`,
    }),
  )('with very many %s is accepted', (_name, wide) => {
    expect(codesOf(`${wide};\n${workflow}`)).toEqual([]);
  });

  it('with endless faults gets the first hundred and is told of the rest', () => {
    const codes = codesOf(workflow + 'scheduleNextStep({ action: "x" });\n'.repeat(1_000));
    expect(codes).toHaveLength(101);
    expect(codes.at(-1)).toBe('FINDINGS_CUT');
  });

  it.each([
    ['scheduleNextStep({ action: "\u001b[2J\u009b\u202e\u2066\u200b" })'],
    [`scheduleNextStep({ action: "${'x'.repeat(100_000)}" })`],
    ['scheduleNextStep({ action: "next", delay: "\u001b]0;title\u0007\u202e" })'],
    ['a = \u001b[31m'],
    ['a = \u202e;'],
    ['let a; let a\u200d\u200d; let a\u200d\u200d;'],
    ['/\u001b[31m(/'],
    [`/${'('.repeat(5)}${'x'.repeat(100_000)}/`],
    ['let a: string = \u001b[31m "\u202e" b'],
  ])('puts nothing into a message that a terminal acts upon, nor much of anything: %#', (line) => {
    const result = checkSource(`${workflow}${line}`);
    if (result.ok) throw new Error('Accepted.');
    for (const { message } of result.findings) expect(message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{1,500}$/u);
  });

  it('does not run', () => {
    const source = `globalThis.ran = true; class A { static { globalThis.ran = true; } [globalThis.ran = true]() {} } ${workflow}`;
    expect(codesOf(source)).toEqual([]);
    expect(Object.hasOwn(globalThis, 'ran')).toBe(false);
  });
});

describe('sources changed at random', () => {
  const bases = [
    `export class Workflow {\n  async start(data, headers, api) {\n    await api.scheduleNextStep({ action: 'next', delay: '5 min', payload: { a: [1, \`b\${2}\`] } });\n  }\n  next() { return /[a-z]+(?<n>x)/u.test('') ? 1 : -2; }\n}\n`,
    `interface A { b: number }\nexport default class Workflow {\n  #x: number = 1;\n  static { this.y = 1; }\n  start(data: A, headers?: Map<string, A[]>): void { const z = data as unknown as A; for (const q of z.b!) { label: while (q --> 0) break label; } }\n}\n`,
    `let a = b\nexport { a, Workflow }\n(a)\nexport const { c = 1, ...d } = {};\nclass Workflow { start() { try { throw new Error('x'); } catch { } finally { } } get g() { return super.g; } async *gen() { yield* await 1; } }\n`,
  ];
  const snippets = [
    '<!--',
    '-->',
    'await ',
    'arguments',
    'new.target',
    'export ',
    'export default ',
    'import(',
    'import.meta',
    'return ',
    'enum A {}',
    ': number',
    ' as any',
    '<T>',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '`',
    '${',
    '"',
    "'",
    '/',
    '*/',
    '/*',
    '//',
    '\n',
    '\r',
    '\u2028',
    '\ufeff',
    '😀',
    '\ud800',
    '\\u{61}',
    '#',
    '#!',
    '=>',
    '...',
    '?.',
    '!',
    ';',
    ',',
    'class Workflow { start() {} }',
    'static ',
    'async ',
    'get ',
    'yield ',
    'let ',
    'using ',
    'super',
    'this',
    '0x',
    '1n',
    '08',
    '@',
    '__proto__: 1,',
    '\0',
  ];

  it('never make the check throw, and compile as a function body when accepted', () => {
    const seed = Number(process.env['STEPWELL_FUZZ_SEED'] ?? 1);
    const random = createRandom(seed);
    let acceptedCount = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const source = mutate(pick(bases, random), snippets, random);
      const hint = `seed ${seed}, round ${round}: ${JSON.stringify(source)}`;
      const result = checkSource(source);
      if (result.ok) {
        acceptedCount += 1;
        const { body: code } = splitExport(result.program.code);
        expect(code.length, hint).toBe(source.replace(/^\ufeff/, '').length);
        // Compiled, not run: V8 has to agree that it is a strict function body that ends where it seems to end.
        expect(
          () => new Script(`(function(){"use strict";return (function(){\n${code}\n;return Workflow;\n})()})`),
          hint,
        ).not.toThrow();
      } else {
        const lines = source.replace(/^\ufeff/, '').split(/\r\n|[\n\r\u2028\u2029]/);
        expect(result.findings.length, hint).toBeGreaterThan(0);
        for (const { line, column } of result.findings) {
          expect(line, hint).toBeLessThanOrEqual(lines.length);
          expect(column, hint).toBeGreaterThan(0);
          expect(column, hint).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 2);
        }
      }
    }
    expect(acceptedCount, `seed ${seed}`).toBeGreaterThan(100);
  });
});

/** A small generator of equally spread numbers from 0 to 1 (mulberry32), the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('Nothing to pick from.');
  return item;
}

function mutate(base: string, snippets: readonly string[], random: () => number): string {
  let source = base;
  for (let change = Math.ceil(random() * 3); change > 0; change -= 1) {
    const at = Math.floor(random() * (source.length + 1));
    const length = Math.floor(random() * 8);
    const kind = random();
    if (kind < 0.3) source = source.slice(0, at) + source.slice(at + length);
    else if (kind < 0.8) source = source.slice(0, at) + pick(snippets, random) + source.slice(at);
    else source = source.slice(0, at) + source.slice(at, at + 4 * length) + source.slice(at);
  }
  return source;
}
