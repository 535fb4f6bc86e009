// What a file of test262 says of itself, in the comment between `/*---` and `---*/`: as much of YAML as is used there.
// See https://github.com/tc39/test262/blob/main/INTERPRETING.md
import type { Ending } from './realms.ts';

export interface Metadata {
  readonly flags: readonly string[];
  readonly includes: readonly string[];
  readonly features: readonly string[];
  /** The name of the error that has to be thrown, and whether that is while the test is read. */
  readonly negative: { readonly isEarly: boolean; readonly type: string } | null;
}

/** Null if the text has no such comment: it is no test. */
export function metadataOf(text: string): Metadata | null {
  const written = /\/\*---\s([\s\S]*?)---\*\//.exec(text)?.[1];
  if (written === undefined) return null;
  const frontmatter = written.replace(/\r\n?/g, '\n'); // Some tests are of line ends.
  const negative = /^negative:\s*\n((?:[ \t]+.*\n?)+)/m.exec(frontmatter)?.[1];
  return {
    flags: listOf(frontmatter, 'flags'),
    includes: listOf(frontmatter, 'includes'),
    features: listOf(frontmatter, 'features'),
    negative:
      negative === undefined
        ? null
        : { isEarly: !/phase:\s*runtime/.test(negative), type: /type:\s*(\w+)/.exec(negative)?.[1] ?? '' },
  };
}

/** In brackets, or an item a line. */
function listOf(frontmatter: string, key: string): readonly string[] {
  const inBrackets = new RegExp(`^${key}:\\s*\\[([^\\]]*)\\]`, 'm').exec(frontmatter)?.[1];
  const inLines = new RegExp(`^${key}:\\s*\\r?\\n((?:\\s+-.*\\r?\\n?)+)`, 'm').exec(frontmatter)?.[1];
  const items = inBrackets?.split(',') ?? inLines?.split('\n').map((line) => line.replace(/^\s*-/, '')) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** A workflow is strict, and no module: tests of what is neither are not for it. */
export function isForWorkflows({ flags }: Metadata): boolean {
  return !['noStrict', 'raw', 'module', 'CanBlockIsFalse', 'CanBlockIsTrue'].some((flag) => flags.includes(flag));
}

/** What no realm has, since it would tell of time, of memory or of other threads: see docs/compatibility.md. */
const absentFeatures = ['SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef'];

/** A feature may be a part of one, such as `Atomics.pause`. */
export function isOfAbsent({ features }: Metadata): boolean {
  return features.some((feature) => absentFeatures.includes(feature.split('.')[0] ?? ''));
}

/** Whether this is how the test has to end. */
export function isRight(ending: Ending, { negative }: Metadata): boolean {
  if (negative === null) return ending === null;
  return ending !== null && ending.name === negative.type && ending.isEarly === negative.isEarly;
}
