// Reads the command line. Nothing is opened or started here.
import { parseArgs } from 'node:util';
import type { Isolation } from '../protocol/frames.ts';
import type { RunStatusName } from '../state/run-state.ts';
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
  /** Null for the runner's default. */
  readonly isolation: Isolation | null;
  readonly json: boolean;
}

export interface CheckCommand {
  readonly kind: 'check';
  readonly file: string;
  readonly format: 'text' | 'json' | 'mermaid';
  /** Whether warnings count as errors do. */
  readonly strict: boolean;
}

export interface ExplainCommand {
  readonly kind: 'explain';
  readonly code: string;
}

export interface RunsCommand {
  readonly kind: 'runs';
  readonly file: string;
  /** Null for all. */
  readonly tenant: string | null;
  readonly status: RunStatusName | null;
  readonly count: number;
  /** Number of the last run of the page before; null for the first page. */
  readonly after: number | null;
  readonly json: boolean;
}

export interface ShowCommand {
  readonly kind: 'show';
  readonly file: string;
  readonly runId: string;
  readonly json: boolean;
}

export interface ReplayCommand {
  readonly kind: 'replay';
  readonly file: string;
  readonly runId: string;
  /** Number of the step. */
  readonly ordinal: number;
  readonly json: boolean;
  /** The port for a debugger; null for none. */
  readonly inspectPort: number | null;
}

export interface StoreCommand {
  readonly kind: 'store check' | 'store export';
  readonly file: string;
}

export type Command =
  | RunCommand
  | CheckCommand
  | ExplainCommand
  | RunsCommand
  | ShowCommand
  | ReplayCommand
  | StoreCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

const options = {
  tenant: { type: 'string' },
  data: { type: 'string' },
  headers: { type: 'string' },
  'run-id': { type: 'string' },
  store: { type: 'string' },
  workers: { type: 'string' },
  'skip-delays': { type: 'boolean', default: false },
  isolation: { type: 'string' },
  status: { type: 'string' },
  count: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean', default: false },
  mermaid: { type: 'boolean', default: false },
  inspect: { type: 'boolean', default: false },
  port: { type: 'string' },
  strict: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parsed>['values'];

/** What follows the command's name, and the options that it has. */
const commands = {
  run: {
    files: ['the file of a workflow'],
    options: 'tenant data headers run-id store workers skip-delays isolation json',
  },
  check: { files: ['the file of a workflow'], options: 'json mermaid strict' },
  runs: { files: ["a store's file"], options: 'tenant status count after json' },
  show: { files: ["a store's file", 'the id of a run'], options: 'json' },
  replay: { files: ["a store's file", 'the id of a run', 'the id of a step'], options: 'json inspect port' },
  explain: { files: ['the code of an error'], options: '' },
  'store check': { files: ["a store's file"], options: '' },
  'store export': { files: ["a store's file"], options: '' },
} as const;

/** Throws {@link wrongUse}. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals, given } = parsed(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [first, ...rest] = positionals;
  if (first === undefined) throw wrongUse('Expected a command, such as `stepwell run <file>`.');
  const [name, files] = first === 'store' ? [`store ${rest[0] ?? ''}`, rest.slice(1)] : [first, rest];
  if (!isCommand(name)) throw wrongUse(`Expected one of the commands ${names()}, got ${shown(name)}.`);
  const { files: expected, options: known } = commands[name];
  const missing = expected[files.length];
  if (missing !== undefined) throw wrongUse(`Expected ${missing} after \`stepwell ${name}\`.`);
  const extra = files[expected.length];
  if (extra !== undefined) throw wrongUse(`Expected nothing more for \`stepwell ${name}\`, got ${shown(extra)}.`);
  const foreign = given.find((option) => !known.split(' ').includes(option));
  if (foreign !== undefined) throw wrongUse(`\`stepwell ${name}\` has no option --${foreign}.`);
  const [file = '', runId = '', step = ''] = files;
  switch (name) {
    case 'run':
      return runOf(file, values);
    case 'check':
      return checkOf(file, values);
    case 'explain':
      return { kind: name, code: file };
    case 'runs':
      return runsOf(file, values);
    case 'show':
      return { kind: name, file, runId, json: values.json };
    case 'replay':
      return {
        kind: name,
        file,
        runId,
        ordinal: ordinalOf(step),
        json: values.json,
        inspectPort: inspectPortOf(values),
      };
    default:
      return { kind: name, file };
  }
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

function names(): string {
  return Object.keys(commands)
    .map((name) => `\`${name}\``)
    .join(', ');
}

function runOf(file: string, values: Values): RunCommand {
  if (values.store === '') throw wrongUse('Expected a file after --store.');
  const data = jsonSource('--data', values.data);
  const headers = jsonSource('--headers', values.headers);
  if (data?.kind === 'stdin' && headers?.kind === 'stdin') {
    throw wrongUse('Expected `@-` for one of --data and --headers: stdin can be read once.');
  }
  return {
    kind: 'run',
    file,
    tenant: values.tenant ?? 'local',
    data,
    headers,
    runId: values['run-id'] ?? null,
    store: values.store ?? null,
    workers: integer('--workers', values.workers, 1, 256),
    skipDelays: values['skip-delays'],
    isolation: isolationOf(values.isolation),
    json: values.json,
  };
}

function isolationOf(text: string | undefined): Isolation | null {
  if (text === undefined || text === 'realm' || text === 'context') return text ?? null;
  throw wrongUse(`Expected --isolation to be \`realm\` or \`context\`, got ${shown(text)}.`);
}

function checkOf(file: string, { json, mermaid, strict }: Values): CheckCommand {
  if (json && mermaid) throw wrongUse('Expected one of --json and --mermaid.');
  return { kind: 'check', file, format: json ? 'json' : mermaid ? 'mermaid' : 'text', strict };
}

/** As `node --inspect` has it. */
const inspectPort = 9_229;

const statuses: readonly string[] = ['open', 'completed', 'failed', 'cancelled'];

function runsOf(file: string, { tenant, status, count, after, json }: Values): RunsCommand {
  if (status !== undefined && !statuses.includes(status)) {
    throw wrongUse(`Expected --status to be one of ${statuses.join(', ')}, got ${shown(status)}.`);
  }
  return {
    kind: 'runs',
    file,
    tenant: tenant ?? null,
    status: (status as RunStatusName | undefined) ?? null,
    count: integer('--count', count, 1, 1_000) ?? 20,
    after: integer('--after', after, 0, Number.MAX_SAFE_INTEGER),
    json,
  };
}

function parsed(args: readonly string[]) {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      tokens: true,
    });
    return { values, positionals, given: tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])) };
  } catch (error) {
    // The only errors of parseArgs with such options are those of the arguments. For some it adds advice that misleads.
    const message = error instanceof Error ? error.message : String(error);
    throw wrongUse(terminalText(message.replace(/\. To specify a positional argument.*/s, '.')));
  }
}

function inspectPortOf({ inspect, port }: Values): number | null {
  const given = integer('--port', port, 0, 65_535);
  if (!inspect && given !== null) throw wrongUse('Expected --inspect with --port.');
  return inspect ? (given ?? inspectPort) : null;
}

/** As events and logs have it, `step_7`, or the number alone. */
function ordinalOf(step: string): number {
  const ordinal = /^(?:step_)?([1-9][0-9]{0,9})$/.exec(step)?.[1];
  if (ordinal === undefined) throw wrongUse(`Expected the id of a step, such as \`step_7\`, got ${shown(step)}.`);
  return Number(ordinal);
}

function jsonSource(option: string, text: string | undefined): JsonSource | null {
  if (text === undefined) return null;
  if (text === '@-') return { kind: 'stdin' };
  if (!text.startsWith('@')) return { kind: 'text', option, text };
  if (text === '@') throw wrongUse(`Expected a file after the @ of ${option}, such as ${option} @data.json.`);
  return { kind: 'file', file: text.slice(1) };
}

function integer(option: string, text: string | undefined, least: number, most: number): number | null {
  if (text === undefined) return null;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw wrongUse(`Expected ${option} to be an integer from ${least} to ${most}, got ${shown(text)}.`);
}

function shown(text: string): string {
  return `\`${terminalText(text, 60)}\``;
}
