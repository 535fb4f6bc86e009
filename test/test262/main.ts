// `npm run test262 -- --dir CHECKOUT`: how much of test262 (https://github.com/tc39/test262) a workflow finds as the engine has it. Each strict
// test that is no module runs as a workflow's code in three realms: see realms.ts. Ends with 1 if
// less passes than is promised here.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isForWorkflows, isOfAbsent, metadataOf } from './metadata.ts';
import { programOf } from './program.ts';
import { type RealmName, Realms } from './realms.ts';
import { isRight, type Result, shareOf, summaryOf } from './report.ts';

/** Of the tests that the engine passes. */
const sharesLeast: { readonly [Name in Exclude<RealmName, 'plain'>]: number } = { realm: 0.92, context: 0.993 };

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    only: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.dir === undefined) {
  console.log(`npm run test262 -- --dir CHECKOUT [--only language/types] [--every 10] [--json FILE]
  --dir    a checkout of https://github.com/tc39/test262
  --only   tests whose path begins so, below its folder \`test\`
  --every  one of so many tests
  --json   what differs, and how, for each test`);
  process.exitCode = values.help ? 0 : 2;
} else run(resolve(values.dir));

function run(checkout: string): void {
  const harnessTexts = new Map<string, string>();
  const harness = (name: string): string => {
    const known = harnessTexts.get(name) ?? readFileSync(join(checkout, 'harness', name), 'utf8');
    harnessTexts.set(name, known);
    return known;
  };
  let absent = 0;
  const paths = testsIn(join(checkout, 'test'));
  const results: { [Name in keyof typeof sharesLeast]: Result[] } = { realm: [], context: [] };
  const [plain, ...others] = [new Realms('plain'), new Realms('realm'), new Realms('context')] as const;
  for (const [index, path] of paths.entries()) {
    const text = readFileSync(join(checkout, 'test', path), 'utf8');
    const metadata = metadataOf(text);
    if (!isForWorkflows(metadata)) continue;
    if (isOfAbsent(metadata)) {
      absent++;
      continue;
    }
    const program = programOf(text, metadata, harness);
    if (!isRight(plain.run(program), metadata)) continue;
    for (const [name, realms] of [
      ['realm', others[0]],
      ['context', others[1]],
    ] as const) {
      const ending = realms.run(program);
      results[name].push({ path, ending, passes: isRight(ending, metadata) });
    }
    if (process.stderr.isTTY && index % 100 === 0) process.stderr.write(`\r${index} of ${paths.length}`);
  }
  for (const realms of [plain, ...others]) realms.close();
  console.log(`${absent} tests are of what no realm has, and not counted.\n`);
  for (const name of ['realm', 'context'] as const) {
    console.log(`${summaryOf(name, results[name])}\n`);
    if (shareOf(results[name]) < sharesLeast[name]) process.exitCode = 1;
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(differing(results), null, 1));
}

function differing(results: { readonly [name: string]: readonly Result[] }): object {
  return Object.fromEntries(
    Object.entries(results).map(([name, all]) => [
      name,
      all.filter(({ passes }) => !passes).map(({ path, ending }) => ({ path, ending })),
    ]),
  );
}

function testsIn(folder: string): readonly string[] {
  return ['built-ins', 'language']
    .flatMap((part) => readdirSync(join(folder, part), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !entry.name.includes('_FIXTURE'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path.startsWith(values.only))
    .sort()
    .filter((_, index) => index % Number(values.every) === 0);
}
