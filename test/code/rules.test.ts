// The rules that the code keeps for itself: who may import whom, which file owns which dependency, how long a file is.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'src');

interface SourceFile {
  /** Path below src, such as `state/apply.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports at run time, as written. */
  readonly imports: readonly string[];
  readonly typeImports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readSource(join(entry.parentPath, entry.name)));

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)';/gm)];
  const isType = (statement: string): boolean => /^(?:import|export)\stype\s/.test(statement);
  const named = statements.map((match) => ({ statement: match[0], from: match[1] ?? '' }));
  return {
    path: relative(source, file),
    text,
    imports: named.filter(({ statement }) => !isType(statement)).map(({ from }) => from),
    typeImports: named.filter(({ statement }) => isType(statement)).map(({ from }) => from),
  };
}

/** Folders below src that a file imports from at run time; `.` for files of src itself. */
function foldersOf(file: SourceFile): readonly string[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => dirname(relative(source, resolve(source, dirname(file.path), specifier))));
}

/** What the code of each folder may use at run time. Types may come from anywhere: they leave nothing behind. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  realm: ['protocol'],
  cell: ['realm', 'protocol'],
  state: ['protocol'],
  schedule: ['state', 'protocol'],
  admission: ['realm', 'protocol'],
  pool: ['cell', 'protocol'],
  host: ['pool', 'admission', 'protocol'],
  runner: ['admission', 'host', 'pool', 'schedule', 'state', 'protocol'],
  durable: ['state', 'protocol'],
  cli: ['runner', 'durable', 'replay', 'guide', 'state', 'protocol'],
  replay: ['runner', 'admission', 'cell', 'realm', 'state', 'protocol'],
  testing: ['runner', 'pool', 'state', 'protocol'],
};

describe('the code', () => {
  it('is found', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(files.find((file) => file.path === 'state/apply.ts')?.imports).toContain('./endings.ts');
  });

  it('imports one way', () => {
    const wrong = files.flatMap((file) => {
      const [folder = ''] = file.path.split('/');
      const allowed = mayUse[folder];
      if (allowed === undefined) return [];
      return foldersOf(file)
        .map((target) => target.split('/')[0] ?? '')
        .filter((target) => target !== '.' && target !== folder && !allowed.includes(target))
        .map((target) => `${file.path} uses ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps what runs in a worker out of the main thread', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      const file = files.find((candidate) => candidate.path === path);
      for (const specifier of file?.imports ?? []) {
        if (specifier.startsWith('.')) visit(relative(source, resolve(source, dirname(path), specifier)));
      }
    };
    visit('index.ts');
    expect(
      [...reached].filter((path) =>
        /^(realm|cell)\/|^pool\/(worker|cell-server)|^host\/main|^admission\/(check|parse|worker)/.test(path),
      ),
    ).toEqual([]);
  });

  it('has one importer for each third-party dependency', () => {
    const importers = new Map<string, Set<string>>();
    for (const { path, imports, typeImports } of files) {
      for (const specifier of [...imports, ...typeImports]) {
        if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
        importers.set(specifier, (importers.get(specifier) ?? new Set()).add(path));
      }
    }
    const found = Object.fromEntries([...importers].map(([name, paths]) => [name, [...paths]]));
    expect(found).toEqual({
      acorn: ['admission/parse.ts'],
      'isolated-vm': ['cell/isolate.ts'],
      msgpackr: ['protocol/frames.ts'],
      piscina: ['pool/threads.ts'],
    });
  });

  it('reads the time and makes randomness in one file each', () => {
    const readers = files.filter(
      ({ path, text }) => !path.startsWith('realm/') && /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\(/.test(text),
    );
    expect(readers.map((file) => file.path)).toEqual(['machine-timers.ts']);
    expect(files.filter(({ text }) => /\brandomBytes\(/.test(text)).map((file) => file.path)).toEqual(['clock.ts']);
  });

  it('takes timers as they were when it was loaded, but in the command line and in what is compiled into isolates', () => {
    const timer = /(?<![.\w`#])(set(Timeout|Interval|Immediate)|queueMicrotask|performance\.now)\(/;
    const users = files.filter(({ path, text }) => !/^(realm|cli)\//.test(path) && timer.test(codeOf(text)));
    expect(users.length).toBeGreaterThan(10);
    const careless = users.filter(
      ({ imports }) => !imports.some((specifier) => specifier.endsWith('machine-timers.ts')),
    );
    expect(careless.map((file) => file.path)).toEqual(['replay/debug-thread.ts']); // A thread of its own.
  });

  it('has no file over 400 lines, and says at the top of each why it exists', () => {
    const lengthOf = (file: SourceFile): number => file.text.split('\n').length;
    expect(files.filter((file) => lengthOf(file) > 400).map((file) => file.path)).toEqual([]);
    expect(files.filter((file) => !file.text.startsWith('//')).map((file) => file.path)).toEqual([]);
  });

  it('has no file named for everything and nothing', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|lib|misc)(\/|\.ts$)/.test(file.path))).toEqual([]);
  });
});

/** Without lines that are comments. */
function codeOf(text: string): string {
  return text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
}
