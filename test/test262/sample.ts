// The sample that the repository keeps: paths of tests, and who passes each. There is no text of test262 in it.
import { UsageError } from './options.ts';
import { type Passed, realmNames } from './realms.ts';

export interface Sample {
  readonly commit: string;
  readonly engine: string;
  /** By path below test262's folder `test`, in its order. */
  readonly expected: ReadonlyMap<string, Passed>;
}

const head = `# A sample of test262 (https://github.com/tc39/test262), written by \`npm run test262 -- --dir CHECKOUT --every N --update\`.
# Each line is a test below its folder. p: plain V8 passes it; r: the default realm does; c: \`isolation: 'context'\` does; -: not.`;
const letters = { plain: 'p', realm: 'r', context: 'c' } as const;

export function sampleText({ commit, engine, expected }: Sample): string {
  const lines = [head, `# commit: ${commit}`, `# engine: ${engine}`];
  const byFolder = Map.groupBy(expected, ([path]) => path.slice(0, path.lastIndexOf('/')));
  for (const [folder, tests] of byFolder) {
    lines.push('', folder);
    for (const [path, passed] of tests) lines.push(`  ${lettersOf(passed)} ${path.slice(folder.length + 1)}`);
  }
  return `${lines.join('\n')}\n`;
}

export function lettersOf(passed: Passed): string {
  return realmNames.map((name) => (passed[name] ? letters[name] : '-')).join('');
}

export function readSample(text: string): Sample {
  const expected = new Map<string, Passed>();
  let folder = '';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const test = /^ {2}([p-])([r-])([c-]) (\S+)$/.exec(line);
    if (test === null && /^\s/.test(line)) {
      throw new UsageError(`Expected line ${index + 1} of sample.txt to be like \`  prc name.js\`, got \`${line}\`.`);
    }
    if (test === null) folder = line;
    else {
      const [, plain, realm, context, name = ''] = test;
      expected.set(`${folder}/${name}`, { plain: plain === 'p', realm: realm === 'r', context: context === 'c' });
    }
  }
  return { commit: fieldOf(text, 'commit'), engine: fieldOf(text, 'engine'), expected };
}

function fieldOf(text: string, key: string): string {
  return new RegExp(`^# ${key}: (.*)$`, 'm').exec(text)?.[1] ?? 'unknown';
}
