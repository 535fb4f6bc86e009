// The command line of the benchmarks.
import { parseArgs } from 'node:util';
import type { SuiteOptions } from './report.ts';

export interface BenchCommand {
  readonly suites: readonly string[];
  readonly options: SuiteOptions;
  /** Where to write the figures; null for nowhere. */
  readonly json: string | null;
  /** Figures of another run to compare with. */
  readonly compare: string | null;
  /** Writes `docs/benchmarks.md`, its JSON and its charts. */
  readonly docs: boolean;
}

const help = (suites: readonly string[]): string => `Usage: npm run bench -- [options]

Measures what a step and an op cost, beside ceilings and peers of the same run. Every figure is a median; compare ratios, not machines.

  --suite <name>         only this suite; may be given several times: ${suites.join(', ')}
  --quick                fewer and smaller repetitions: for a look, not for a figure to quote
  --repetitions <count>  of fan-out, steps, branch-cost, shapes, latency and peers (default: 15; 3 with --quick)
  --workers <count>      of fan-out, steps, branch-cost, shapes, latency and peers; may be given several times (default: 1 and 2)
  --containment <kind>   process or thread, of fan-out, steps, branch-cost, shapes, latency and peers (default: process)
  --store <kind>         memory or sqlite, of fan-out, steps, branch-cost, shapes, latency and peers (default: memory)
  --json <file>          write the figures, with versions, processor and commit
  --compare <file>       say how the figures differ from those in this file, and what is noise
  --docs                 write docs/benchmarks.md, beside it its figures and charts, and the table in the README
  --help                 print this

Peers and charts need packages of their own: \`npm ci --prefix bench/extra\`. What is not there is left out, and said so.
`;

/** Null if there is nothing to do: what there was to say has been said. */
export function parseBench(args: readonly string[], known: readonly string[]): BenchCommand | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string', multiple: true, default: [...known] },
      quick: { type: 'boolean', default: false },
      repetitions: { type: 'string' },
      workers: { type: 'string', multiple: true, default: ['1', '2'] },
      containment: { type: 'string', default: 'process' },
      store: { type: 'string', default: 'memory' },
      json: { type: 'string' },
      compare: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help(known));
    return null;
  }
  const { quick, containment, store } = values;
  const unknown = values.suite.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new RangeError(`No suite is called ${JSON.stringify(unknown)}: ${known.join(', ')}.`);
  if (containment !== 'process' && containment !== 'thread')
    throw new RangeError('Expected --containment process or thread.');
  if (store !== 'memory' && store !== 'sqlite') throw new RangeError('Expected --store memory or sqlite.');
  if (values.docs && (quick || values.suite.length < known.length))
    throw new RangeError('With --docs all suites are measured, at full length.');
  const repetitions = values.repetitions === undefined ? (quick ? 3 : 15) : count('--repetitions', values.repetitions);
  const workers = values.workers.map((text) => count('--workers', text));
  return {
    suites: values.suite,
    options: { quick, repetitions, workers, containment, store },
    json: values.json ?? null,
    compare: values.compare ?? null,
    docs: values.docs,
  };
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw new RangeError(`Expected ${option} to be an integer from 1 to 256.`);
}
