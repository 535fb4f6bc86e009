// What came of the tests: which share of those that the engine itself passes a realm passes too, by folder, and why not the others.
import type { Metadata } from './metadata.ts';
import type { Ending } from './realms.ts';

export interface Result {
  /** Below the checkout's `test` folder. The engine itself passes it. */
  readonly path: string;
  readonly ending: Ending;
  readonly passes: boolean;
}

/** Whether this is how the test has to end. */
export function isRight(ending: Ending, { negative }: Metadata): boolean {
  if (negative === null) return ending === null;
  return ending !== null && ending.name === negative.type && ending.isEarly === negative.isEarly;
}

const causes: readonly (readonly [cause: string, pattern: RegExp])[] = [
  [
    'built-ins are frozen',
    /read only|not extensible|Cannot (redefine|delete|define|add) property|frozen|#<Object> is not|Cannot assign|Cannot set/i,
  ],
  [
    'built-ins are frozen, seen by a descriptor',
    /descriptor should|should be (writable|configurable|enumerable)|writable|configurable|isExtensible/i,
  ],
  ['not there', /(SharedArrayBuffer|Atomics|WeakRef|FinalizationRegistry|WebAssembly) is not defined|is not defined/],
  ['no time and no chance of its own', /does not know the time|Math\.random is not|Expected a date to format/],
  ['names and lengths', /\b(name|length)\b/i],
  ['not read as a script', /SyntaxError/],
];

export function causeOf({ ending }: Result): string {
  if (ending === null) return 'nothing was thrown';
  const text = `${ending.name}: ${ending.message}`;
  return causes.find(([, pattern]) => pattern.test(text))?.[0] ?? 'else';
}

/** Lines to be read: shares by folder, three names deep at most, then the causes. */
export function summaryOf(realm: string, results: readonly Result[]): string {
  const passing = results.filter(({ passes }) => passes).length;
  const byFolder = groupOf(results, ({ path }) => path.split('/').slice(0, 2).join('/'));
  const folders = [...byFolder].map(
    ([folder, of]) => [folder, of.filter(({ passes }) => passes).length, of.length] as const,
  );
  const lines = folders
    .filter(([, passed, all]) => passed < all)
    .map(
      ([folder, passed, all]) => `  ${percent(passed, all).padStart(7)}  ${folder} (${all - passed} of ${all} differ)`,
    );
  const byCause = groupOf(
    results.filter(({ passes }) => !passes),
    causeOf,
  );
  const why = [...byCause]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([cause, of]) => `  ${String(of.length).padStart(7)}  ${cause}`);
  return [
    `${realm}: ${percent(passing, results.length)} of ${results.length} tests that the engine passes`,
    ...lines,
    ...why,
  ].join('\n');
}

export function shareOf(results: readonly Result[]): number {
  return results.length === 0 ? 1 : results.filter(({ passes }) => passes).length / results.length;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

function groupOf<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, keyOf);
}
