// What an exploration is asked for, and what it says when it has found something.
import { StepwellError } from '../errors.ts';
import { refuseUnknown } from '../known-options.ts';
import { requireInteger } from '../runner/options.ts';
import type { ExploreOptions } from './explore.ts';
import type { EndedRun } from './test-run.ts';

/** An invariant does not hold. `cause` is what it threw. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
  readonly invariant: string;
  readonly seed: number;
  readonly #run: EndedRun;

  constructor(invariant: string, seed: number, run: EndedRun, cause: unknown) {
    const [why = ''] = textOf(cause).split('\n');
    super(
      `Seed ${seed} breaks ${JSON.stringify(invariant)}: ${why} Once more: STEPWELL_SEED=${seed} and the same command.`,
      {
        cause,
      },
    );
    this.invariant = invariant;
    this.seed = seed;
    this.#run = run;
  }

  /** The run in which it does not hold. No property of its own: whoever prints the error is not to print all of that. */
  get run(): EndedRun {
    return this.#run;
  }
}

/** Of whatever was thrown, which may be hard to look at. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'It threw what cannot be shown.';
  }
}

const optionNames = [
  'workflow',
  'data',
  'headers',
  'invariants',
  'seeds',
  'seed',
  'limits',
  'retry',
  'isolation',
  'timeZone',
  'locale',
];
const seedsMost = 1_000_000;
const seedMost = 2 ** 32 - 1;

/** Throws `OPTION_INVALID`. Gives which seeds are to be tried. */
export function requireExploreOptions(options: ExploreOptions) {
  refuseUnknown('OPTION_INVALID', options, optionNames);
  const { workflow, invariants, seeds = 100, seed = 1 } = options;
  if (typeof workflow !== 'string') {
    throw new StepwellError('OPTION_INVALID', 'Expected `workflow` to be source text.');
  }
  requireInteger('seeds', seeds, 1, seedsMost);
  requireInteger('seed', seed, 0, seedMost);
  const isObject = typeof invariants === 'object' && invariants !== null;
  if (!isObject || Object.values(invariants).some((invariant) => typeof invariant !== 'function')) {
    throw new StepwellError('OPTION_INVALID', 'Expected `invariants` to be an object of functions.');
  }
  const wanted = process.env['STEPWELL_SEED'];
  if (wanted === undefined || wanted === '') return { seeds, seed };
  requireInteger('STEPWELL_SEED', /^[0-9]{1,10}$/.test(wanted) ? Number(wanted) : wanted, 0, seedMost);
  return { seeds: 1, seed: Number(wanted) };
}
