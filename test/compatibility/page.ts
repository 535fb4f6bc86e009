// The page that says which packages run in a workflow: written from the tables, and from what is installed.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Exception } from './exceptions.ts';
import type { Kind, Usage } from './packages.ts';

/** What a package says of itself. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const rules: readonly string[] = [
  '- A source may have 1 MiB (`sourceBytes`). Import what you use: most of a package that is written in modules is left out.',
  '- The code of packages runs anew in every step, like all that is outside of the class. What takes long to load takes long in each.',
  '- There are no modules of Node, no `process`, no `Buffer`, no `URL`, no `AbortController`, no network. README lists what there is.',
  '- `new Function` and `eval` work. They see frozen built-ins, and no clock: `Date` has to be named in the source itself.',
  '- An object may be assigned whatever it inherits from a built-in, with five exceptions where built-ins are frozen, since the engine is two to a hundred times slower without them: `constructor` and `Symbol.iterator` of an array, `next` of its iterators, `constructor` of a promise, `exec` of a regular expression. Assigning one of these throws a TypeError; a class that defines it, or `Object.defineProperty`, works.',
];

export function compatibilityPage(kinds: readonly Kind[], exceptions: readonly Exception[]): string {
  const count = kinds.reduce((sum, { packages }) => sum + packages.length, 0);
  const inContext = exceptions.filter(({ needs }) => needs === 'context');
  const config = readFileSync(join(import.meta.dirname, 'rolldown.config.ts'), 'utf8').trim();
  return [
    '# Packages in workflows',
    'This page is written by `test/compatibility/packages.test.ts` (`npm run test:long -- test/compatibility -u`). Do not edit it.',
    `A workflow is one source text, so packages are bundled into it. ${count} packages run where built-ins are frozen, which is the default; ${inContext.length} more run with \`isolation: 'context'\`, where each step may change its own. A test runs a program for each of them in Stepwell and in plain Node: what comes of it has to be the same.`,
    '## How to bundle',
    `With [Rolldown](https://rolldown.rs) and this \`rolldown.config.ts\`, \`npx rolldown --config\` makes \`workflow.js\` into \`bundle.js\`; \`npx stepwell check bundle.js\` says whether it can run. It is not minified, so that the stacks of errors show its names; with \`sourcemap: 'inline'\` they show your files and lines as well.`,
    `\`\`\`ts\n${config}\n\`\`\``,
    rules.join('\n'),
    '## Run as they are',
    ...kinds.map(({ title, packages }) => [`### ${title}`, '', ...tableOf(packages)].join('\n')),
    "## Run with `isolation: 'context'`",
    [
      '| package | version | what the program does | where built-ins are frozen | why | instead |',
      '| --- | --- | --- | --- | --- | --- |',
      ...inContext.map(contextRow),
    ].join('\n'),
    '## Do not run',
    [
      '| package | version | error | why | instead |',
      '| --- | --- | --- | --- | --- |',
      ...exceptions.filter(({ needs }) => needs === 'more').map(refusedRow),
    ].join('\n'),
    '',
  ].join('\n\n');
}

/** What is installed of a package. */
export function manifestOf(usage: Usage): Manifest {
  const name = usage.package ?? usage.program;
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const file = paths.map((path) => join(path, name, 'package.json')).find(existsSync);
  if (file === undefined) throw new Error(`Not installed: ${name}. Run \`npm ci\`.`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function tableOf(packages: readonly Usage[]): string[] {
  const rows = packages.map((usage) => row([...nameAndVersion(usage), usage.does]));
  return ['| package | version | what the program does |', '| --- | --- | --- |', ...rows];
}

function contextRow(exception: Exception): string {
  const { does, error, why, instead } = exception;
  return row([...nameAndVersion(exception), does, code(error), why, instead]);
}

function refusedRow(exception: Exception): string {
  const { error, why, instead } = exception;
  return row([...nameAndVersion(exception), code(error), why, instead]);
}

function nameAndVersion(usage: Usage): readonly [string, string] {
  const { name, version } = manifestOf(usage);
  return [code(name), version];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Text that has backticks itself is put between two. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
