// Reads the command line. Nothing is opened or started here.
import { parseArgs } from 'node:util';
import { terminalText } from './terminal-text.ts';
import { wrongUse } from './wrong-use.ts';

/** Where a JSON value comes from: written on the command line, a file, or what is piped in. */
export type JsonSource =
  | { readonly kind: 'text'; readonly option: string; readonly text: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'stdin' };

export interface RunCommand {
  readonly kind: 'run';
  readonly file: string;
  readonly tenant: string;
  readonly data: JsonSource | null;
  readonly headers: JsonSource | null;
  readonly runId: string | null;
  /** The file that keeps the run; null for none. */
  readonly store: string | null;
  /** Null for the runner's default. */
  readonly workers: number | null;
  readonly skipDelays: boolean;
  readonly json: boolean;
}

export type Command = RunCommand | { readonly kind: 'help' } | { readonly kind: 'version' };

const options = {
  tenant: { type: 'string', default: 'local' },
  data: { type: 'string' },
  headers: { type: 'string' },
  'run-id': { type: 'string' },
  store: { type: 'string' },
  workers: { type: 'string' },
  'skip-delays': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

export const helpText = `Usage: stepwell run <file> [options]

Runs the workflow in <file>, JavaScript or TypeScript, and shows the run as it goes and how it ended.

Options:
  --data <JSON|@file|@->     what start() gets as \`data\`; @file reads a file, @- reads stdin (default: {})
  --headers <JSON|@file|@->  what every step gets as \`headers\` (default: {})
  --skip-delays              do not wait: time jumps over every delay in which nothing runs
  --json                     print one JSON object { status, output, store, steps, logs, usage, error? } and nothing else
  --tenant <name>            whom the run belongs to (default: local)
  --run-id <id>              the id of the run (default: a new one)
  --store <file>             keep the run in a SQLite file: after an interruption, the same command with the same --run-id goes on
  --workers <number>         worker threads, 1 to 256 (default: one for each processor)
  -h, --help                 print this
  --version                  print the version

Exit status: 0 the run completed, 1 it failed or was cancelled, 2 wrong use or a workflow that cannot run.

Example:
  stepwell run examples/01-fan-out/workflow.js --data @examples/01-fan-out/order.json
`;

/** Throws {@link wrongUse}. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [name, file, ...more] = positionals;
  if (name === undefined) throw wrongUse('Expected a command: `stepwell run <file>`.');
  if (name !== 'run') throw wrongUse(`Expected the command \`run\`, got ${shown(name)}.`);
  if (file === undefined) throw wrongUse('Expected the file of a workflow: `stepwell run <file>`.');
  if (more[0] !== undefined) throw wrongUse(`Expected one file, got another argument: ${shown(more[0])}.`);
  if (values.store === '') throw wrongUse('Expected a file after --store.');
  const data = jsonSource('--data', values.data);
  const headers = jsonSource('--headers', values.headers);
  if (data?.kind === 'stdin' && headers?.kind === 'stdin') {
    throw wrongUse('Expected `@-` for one of --data and --headers: stdin can be read once.');
  }
  return {
    kind: 'run',
    file,
    tenant: values.tenant,
    data,
    headers,
    runId: values['run-id'] ?? null,
    store: values.store ?? null,
    workers: values.workers === undefined ? null : workerCount(values.workers),
    skipDelays: values['skip-delays'],
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // The only errors of parseArgs with such options are those of the arguments. For some it adds advice that misleads.
    const message = error instanceof Error ? error.message : String(error);
    throw wrongUse(terminalText(message.replace(/\. To specify a positional argument.*/s, '.')));
  }
}

function jsonSource(option: string, text: string | undefined): JsonSource | null {
  if (text === undefined) return null;
  if (text === '@-') return { kind: 'stdin' };
  if (!text.startsWith('@')) return { kind: 'text', option, text };
  if (text === '@') throw wrongUse(`Expected a file after the @ of ${option}, such as ${option} @data.json.`);
  return { kind: 'file', file: text.slice(1) };
}

function workerCount(text: string): number {
  const workers = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= 256) return workers;
  throw wrongUse(`Expected --workers to be an integer from 1 to 256, got ${shown(text)}.`);
}

function shown(text: string): string {
  return `\`${terminalText(text, 60)}\``;
}
