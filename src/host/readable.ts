// What a host may read: the code that it runs, and nothing else of the disk.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Dependencies that are loaded in a host; each brings its own. */
const loaded = ['acorn', 'isolated-vm', 'msgpackr', 'piscina'];

/** Where the code of Stepwell is: `src` in a checkout, `dist` in a package. */
const codeFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** How node-gyp-build, which isolated-vm is found by, tells one C library from another. */
const alpineRelease = '/etc/alpine-release';

/** Paths as `--allow-fs-read` takes them. */
export function readablePaths(): readonly string[] {
  const folders = new Set([codeFolder]);
  for (const name of loaded) addPackage(name, import.meta.url, folders);
  return [join(dirname(codeFolder), 'package.json'), alpineRelease, ...[...folders].map((folder) => join(folder, '*'))];
}

/** `optional` ones may be missing, as those for other machines are. */
function addPackage(name: string, from: string, folders: Set<string>): void {
  const folder = folderOf(name, from);
  if (folder === null || folders.has(folder)) return;
  folders.add(folder);
  const manifest = join(folder, 'package.json');
  const { dependencies, optionalDependencies }: Manifest = JSON.parse(readFileSync(manifest, 'utf8'));
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) addPackage(next, manifest, folders);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Not every package lets its manifest be resolved: its folder is found by its name in what its entry resolves to. */
function folderOf(name: string, from: string): string | null {
  const require = createRequire(from);
  const tail = join('node_modules', name);
  for (const path of [`${name}/package.json`, name]) {
    try {
      const entry = require.resolve(path);
      const at = entry.lastIndexOf(tail + sep);
      if (at >= 0) return entry.slice(0, at + tail.length);
    } catch {
      // Not installed, or it says nothing of this path.
    }
  }
  return null;
}
