// What goes between the main thread and a host that checks sources, as JSON. The answer is read as if a tenant had written it, and has to be for the
// source that was asked about.
import { hash } from 'node:crypto';
import type { CheckResult } from '../admission/check.ts';
import type { CheckPurpose } from '../admission/worker.ts';
import type { Finding } from '../errors.ts';
import type { Unchecked } from '../pool/threads.ts';
import { identifiersMost, isIdentifier } from '../protocol/identifiers.ts';
import type { StepGraph, WorkflowReport } from '../workflow-report.ts';
import { answerBytesMost, isReportOf, isResultFor } from './check-limits.ts';

export type CheckAnswer = CheckResult | WorkflowReport | Unchecked;

/** Which check an answer has to be for. */
export type Asked = Omit<Check, 'wallMs'>;

interface Check {
  /** Its answer has the same, and the hash of the source. */
  readonly id: number;
  readonly purpose: CheckPurpose;
  readonly source: string;
  readonly wallMs: number;
}

export function encodeCheck(check: Check): Uint8Array {
  return Buffer.from(JSON.stringify(check));
}

/** For the host: the main thread is trusted. */
export function decodeCheck(frame: Uint8Array): Check {
  return JSON.parse(Buffer.from(frame).toString());
}

export function encodeChecked({ id, source }: Pick<Check, 'id' | 'source'>, result: CheckAnswer): Uint8Array {
  return Buffer.from(JSON.stringify({ id, source: hashOf(source), result }));
}

function hashOf(source: string): string {
  return hash('sha256', source);
}

/** Null if it is no answer that a correct host gives to this check. */
export function decodeChecked(frame: Uint8Array, { id, purpose, source }: Asked): CheckAnswer | null {
  if (frame.byteLength > answerBytesMost(source, purpose)) return null;
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(frame).toString());
  } catch {
    return null;
  }
  if (!isRecord(answer) || answer['id'] !== id || answer['source'] !== hashOf(source)) return null;
  const { result } = answer;
  if (result === 'late' || result === 'died') return result;
  if (purpose === 'admit') return isCheckResult(result) && isResultFor(source, result) ? result : null;
  return isReport(result) && isReportOf(source, result) ? result : null;
}

function isCheckResult(value: unknown): value is CheckResult {
  if (!isRecord(value)) return false;
  const { ok, program, findings } = value;
  if (ok !== true) return ok === false && isFindings(findings);
  if (!isRecord(program)) return false;
  const { code, methods, identifiers, sharedFunctions } = program;
  if (!isTexts(methods)) return false;
  return typeof code === 'string' && areNames(identifiers) && (sharedFunctions === null || areNames(sharedFunctions));
}

function areNames(value: unknown): boolean {
  return isTexts(value) && value.length <= identifiersMost && value.every(isIdentifier);
}

function isReport(value: unknown): value is WorkflowReport {
  if (!isRecord(value)) return false;
  const { ok, errors, warnings, graph } = value;
  return typeof ok === 'boolean' && isFindings(errors) && isFindings(warnings) && (graph === null || isGraph(graph));
}

function isGraph(value: unknown): value is StepGraph {
  if (!isRecord(value)) return false;
  const { steps, edges } = value;
  return Array.isArray(steps) && steps.every(isStep) && Array.isArray(edges) && edges.every(isEdge);
}

function isStep(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, kind } = value;
  return typeof name === 'string' && (kind === 'start' || kind === 'step' || kind === 'hook');
}

function isEdge(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { from, to, isRepeated, delay } = value;
  return typeof from === 'string' && isTextOrNull(to) && typeof isRepeated === 'boolean' && isTextOrNull(delay);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isFindings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isFinding);
}

function isFinding(value: unknown): value is Finding {
  if (!isRecord(value)) return false;
  const { code, message, line, column, original } = value;
  if (typeof code !== 'string' || typeof message !== 'string' || !isPlace(line) || !isPlace(column)) return false;
  return original === undefined || isOriginal(original);
}

function isOriginal(value: unknown): boolean {
  return isRecord(value) && typeof value['file'] === 'string' && isPlace(value['line']) && isPlace(value['column']);
}

function isPlace(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
