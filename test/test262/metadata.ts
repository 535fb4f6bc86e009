// What a file of test262 says of itself, in the comment between `/*---` and `---*/`: as much of YAML as is used there.
// See https://github.com/tc39/test262/blob/main/INTERPRETING.md

export interface Metadata {
  readonly flags: readonly string[];
  readonly includes: readonly string[];
  readonly features: readonly string[];
  /** The name of the error that has to be thrown, and whether that is while the test is read. */
  readonly negative: { readonly isEarly: boolean; readonly type: string } | null;
}

export function metadataOf(text: string): Metadata {
  const [, frontmatter = ''] = /\/\*---\r?\n([\s\S]*?)---\*\//.exec(text) ?? [];
  const negative = /^negative:\s*\r?\n((?:[ \t]+.*\r?\n?)+)/m.exec(frontmatter)?.[1];
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

export function isOfAbsent({ features }: Metadata): boolean {
  return absentFeatures.some((feature) => features.includes(feature));
}
