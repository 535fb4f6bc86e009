// What came of the tests, as text: which share of those that plain V8 passes an isolation passes too, by folder, and why not the others.
import type { Ending, Passed } from './realms.ts';
import { lettersOf } from './sample.ts';
import type { Outcome, Ran } from './suite.ts';

const isolations = ['realm', 'context'] as const;
export type Isolation = (typeof isolations)[number];

/** Of the tests that plain V8 passes. */
const sharesLeast: { readonly [Name in Isolation]: number } = { realm: 0.92, context: 0.993 };

const titles: { readonly [Name in Isolation]: string } = {
  realm: 'the default realm',
  context: "`isolation: 'context'`",
};

/** Looked for in the path of a test and its error. */
const causes: readonly (readonly [cause: string, pattern: RegExp])[] = [
  ['The check refuses the source.', /The check refuses it/],
  [
    'The test changes, adds or deletes a property of a built-in, and built-ins are frozen.',
    /Built-ins are frozen here/,
  ],
  [
    'The test wants a property of a built-in to be writable or configurable, and built-ins are frozen.',
    /descriptor should be|to be (?:writable|configurable)|to have (?:writable|configurable):true/i,
  ],
  [
    'The test asks whether a built-in is frozen, sealed or extensible, and built-ins are frozen.',
    /extensib|isFrozen|isSealed|\bbuiltins?\.js/i,
  ],
  ['The test uses a global that workflows do not have.', /is not defined/],
];
const otherCause = 'Other.';

/** How many tests of a cause are listed at most, unless there is no other cause for them than themselves. */
const listedMost = 3;
const othersListedMost = 40;

/** `isPart`: of some folders only, for which no share is promised. */
export function reportOf(outcomes: readonly Outcome[], isPart = false): string {
  const ran = outcomes.filter((outcome) => outcome.kind === 'run');
  const counted = ran.filter(({ passed }) => passed.plain);
  return [
    ...uncountedLines(outcomes, ran.length - counted.length),
    '',
    ...tableOf(counted, isPart),
    ...isolations.flatMap((isolation) => causeLines(isolation, counted)),
  ].join('\n');
}

/** Also if no test has run that counts: nothing is known then. */
export function isBelowLeast(outcomes: readonly Outcome[]): boolean {
  const counted = outcomes.filter((outcome) => outcome.kind === 'run' && outcome.passed.plain) as readonly Ran[];
  return counted.length === 0 || isolations.some((isolation) => shareOf(isolation, counted) < sharesLeast[isolation]);
}

/** Of tests that plain V8 passes. */
export function shareOf(isolation: Isolation, counted: readonly Ran[]): number {
  return counted.length === 0 ? 1 : counted.filter(({ passed }) => passed[isolation]).length / counted.length;
}

/** For `--json`: each test that plain V8 passes and an isolation does not. */
export function differencesOf(outcomes: readonly Outcome[]): object {
  const counted = outcomes.filter((outcome) => outcome.kind === 'run').filter(({ passed }) => passed.plain);
  const of = (isolation: Isolation) =>
    failing(isolation, counted).map((test) => ({
      path: test.path,
      cause: causeOf(test, isolation),
      ending: test.endings[isolation],
    }));
  return { counted: counted.length, realm: of('realm'), context: of('context') };
}

/** A line for each test that does not end as the sample says. */
export function deviationsOf(outcomes: readonly Outcome[], expected: ReadonlyMap<string, Passed>): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const wanted = expected.get(outcome.path);
    if (wanted === undefined) return [];
    if (outcome.kind !== 'run')
      return [`${outcome.path}: ${outcome.kind === 'unreadable' ? outcome.reason : 'is not for workflows'}`];
    const [want, got] = [lettersOf(wanted), lettersOf(outcome.passed)];
    if (want === got) return [];
    const changed =
      (['plain', ...isolations] as const).find((name) => wanted[name] !== outcome.passed[name]) ?? 'plain';
    return [`${outcome.path}: expected ${want}, got ${got}: ${changed} ends with ${textOf(outcome.endings[changed])}`];
  });
}

export function causeOf({ path, endings }: Pick<Ran, 'path' | 'endings'>, isolation: Isolation): string {
  const text = `${path}: ${textOf(endings[isolation])}`;
  return causes.find(([, pattern]) => pattern.test(text))?.[0] ?? otherCause;
}

function textOf(ending: Ending): string {
  return ending === null ? 'nothing thrown' : `${ending.name}: ${ending.message}`.replace(/\s+/g, ' ');
}

function uncountedLines(outcomes: readonly Outcome[], failedByEngine: number): readonly string[] {
  const count = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const unreadable = outcomes.filter((outcome) => outcome.kind === 'unreadable');
  return [
    'Not counted:',
    `${number(count('other_code'))}  modules, and code that is not strict`,
    `${number(count('absent'))}  tests of what workflows do not have: Atomics, SharedArrayBuffer, WeakRef, FinalizationRegistry`,
    `${number(failedByEngine)}  tests that plain V8 fails too`,
    ...(unreadable.length === 0 ? [] : [`${number(unreadable.length)}  files that could not be run`]),
    ...unreadable.slice(0, othersListedMost).map(({ path, reason }) => `${indent}${path}: ${reason}`),
  ];
}

function tableOf(counted: readonly Ran[], isPart: boolean): readonly string[] {
  const byFolder = [...Map.groupBy(counted, ({ path }) => path.split('/').slice(0, 2).join('/'))];
  const isEqual = (of: readonly Ran[]): boolean => isolations.every((isolation) => shareOf(isolation, of) === 1);
  const equal = byFolder.filter(([, of]) => isEqual(of));
  const rest = equal.flatMap(([, of]) => of);
  const rows = byFolder.filter(([, of]) => !isEqual(of)).map(([folder, of]) => rowOf(folder, of));
  const least = `  ${'least'.padEnd(folderWidth)}${''.padStart(8)}${percent(sharesLeast.realm)}${percent(sharesLeast.context)}`;
  return [
    `  ${'share of what plain V8 passes'.padEnd(folderWidth)}${'tests'.padStart(8)}${'realm'.padStart(11)}${'context'.padStart(11)}`,
    ...rows,
    ...(equal.length === 0 ? [] : [rowOf(`folders without a difference: ${equal.length}`, rest)]),
    rowOf('all', counted),
    ...(isPart ? [] : [least]),
  ];
}

const folderWidth = 42;
const indent = ' '.repeat(9);

function rowOf(name: string, of: readonly Ran[]): string {
  const shares = isolations.map((isolation) => percent(shareOf(isolation, of)));
  return `  ${name.padEnd(folderWidth)}${of.length.toLocaleString('en').padStart(8)}${shares.join('')}`;
}

function causeLines(isolation: Isolation, counted: readonly Ran[]): readonly string[] {
  const failed = failing(isolation, counted);
  if (failed.length === 0) return [];
  const byCause = [...Map.groupBy(failed, (test) => causeOf(test, isolation))];
  byCause.sort(([, one], [, other]) => other.length - one.length);
  const lines = byCause.flatMap(([cause, of]) => {
    const most = cause === otherCause ? othersListedMost : listedMost;
    const listed = of
      .slice(0, most)
      .map(({ path, endings }) => `${indent}${path}: ${shortened(textOf(endings[isolation]))}`);
    const more =
      of.length > most ? [`${indent}and ${(of.length - most).toLocaleString('en')} more: see \`--json\``] : [];
    return [`${number(of.length)}  ${cause}`, ...listed, ...more];
  });
  const of = `${failed.length.toLocaleString('en')} of ${counted.length.toLocaleString('en')} tests`;
  return ['', `Why ${titles[isolation]} differs (${of}):`, ...lines];
}

function failing(isolation: Isolation, counted: readonly Ran[]): readonly Ran[] {
  return counted.filter(({ passed }) => !passed[isolation]);
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function number(count: number): string {
  return count.toLocaleString('en').padStart(7);
}

/** Rounded down: what differs is never 100 %. */
function percent(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`.padStart(11);
}
