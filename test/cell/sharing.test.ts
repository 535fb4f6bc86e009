// Steps that share what their source evaluates to are held against steps that evaluate it anew. Two things must hold, and are tested apart: whatever a
// step tries, no other one finds it (even where the check would not have let them share); and what the check lets them share, they cannot tell.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import { type CellFactory, createCellFactory } from '../../src/cell/cell.ts';
import { seededRandom, seeds } from '../random.ts';
import { ampleMs, specOf, startStep } from './cells.ts';
import { sharingSource } from './sharing-sources.ts';

let factory: CellFactory;
beforeAll(() => {
  factory = createCellFactory();
});
afterAll(() => factory.close());

/** What three steps of a cell say, one after the other. */
function said(source: string, sharing: 'as checked' | 'never' | readonly string[]): string[] {
  const result = checkSource(source);
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  const { code, methods, identifiers, sharedFunctions: checked } = result.program;
  const sharedFunctions = sharing === 'never' ? null : sharing === 'as checked' ? checked : sharing;
  const cell = factory.open({ ...specOf('', 16), code, methods, identifiers, sharedFunctions });
  const texts = Array.from({ length: 3 }, () => {
    const result = startStep(cell, 1, ampleMs);
    return result.kind === 'turn' ? result.text : `${result.kind}: ${result.detail}`;
  });
  cell.dispose();
  return texts;
}

const sourcesASeed = 60;
/** Variables and private methods are not frozen: that nobody writes to them by their names is seen by reading alone. */
const writesToNames = /add = 5|eval\(|o = \w+\.#own/;

describe.each(seeds())('sources made at random, seed %i', (seed) => {
  const random = seededRandom(seed);
  const sources = Array.from({ length: sourcesASeed }, () => sharingSource(random)).filter(
    (source) => checkSource(source).ok,
  );

  it('leave nothing for the next step, whatever they try', () => {
    for (const source of sources) {
      const [first, second, third] = said(source, ['add', 'make', 'arrow', 'later', 'template']);
      if (!writesToNames.test(source)) expect([second, third], source).toEqual([first, first]);
    }
  });

  it('say the same, shared or not, where they may be shared', () => {
    for (const source of sources) expect(said(source, 'as checked'), source).toEqual(said(source, 'never'));
  });
});

const workflow = (body: string, members = ''): string =>
  `class Workflow { start(data, headers, api) { ${body} } helper() {} ${members} }`;

describe('a step that shares its source against what the check found', () => {
  it.each([
    ['the class', workflow('const o = this.constructor; o.n = 1; return o.n;')],
    ['the prototype', workflow('this.__proto__.n = 1; return this.n;')],
    ['a method that no text can name', workflow("this.__proto__['\\ud800'].n = 1;", "'\\ud800'() {}")],
    ['a method that no text names', workflow('this[Symbol.iterator].n = 1;', '[Symbol.iterator]() {}')],
    ['a function at the top', `function f() {} ${workflow('f.n = 1;')}`],
    ['its prototype', `function f() {} ${workflow('f.prototype.n = 1;')}`],
    ['an async function', `const f = async () => {}; ${workflow('f.n = 1;')}`],
  ])('cannot write to %s', (_, source) => {
    const functions = source.includes(' f()') || source.includes(' f =') ? ['f'] : [];
    expect(said(source, functions)).toEqual(Array(3).fill(expect.stringMatching(/^f\t1\t.*TypeError/)));
  });

  it.each([
    ['a list', 'const f = []; ', 'return f.push(1);'],
    ['an object whose prototype is null', 'const f = { __proto__: null }; ', 'return (f.n = (f.n ?? 0) + 1);'],
    ['a generator', 'function* f() {} ', 'const o = f().__proto__; return (o.n = (o.n ?? 0) + 1);'],
    ['a Map', 'const f = new Map(); ', 'return f.set({}, 1).size;'],
    ['a regular expression', 'const f = /x/g; ', "f.test('xx'); return f.lastIndex;"],
    ['a class that extends', 'class f extends (class {}) {} ', 'return (f.n = (f.n ?? 0) + 1);'],
    ['a class with a list', 'class f { static list = []; } ', 'return f.list.push(1);'],
    ['a class with a getter', 'class f { static get n() { return 1; } } ', 'return (f.m = (f.m ?? 0) + 1);'],
  ])('evaluates it anew if there is %s', (_, before, body) => {
    const [first, ...others] = said(before + workflow(body), ['f']);
    expect(first).toMatch(/^c\t1\t1\n$/);
    expect(others).toEqual([first, first]);
  });

  it('finds no global of another step', () => {
    const source = workflow(
      'return [typeof Date, typeof console, typeof crypto, typeof setTimeout, typeof Math.floor];',
    );
    expect(said(source, [])[0]).toBe('c\t1\t["undefined","undefined","undefined","undefined","function"]\n');
  });
});
