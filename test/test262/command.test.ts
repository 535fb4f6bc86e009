// `npm run test262` from the outside: what it says, and how it ends, on a checkout of our own.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { openCheckout } from './checkout.ts';
import { readOptions, UsageError } from './options.ts';
import { deviationsOf, isBelowLeast, reportOf } from './report.ts';
import { readSample, sampleText } from './sample.ts';
import { runTests } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'test262-'));
afterAll(() => rmSync(folder, { recursive: true }));

const testOf = (code: string): string => `/*---\ndescription: a test\n---*/\n${code}\n`;
const files: Readonly<Record<string, string>> = {
  'harness/sta.js': "class Test262Error extends Error {} Test262Error.prototype.name = 'Test262Error';",
  'harness/assert.js': "function assert(condition) { if (condition !== true) throw new Test262Error('not so'); }",
  'test/built-ins/Array/changes.js': testOf('Array.prototype.mine = 1; assert([].mine === 1);'),
  'test/built-ins/Array/passes.js': testOf('assert([1].includes(1));'),
  'test/built-ins/Array/broken.js': testOf('assert(false);'),
  'test/built-ins/Atomics/a.js': '/*---\nfeatures: [Atomics]\n---*/\n',
  'test/built-ins/helper.js': '// It has no front matter.',
  'test/built-ins/lacks.js': '/*---\nincludes: [lacks.js]\n---*/\n',
  'test/built-ins/x_FIXTURE.js': 'no test',
  'test/intl402/a.js': testOf('assert(true);'),
  'test/language/module.js': '/*---\nflags: [module]\n---*/\n',
  'test/language/passes.js': testOf('assert(true);'),
  'test/language/read.me': 'no script',
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/refs/heads/main': 'be13516fb644\n',
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
symlinkSync(join(folder, 'nowhere.js'), join(folder, 'test/language/dangling.js'));

const paths = [
  ...['Array/broken.js', 'Array/changes.js', 'Array/passes.js', 'Atomics/a.js', 'helper.js', 'lacks.js'].map(
    (name) => `built-ins/${name}`,
  ),
  ...['module.js', 'passes.js'].map((name) => `language/${name}`),
];

describe('a checkout', () => {
  it('has its tests, and the commit that git names', () => {
    const checkout = openCheckout(folder, 'abc');
    expect(checkout.paths('')).toEqual(paths);
    expect(checkout.paths('intl402/')).toEqual(['intl402/a.js']);
    expect(checkout.paths('language/')).toEqual(paths.slice(-2));
    expect(checkout.commit).toBe('be13516fb644');
  });

  it.each([
    ['none', null, /Expected `--dir` to name a checkout.*git clone https:\/\/github.com\/tc39\/test262.*checkout abc/s],
    ['no folder', join(folder, 'nowhere'), /there is no such folder.*git clone/s],
    ['a file', join(folder, '.git/HEAD'), /there is no such folder.*git clone/s],
    ['another folder', join(folder, '.git'), /it has no `harness\/assert.js`\. Did you mean `--dir .*`\?/],
    ['a folder of its tests', join(folder, 'test/built-ins'), new RegExp(`Did you mean \`--dir ${folder}\``)],
    ['its tests', join(folder, 'test'), new RegExp(`Did you mean \`--dir ${folder}\``)],
  ])('that is %s is refused, with advice', (_, dir, message) => {
    expect(() => openCheckout(dir, 'abc')).toThrow(UsageError);
    expect(() => openCheckout(dir, 'abc')).toThrow(message);
  });
});

describe('the command line', () => {
  it('has defaults, and takes a path with or without `test/`', () => {
    const options = readOptions(['--dir', 'x', '--only', './test/language/types']);
    expect(options).toEqual({ ...readOptions([]), dir: 'x', only: 'language/types', every: 1 });
  });

  it.each([
    [['--every', '0'], /`--every` to be an integer from 1, got `0`/],
    [['--every', 'ten'], /got `ten`/],
    [['../test262'], /Did you mean `--dir ..\/test262`\?/],
    [['--dri', 'x'], /--dri.*`--help`/s],
    [['--dir'], /--dir.*`--help`/s],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('a run', async () => {
  const outcomes = await runTests(openCheckout(folder, ''), paths, new AbortController().signal);

  it('tells what came of each file', () => {
    expect(outcomes.map(({ path, kind }) => [path, kind])).toEqual([
      ...paths.slice(0, 3).map((path) => [path, 'run']),
      ['built-ins/Atomics/a.js', 'absent'],
      ['built-ins/helper.js', 'unreadable'],
      ['built-ins/lacks.js', 'unreadable'],
      ['language/module.js', 'other_code'],
      ['language/passes.js', 'run'],
    ]);
  });

  it('is reported by folder and by cause', () => {
    expect(reportOf(outcomes)).toMatchInlineSnapshot(`
      "Not counted:
            1  modules, and code that is not strict
            1  tests of what workflows do not have: Atomics, SharedArrayBuffer, WeakRef, FinalizationRegistry
            1  tests that plain V8 fails too
            2  files that could not be run
               built-ins/helper.js: It has no \`/*---\` comment, so it is no test.
               built-ins/lacks.js: It includes \`lacks.js\`, which is not in this checkout.

        share of what plain V8 passes                tests      realm    context
        built-ins/Array                                  2    50.00 %   100.00 %
        folders without a difference: 1                  1   100.00 %   100.00 %
        all                                              3    66.66 %   100.00 %
        least                                                 92.00 %    99.30 %

      Why the default realm differs (1 of 3 tests):
            1  The test changes, adds or deletes a property of a built-in, and built-ins are frozen.
               built-ins/Array/changes.js: TypeError: Cannot add property mine, object is not extensible (Built-ins are frozen here. With \`isolation: 'context'\` e…"
    `);
    expect(isBelowLeast(outcomes)).toBe(true);
    expect(isBelowLeast(outcomes.filter(({ path }) => !path.endsWith('changes.js')))).toBe(false);
    expect(isBelowLeast(outcomes.filter(({ kind }) => kind === 'unreadable'))).toBe(true);
  });

  it('is kept as a sample, which a later run is held against', () => {
    const ran = outcomes.filter((outcome) => outcome.kind === 'run');
    const expected = new Map(ran.map(({ path, passed }) => [path, passed]));
    const sample = { commit: 'abc', engine: 'Node 26', expected };
    const text = sampleText(sample);
    expect(text).toContain(
      'built-ins/Array\n  --- broken.js\n  p-c changes.js\n  prc passes.js\n\nlanguage\n  prc passes.js\n',
    );
    expect(readSample(text)).toEqual(sample);
    expect(deviationsOf(outcomes, expected)).toEqual([]);
    const other = readSample(text.replace('p-c changes.js', 'prc changes.js').replace('  ---', '  ---'));
    expect(deviationsOf(outcomes, other.expected)).toEqual([
      expect.stringMatching(/^built-ins\/Array\/changes.js: expected prc, got p-c: realm ends with TypeError: .*mine/),
    ]);
    expect(() => readSample('a\n  xyz b.js')).toThrow(/line 2 .* got ` {2}xyz b.js`/);
  });

  it('misses what the sample has and the checkout has not', async () => {
    const gone = await runTests(openCheckout(folder, ''), ['language/gone.js'], new AbortController().signal);
    const expected = new Map([['language/gone.js', { plain: true, realm: true, context: true }]]);
    expect(deviationsOf(gone, expected)).toEqual(['language/gone.js: It is not in this checkout.']);
  });

  it('ends before the next test once it is interrupted', async () => {
    const controller = new AbortController();
    const some = await runTests(openCheckout(folder, ''), paths, controller.signal, (count) => {
      if (count === 2) controller.abort();
    });
    expect(some.map(({ path }) => path)).toEqual(paths.slice(0, 2));
  });
});

describe('the command', () => {
  const run = promisify(execFile);
  const main = join(import.meta.dirname, 'main.ts');
  const command = async (...args: string[]) => {
    try {
      return { code: 0, ...(await run(process.execPath, [main, ...args])) };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };

  it('reports, writes the differences and ends with 1, for too much differs', async () => {
    const json = join(folder, 'out.json');
    const { code, stdout } = await command('--dir', folder, '--json', json);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^test262 be13516fb644 · Node .* · 8 files\n/);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      counted: 3,
      realm: [{ path: 'built-ins/Array/changes.js', cause: expect.stringContaining('frozen') }],
      context: [],
    });
  });

  it('promises nothing of some folders only', async () => {
    const { code, stdout } = await command('--dir', folder, '--only', 'built-ins/Array');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}all .* 50.00 %/m);
    expect(stdout).not.toContain('least');
  });

  it.each([
    ['nothing at all', [], /Expected `--dir`/],
    ['no test', ['--dir', folder, '--only', 'language/nothing'], /Expected `--only` to begin the path of a test/],
    ['a file that cannot be written', ['--dir', folder, '--json', join(folder, 'no/such.json')], /Expected `--json`/],
  ])('ends with 2 for %s, and shows no stack', async (_, args, message) => {
    const { code, stderr } = await command(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('the sample of the repository', () => {
  const { commit, engine, expected } = readSample(readFileSync(join(import.meta.dirname, 'sample.txt'), 'utf8'));

  it('says what it is of, and is large enough', () => {
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(engine).toMatch(/^Node \d+\.\d+\.\d+, V8 /);
    expect(expected.size).toBeGreaterThan(2_000);
  });

  it('keeps the shares that docs/conformance.md promises', () => {
    const counted = [...expected.values()].filter(({ plain }) => plain);
    const share = (name: 'realm' | 'context') => counted.filter((passed) => passed[name]).length / counted.length;
    expect(share('realm')).toBeGreaterThanOrEqual(0.92);
    expect(share('context')).toBeGreaterThanOrEqual(0.993);
  });
});
