// `npm run test262 -- --dir CHECKOUT`: how much of test262 (https://github.com/tc39/test262) a workflow finds as plain V8 has it.
// docs/conformance.md says what comes of it. Ends with 1 if less passes than is promised here.
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkout, openCheckout } from './checkout.ts';
import { type Options, readOptions, UsageError, usage } from './options.ts';
import { deviationsOf, differencesOf, isBelowLeast, reportOf } from './report.ts';
import { readSample, type Sample, sampleText } from './sample.ts';
import { type Outcome, runTests } from './suite.ts';

const sampleFile = join(import.meta.dirname, 'sample.txt');
const engine = `Node ${process.versions.node}, V8 ${process.versions.v8}`;

try {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) console.log(usage);
  else await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(options: Options): Promise<void> {
  const sample = readSample(readFileSync(sampleFile, 'utf8'));
  const checkout = openCheckout(options.dir, sample.commit);
  const paths = pathsOf(options, checkout, sample);
  if (options.json !== null) assertWritable(options.json);
  console.log(`test262 ${checkout.commit.slice(0, 12)} · ${engine} · ${paths.length.toLocaleString('en')} files`);

  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(); // Once: the second Ctrl-C ends the process, whatever it does.
  process.once('SIGINT', interrupt);
  const outcomes = await runTests(checkout, paths, interrupted.signal, progressOf(paths.length));
  process.off('SIGINT', interrupt);
  const isWhole = outcomes.length === paths.length;
  if (!isWhole) console.log(`Interrupted: the figures are of the first ${outcomes.length.toLocaleString('en')} files.`);

  const isPart = options.only !== '';
  console.log(`\n${reportOf(outcomes, isPart)}`);
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(differencesOf(outcomes), null, 1)}\n`);
  if (options.isSample && !options.isUpdate) compare(outcomes, sample, checkout);
  else if (!isPart && isBelowLeast(outcomes)) process.exitCode = 1;
  if (!isWhole) process.exitCode = 130;
  else if (options.isUpdate) update(outcomes, checkout);
}

function pathsOf({ isSample, only, every }: Options, checkout: Checkout, sample: Sample): readonly string[] {
  const all = isSample ? [...sample.expected.keys()].filter((path) => path.startsWith(only)) : checkout.paths(only);
  const paths = all.filter((_, index) => index % every === 0);
  if (paths.length > 0) return paths;
  const where = isSample ? 'the sample' : 'its folder `test`';
  throw new UsageError(`Expected \`--only\` to begin the path of a test, got \`${only}\`: there is none in ${where}.`);
}

/** Before the tests run, for they take long. */
function assertWritable(file: string): void {
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new UsageError(`Expected \`--json\` to name a file that can be written: ${(error as Error).message}`);
  }
}

function progressOf(all: number): (count: number) => void {
  const { isTTY } = process.stderr;
  const text = (count: number): string => `${count.toLocaleString('en')} of ${all.toLocaleString('en')}`;
  return (count) => {
    if (isTTY && (count % 50 === 0 || count === all))
      process.stderr.write(count === all ? '\r\x1b[K' : `\r${text(count)}`);
    else if (!isTTY && count % 5_000 === 0) process.stderr.write(`${text(count)}\n`);
  };
}

function compare(outcomes: readonly Outcome[], sample: Sample, { commit }: Checkout): void {
  const deviations = deviationsOf(outcomes, sample.expected);
  if (deviations.length === 0) return console.log('\nEvery test ends as the sample says.');
  process.exitCode = 1;
  console.log(`\n${deviations.length} tests do not end as the sample says (p: plain V8, r: realm, c: context):`);
  for (const deviation of deviations) console.log(`  ${deviation}`);
  if (engine !== sample.engine) console.log(`The sample is of ${sample.engine}, this is ${engine}.`);
  if (commit !== sample.commit) console.log(`The sample is of commit ${sample.commit}, this is ${commit}.`);
}

function update(outcomes: readonly Outcome[], { commit }: Checkout): void {
  const ran = outcomes.filter((outcome) => outcome.kind === 'run');
  const expected = new Map(ran.map(({ path, passed }) => [path, passed]));
  writeFileSync(sampleFile, sampleText({ commit, engine, expected }));
  console.log(`\nThe sample has ${expected.size.toLocaleString('en')} tests now.`);
}
