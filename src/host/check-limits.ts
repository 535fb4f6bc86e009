// What an answer may say of a source, seen from the source alone. A host that was taken over while it read one tenant's source is asked about another's
// next: it can make no program of anything but that source, with parts of it blanked, and its answer is no longer than a true one.
import type { CheckedProgram, CheckResult } from '../admission/check.ts';
import { withoutReplaced } from '../admission/imports.ts';
import { edgesMost } from '../admission/step-graph.ts';
import type { CheckPurpose } from '../admission/worker.ts';
import type { Finding } from '../errors.ts';
import { splitExport } from '../protocol/exported-name.ts';
import type { WorkflowReport } from '../workflow-report.ts';

/**
 * Bytes of an answer beside those that a source causes, and for each of its UTF-16 units: a program repeats the source, and a graph may have
 * each step at the end of each of {@link edgesMost} lines.
 */
const answerBytes: Readonly<Record<CheckPurpose, { readonly any: number; readonly perUnit: number }>> = {
  admit: { any: 2 ** 20, perUnit: 16 },
  report: { any: 64 * 2 ** 20, perUnit: 16 },
};
/** A check gives the first hundred, and says that there are more. */
const findingsMost = 101;
const messageLengthMost = 1_000;
const fileLengthMost = 250;
/** A name may be longer than it is written: `1e20` is 21 digits. */
const nameLengthPerUnit = 8;

export function answerBytesMost(source: string, purpose: CheckPurpose): number {
  const { any, perUnit } = answerBytes[purpose];
  return any + perUnit * source.length;
}

export function isResultFor(source: string, result: CheckResult): boolean {
  return result.ok ? isProgramOf(source, result.program) : areFindingsOf(source, result.findings);
}

export function isReportOf(source: string, { errors, warnings, graph }: WorkflowReport): boolean {
  if (!areFindingsOf(source, errors) || !areFindingsOf(source, warnings)) return false;
  if (graph === null) return true;
  const names = graph.steps.map(({ name }) => name);
  const steps = new Set(names);
  const areSteps = graph.edges.every(({ from }) => steps.has(from));
  return areSteps && graph.edges.length <= Math.max(2 * edgesMost, source.length) && areStepsOf(source, names);
}

function isProgramOf(source: string, { code, methods }: CheckedProgram): boolean {
  const { body, name } = splitExport(code);
  const isNamed = code.includes('\\') || body.includes(name);
  const own = withoutReplaced(body);
  return (
    isNamed &&
    isBlanked(own.code, withoutMark(source), own.name) &&
    methods.includes('start') &&
    areMethodsOf(source, methods)
  );
}

/** In the order of the source, unless that writes characters by their numbers. */
function areMethodsOf(source: string, names: readonly string[]): boolean {
  if (!areNamesFor(source, names)) return false;
  const hasEscapes = source.includes('\\');
  let at = 0;
  for (const name of names) {
    if (hasEscapes || isNumeric(name)) continue;
    const found = source.indexOf(name, at);
    if (found < 0) return false;
    at = found + name.length;
  }
  return true;
}

/** In the order in which steps are reached. There is always a `start`, also where the source has none. */
function areStepsOf(source: string, names: readonly string[]): boolean {
  if (!areNamesFor(source, names)) return false;
  return source.includes('\\') || names.every((name) => name === 'start' || isNumeric(name) || source.includes(name));
}

/** Each once, and together no longer than the source can say. */
function areNamesFor(source: string, names: readonly string[]): boolean {
  const length = names.reduce((sum, name) => sum + name.length, 0);
  return new Set(names).size === names.length && length <= nameLengthPerUnit * source.length;
}

/** Numbers may be written in many ways. */
function isNumeric(name: string): boolean {
  return /^[\d-]|^Infinity$/.test(name);
}

function withoutMark(source: string): string {
  return source.startsWith('\ufeff') ? source.slice(1) : source;
}

/** What the check puts in the place of a type, an export or a first line: spaces of the same width, and what keeps apart what stands around them. */
const blanks: ReadonlySet<string> = new Set(' \u00a0\u2002;()');
/** A default export without a name gets one. */
const exported = 'export default';
const named = /^class (?:Workflow|Exported|Default_)$/;
const pieceLength = 4_096;

/** `importer`: the name of the function that stands for `import`, empty if there is none. */
function isBlanked(code: string, source: string, importer: string): boolean {
  if (code.length !== source.length) return false;
  if (importer !== '' && source.includes(importer)) return false;
  for (let at = 0; at < code.length; ) {
    if (code.slice(at, at + pieceLength) === source.slice(at, at + pieceLength)) at += pieceLength;
    else {
      const next = pastChange(code, source, at, importer);
      if (next === null) return false;
      at = next;
    }
  }
  return true;
}

/** The end of the first change from there on, which has to be one that the check makes; null if it is another. */
function pastChange(code: string, source: string, from: number, importer: string): number | null {
  let at = from;
  while (code[at] === source[at]) at++;
  const changedAt = at;
  while (code[at] !== source[at] && blanks.has(code[at] ?? '')) at++;
  if (at > changedAt) return at;
  if (importer !== '' && code.startsWith(importer, at) && source.startsWith('import', at)) return at + importer.length;
  const end = at + exported.length;
  return source.startsWith(exported, at) && named.test(code.slice(at, end)) ? end : null;
}

function areFindingsOf(source: string, findings: readonly Finding[]): boolean {
  return findings.length <= findingsMost && findings.every((finding) => isFindingOf(source, finding));
}

/** So many lines and columns take as many characters. */
function isFindingOf(source: string, { code, message, line, column, original }: Finding): boolean {
  if (original !== undefined && !isOriginalOf(source, original)) return false;
  return /^[A-Z_]{1,64}$/.test(code) && message.length <= messageLengthMost && line + column - 2 <= source.length;
}

/** Only a source map names files, and a host that was taken over can say of them what any tenant can. */
function isOriginalOf(source: string, { file }: NonNullable<Finding['original']>): boolean {
  return source.includes('sourceMappingURL') && file.length <= fileLengthMost;
}
