// What a host may read: the code that it runs, and nothing else of the disk.
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Dependencies that are loaded in a host; each brings its own. */
const loaded = ['acorn', 'isolated-vm', 'msgpackr', 'piscina'];

/** Where the programs of hosts are. Not by a link, by which a process that was started with --preserve-symlinks may know them. */
export const hostFolder = realpathSync(dirname(fileURLToPath(import.meta.url)));

/** Where the code of Stepwell is: `src` in a checkout, `dist` in a package. */
const codeFolder = dirname(hostFolder);

/** How node-gyp-build, which isolated-vm is found by, tells one C library from another. */
const alpineRelease = '/etc/alpine-release';

/** Paths as `--allow-fs-read` takes them. Reads the manifests of the packages: what is missing there is missing here. */
export function readablePaths(): readonly string[] {
  const folders = new Set([codeFolder]);
  for (const name of loaded) addPackage(name, codeFolder, folders);
  const manifest = join(dirname(codeFolder), 'package.json');
  const links = new Set([...folders].flatMap((folder) => linksAbove(folder)));
  const own = [...folders].filter((folder) => ![...links].some((link) => folder.startsWith(link + sep)));
  return [
    manifest,
    alpineRelease,
    ...own.flatMap((folder) => [folder, join(folder, '*')]),
    ...[...links].map((link) => `${link}*`), // Node grants a folder's content, but a link itself by nothing else.
  ];
}

/** `node_modules` itself may be a link, or what it lies in. */
function linksAbove(folder: string): string[] {
  const above = dirname(folder);
  if (above === folder) return [];
  return lstatSync(above).isSymbolicLink() ? [above] : linksAbove(above);
}

/** Some package managers join packages by links: a host reads through the link, and then what it leads to. */
function addPackage(name: string, from: string, folders: Set<string>): void {
  const folder = folderOf(name, from);
  if (folder === null || folders.has(folder)) return; // Not installed, as packages for other machines are not.
  const real = realpathSync(folder);
  folders.add(folder).add(real);
  const { dependencies, optionalDependencies } = manifestOf(real);
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) addPackage(next, real, folders);
}

/** As Node looks for it: in `node_modules` beside the folder and beside each of those that it lies in. */
function folderOf(name: string, from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (at === dirname(at)) return null;
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
