// How tests of test262 are read and run, on a few of our own that are written as those are. All of them: `npm run test262`.
import { afterAll, describe, expect, it } from 'vitest';
import { isForWorkflows, isOfAbsent, isRight, type Metadata, metadataOf } from './metadata.ts';
import { programOf } from './program.ts';
import { Realms, realmNames } from './realms.ts';

const harnessFiles: Readonly<Record<string, string>> = {
  'sta.js': `class Test262Error extends Error {} Test262Error.prototype.name = 'Test262Error';`,
  'assert.js': `function assert(condition) { if (condition !== true) throw new Test262Error('not so'); }`,
  'more.js': 'var more = 2;',
};
const harness = (name: string): string => harnessFiles[name] ?? '';

function testOf(frontmatter: string, code: string): string {
  return `// Copyright\n/*---\ndescription: >\n  Some text: of [its] own\n${frontmatter}\n---*/\n${code}`;
}

function metadataIn(text: string): Metadata {
  const metadata = metadataOf(text);
  if (metadata === null) throw new Error('No test.');
  return metadata;
}

describe('what a test says of itself', () => {
  it('is read in brackets and line by line', () => {
    const text = testOf('flags: [async, onlyStrict]\nincludes: [a.js, b.js]\nfeatures:\n  - Symbol\n  - WeakRef\n', '');
    expect(metadataOf(text)).toEqual({
      flags: ['async', 'onlyStrict'],
      includes: ['a.js', 'b.js'],
      features: ['Symbol', 'WeakRef'],
      negative: null,
    });
    for (const lineEnd of ['\r', '\r\n']) expect(metadataOf(text.replaceAll('\n', lineEnd))).toEqual(metadataOf(text));
    expect(metadataOf(testOf('', ''))).toEqual({ flags: [], includes: [], features: [], negative: null });
    expect(metadataOf('no comment')).toBeNull();
  });

  it.each([
    ['parse', true],
    ['resolution', true],
    ['runtime', false],
  ])('tells an error in the phase %s', (phase, isEarly) => {
    expect(metadataIn(testOf(`negative:\n  phase: ${phase}\n  type: SyntaxError`, '')).negative).toEqual({
      isEarly,
      type: 'SyntaxError',
    });
  });

  it('tells whether it is for workflows, and for what a realm has', () => {
    const flagged = (flag: string) => isForWorkflows(metadataIn(testOf(`flags: [${flag}]`, '')));
    expect(['onlyStrict', 'async', 'noStrict', 'module', 'raw'].map(flagged)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    const featured = (name: string) => isOfAbsent(metadataIn(testOf(`features: [${name}]`, '')));
    expect(['Symbol', 'WeakRef', 'Atomics', 'Atomics.pause'].map(featured)).toEqual([false, true, true, true]);
  });
});

describe.each(realmNames)('a test in %s', (name) => {
  const realms = new Realms(name);
  afterAll(() => realms.close());

  it.each([
    ['passes', '', 'assert(1 === 1);', true],
    ['fails', '', 'assert(1 === 2);', false],
    ['has what it includes', 'includes: [more.js]', 'assert(more === 2);', true],
    [
      'is strict',
      '',
      'try { undeclared = 1; assert(false); } catch (error) { assert(error instanceof ReferenceError); }',
      true,
    ],
    ['throws what it has to', 'negative:\n  phase: runtime\n  type: TypeError', 'null.x;', true],
    ['throws another thing', 'negative:\n  phase: runtime\n  type: TypeError', 'undeclared;', false],
    ['throws nothing', 'negative:\n  phase: runtime\n  type: TypeError', '', false],
    ['cannot be read, as it has to be', 'negative:\n  phase: parse\n  type: SyntaxError', 'var 1;', true],
    [
      'throws only when it runs',
      'negative:\n  phase: parse\n  type: SyntaxError',
      "throw new SyntaxError('x');",
      false,
    ],
    ['is done later', 'flags: [async]', 'Promise.resolve().then(() => assert(true)).then($DONE, $DONE);', true],
    ['fails later', 'flags: [async]', 'Promise.resolve().then(() => assert(false)).then($DONE, $DONE);', false],
    ['is never done', 'flags: [async]', '', false],
    ['rejects, and nobody hears of it', '', "Promise.reject(new Error('x'));", false],
    [
      'detaches a buffer',
      '',
      'var b = new ArrayBuffer(8); $262.detachArrayBuffer(b); assert(b.byteLength === 0);',
      true,
    ],
    ['comes after all those', '', 'assert(true);', true],
  ])('%s', (_, frontmatter, code, expected) => {
    const text = testOf(frontmatter, code);
    const metadata = metadataIn(text);
    expect(isRight(realms.run(programOf(text, metadata, harness)), metadata)).toBe(expected);
  });
});

it('is opened as the check says, which may refuse it', () => {
  const realms = new Realms('realm');
  const endingOf = (code: string) => realms.run(`${code}\nclass Workflow { start() {} }`);
  expect(endingOf('import "fs";')).toEqual({
    name: 'SyntaxError',
    message: expect.stringMatching(/^The check refuses it: .*import/i),
    isEarly: true,
  });
  // A source that does not name `Date` gets none of its own.
  expect(endingOf('if (this !== undefined) throw 1;')).toBeNull();
  realms.close();
});

it('runs again where only the tests before it can have used up the memory', () => {
  const realms = new Realms('context');
  const program = (code: string) => `${code}\nclass Workflow { start() {} }`;
  const hoard = program('const all = []; for (;;) all.push(new Array(10_000).fill(all.length));');
  expect(realms.run(program(''))).toBeNull();
  expect(realms.run(hoard)).toMatchObject({ message: expect.stringContaining('memory') });
  expect(realms.run(program(''))).toBeNull();
  realms.close();
});

it('differs between the realms where it has to', () => {
  const passesIn = (name: (typeof realmNames)[number], code: string): boolean => {
    const realms = new Realms(name);
    const ending = realms.run(programOf(testOf('', code), metadataIn(testOf('', '')), harness));
    realms.close();
    return ending === null;
  };
  const change = 'Array.prototype.mine = 1; assert([].mine === 1);';
  expect(realmNames.map((name) => passesIn(name, change))).toEqual([true, false, true]);
  expect(realmNames.map((name) => passesIn(name, 'assert(typeof WeakRef === "function");'))).toEqual([
    true,
    false,
    false,
  ]);
});
