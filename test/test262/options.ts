// The command line of `npm run test262`.
import { parseArgs } from 'node:util';

export interface Options {
  readonly dir: string | null;
  /** Only tests whose path below the checkout's folder `test` begins so. */
  readonly only: string;
  /** One of so many tests. */
  readonly every: number;
  /** A file for every difference. */
  readonly json: string | null;
  /** Whether the tests of the kept sample run, and are compared with it. */
  readonly isSample: boolean;
  /** Whether what comes out becomes the kept sample. */
  readonly isUpdate: boolean;
  readonly isHelp: boolean;
}

/** A mistake of whoever calls the command. Its message says what to do. */
export class UsageError extends Error {}

export const usage = `npm run test262 -- --dir CHECKOUT [options]

Runs tests of test262 three times: as a workflow in the default realm, as a workflow with \`isolation: 'context'\`,
and in plain V8. Reports which share of the tests that plain V8 passes each isolation passes too, by folder, and
why the others differ. All tests take about 15 minutes. Ctrl-C ends the run early and reports what has run.

  --dir DIR     a checkout of https://github.com/tc39/test262
  --sample      run the tests of test/test262/sample.txt, and compare each with what is written there
  --only PATH   run tests whose path below \`test\` begins so, for example language/types; all tests are those of
                built-ins and language, but annexB, intl402 and staging can be named here, too
  --every N     run one of N tests
  --json FILE   write each difference, with its error, to a file
  --update      write what comes out to test/test262/sample.txt, instead of comparing
  --help        print this

Exit code: 0; 1 if a share of all folders is below its minimum, or a test differs from the sample; 2 for a wrong
command line; 130 after Ctrl-C.`;

export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  if (positionals.length > 0) {
    throw new UsageError(
      `Expected options only, got \`${positionals.join(' ')}\`. Did you mean \`--dir ${positionals[0]}\`?`,
    );
  }
  const { dir = null, only = '', every: everyText = '1', json = null, sample: isSample = false } = values;
  const every = Number(everyText);
  if (!Number.isInteger(every) || every < 1) {
    throw new UsageError(`Expected \`--every\` to be an integer from 1, got \`${everyText}\`.`);
  }
  const { update: isUpdate = false, help: isHelp = false } = values;
  return { dir, only: only.replace(/^(?:\.\/)?(?:test\/)?/, ''), every, json, isSample, isUpdate, isHelp };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        dir: { type: 'string' },
        only: { type: 'string' },
        every: { type: 'string' },
        json: { type: 'string' },
        sample: { type: 'boolean' },
        update: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See \`--help\`.`);
  }
}
