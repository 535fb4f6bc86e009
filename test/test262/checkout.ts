// The folder of test262 on this machine: what is in it, and what to do if it is another one.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from './options.ts';

export interface Checkout {
  /** The commit that is checked out; `unknown` where git does not say so. */
  readonly commit: string;
  /** Of tests whose path below its folder `test` begins so, sorted. Of what is not ECMAScript itself only if `only` names it. */
  paths(only: string): readonly string[];
  test(path: string): string;
  harness(name: string): string;
}

/** Whose tests are of ECMAScript itself. */
const folders = ['built-ins', 'language'];
const otherFolders = ['annexB', 'intl402', 'staging'];

export function openCheckout(dir: string | null, sampleCommit: string): Checkout {
  if (dir === null) throw new UsageError(`Expected \`--dir\` to name a checkout of test262. ${howToGet(sampleCommit)}`);
  const root = resolve(dir);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(
      `Expected \`--dir\` to name a checkout of test262, got \`${dir}\`: there is no such folder. ${howToGet(sampleCommit)}`,
    );
  }
  const missing = ['harness/assert.js', ...folders.map((name) => `test/${name}`)].find(
    (part) => !existsSync(join(root, part)),
  );
  if (missing !== undefined) {
    const near = [...foldersAbove(root), join(root, 'test262')].find((other) =>
      existsSync(join(other, 'harness/assert.js')),
    );
    const advice = near === undefined ? howToGet(sampleCommit) : `Did you mean \`--dir ${near}\`?`;
    throw new UsageError(
      `Expected \`--dir\` to name a checkout of test262, got \`${dir}\`: it has no \`${missing}\`. ${advice}`,
    );
  }
  const harnessTexts = new Map<string, string>();
  return {
    commit: commitOf(root),
    paths: (only) =>
      [...folders, ...otherFolders.filter((name) => only.startsWith(name) && existsSync(join(root, 'test', name)))]
        .flatMap((folder) => readdirSync(join(root, 'test', folder), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !entry.name.includes('_FIXTURE'))
        .map((entry) => relative(join(root, 'test'), join(entry.parentPath, entry.name)))
        .filter((path) => path.startsWith(only))
        .sort(),
    test: (path) => textOf(join(root, 'test', path), 'It is not in this checkout.'),
    harness(name) {
      const missing = `It includes \`${name}\`, which is not in this checkout.`;
      const text = harnessTexts.get(name) ?? textOf(join(root, 'harness', name), missing);
      harnessTexts.set(name, text);
      return text;
    },
  };
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}

function textOf(file: string, missing: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error(missing) : error;
  }
}

function howToGet(commit: string): string {
  return `Get one with:

  git clone https://github.com/tc39/test262 ../test262
  git -C ../test262 checkout ${commit}
  npm run test262 -- --dir ../test262 --sample
`;
}

/** Without git: it need not be installed. */
function commitOf(root: string): string {
  try {
    const head = readFileSync(join(root, '.git/HEAD'), 'utf8').trim();
    return head.startsWith('ref: ') ? readFileSync(join(root, '.git', head.slice(5)), 'utf8').trim() : head;
  } catch {
    return 'unknown'; // Not cloned but unpacked, or its references are packed.
  }
}
