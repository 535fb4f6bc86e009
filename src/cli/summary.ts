// The end of a run for people: how it ended, why if it failed, its output, its store, and what it took.

import type { ThrownFields, ThrownPart } from '../protocol/records.ts';
import type { Outcome } from '../runner/outcome.ts';
import type { StepFailure } from '../state/run-state.ts';
import { countText, durationText, plural } from './duration-text.ts';
import { shownFile } from './input.ts';
import type { Style } from './style.ts';
import { terminalJson, terminalLines, terminalText } from './terminal-text.ts';
import { valueLines } from './value-text.ts';

const keysShown = 20;
const messageLinesMost = 20;
const stackLinesMost = 10;
const failuresShown = 5;

export interface SummaryOptions {
  readonly style: Style;
  /** The workflow's file, as the user named it. */
  readonly file: string;
}

export function summaryLines(outcome: Outcome, { style, file }: SummaryOptions): string[] {
  const { status, output, store, error, failures, failuresOmitted, steps, usage } = outcome;
  const tone = status === 'completed' && failures.length === 0 ? 'good' : 'bad';
  // Why the run failed is shown above the others.
  const others = failures.filter(({ step }) => step !== error?.step);
  const head = (title: string): string => style.paint('strong', title);
  return [
    style.paint(tone, `${style.signs[tone]}${status} in ${durationText(usage.wallMs)}`),
    ...(error === undefined ? [] : ['', head('Error'), ...indented(failureLines(error, file))]),
    ...(others.length === 0 ? [] : ['', head(failuresTitle(error)), ...otherLines(others, failuresOmitted, file)]),
    '',
    head('Output'),
    ...indented(valueLines(output)),
    '',
    head('Store'),
    ...indented(storeLines(store)),
    '',
    `${head('Steps')}  ${countText(steps.armed)} armed, ${countText(steps.completed)} completed, ${countText(steps.failed)} failed, ${countText(steps.retried)} retried`,
    `${head('Usage')}  ${plural(usage.attempts, 'attempt')}, ${plural(usage.ops, 'op')}, ${Math.round(usage.cpuMs)} ms of CPU time`,
  ];
}

function failuresTitle(error: StepFailure | undefined): string {
  return error === undefined ? 'Failed' : 'Failed as well';
}

function otherLines(failures: readonly StepFailure[], omitted: number, file: string): string[] {
  const lines = failures.slice(0, failuresShown).flatMap((failure) => indented(failureLines(failure, file)));
  const left = omitted + Math.max(0, failures.length - failuresShown);
  return left === 0 ? lines : [...lines, `  … ${plural(left, 'more failure')}`];
}

/** Code, message, where it happened, and the author's lines of the stack, in the author's file. */
export function failureLines(error: StepFailure, file: string): string[] {
  const { code, thrownCode, stack, fields, causes = [], errors = [], action, step, attempt } = error;
  const [first = '', ...more] = namedLines(error);
  const own = thrownCode === '' || thrownCode === code ? {} : { code: thrownCode };
  return [
    `${first} [${code}]`,
    ...indented(more),
    `  in ${terminalText(action)}, ${step}, attempt ${attempt}`,
    ...indented(fieldLines({ ...own, ...fields })),
    ...indented(stackLines(stack, file)),
    ...causes.flatMap((cause) => indented(partLines('Caused by ', cause, file))),
    ...errors.flatMap((part, index) => indented(partLines(`${index + 1}. `, part, file))),
  ];
}

function partLines(label: string, part: ThrownPart, file: string): string[] {
  const { code, stack, fields } = part;
  const [first = '', ...more] = namedLines(part);
  const own = code === '' ? {} : { code };
  return [
    label + first,
    ...indented(more),
    ...indented(fieldLines({ ...own, ...fields })),
    ...indented(stackLines(stack, file)),
  ];
}

function namedLines({ name, message }: Pick<ThrownPart, 'name' | 'message'>): string[] {
  return terminalLines(message === '' ? name : `${name}: ${message}`, messageLinesMost);
}

function fieldLines(fields: ThrownFields): string[] {
  return Object.keys(fields).length === 0 ? [] : valueLines(fields);
}

function stackLines(stack: string, file: string): string[] {
  return stack === '' ? [] : terminalLines(inFile(stack, file), stackLinesMost);
}

/** Inside the sandbox every source has the same file name. */
function inFile(stack: string, file: string): string {
  return stack.replace(/(?<=^|[ (])workflow\.js:(?=\d+:\d+)/gm, () => `${shownFile(file)}:`);
}

/** The keys of a run, each with its value as far as there is room. */
export function storeLines(store: Outcome['store']): string[] {
  const entries = Object.entries(store);
  if (entries.length === 0) return ['(empty)'];
  const lines = entries.slice(0, keysShown).flatMap(([key, value]) => valueLines(value, `${keyText(key)}: `));
  return entries.length > keysShown ? [...lines, `… ${plural(entries.length - keysShown, 'more key')}`] : lines;
}

/** A key that might be read as something else is put in quotes, and what does not print in it is escaped. */
function keyText(key: string): string {
  if (/^[\w$.-]{1,60}$/.test(key)) return key;
  const cut = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  return terminalJson(JSON.stringify(cut));
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
