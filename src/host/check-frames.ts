// What goes between the main thread and a host that checks sources, as JSON. The answer is read as if a tenant had written it.
import type { CheckResult } from '../admission/check.ts';
import type { Finding } from '../errors.ts';
import type { Checked } from '../pool/threads.ts';

interface Check {
  /** Its answer has the same. */
  readonly id: number;
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

export function encodeChecked(id: number, result: Checked): Uint8Array {
  return Buffer.from(JSON.stringify({ id, result }));
}

/** Null if it is no answer that a correct host gives to this check. */
export function decodeChecked(frame: Uint8Array, id: number): Checked | null {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(frame).toString());
  } catch {
    return null;
  }
  if (!isRecord(answer) || answer['id'] !== id) return null;
  const { result } = answer;
  return result === 'late' || result === 'died' || isCheckResult(result) ? result : null;
}

function isCheckResult(value: unknown): value is CheckResult {
  if (!isRecord(value)) return false;
  const { ok, program, findings } = value;
  if (ok !== true) return ok === false && Array.isArray(findings) && findings.every(isFinding);
  if (!isRecord(program)) return false;
  return typeof program['code'] === 'string' && isTexts(program['methods']) && isTexts(program['identifiers']);
}

function isFinding(value: unknown): value is Finding {
  if (!isRecord(value)) return false;
  const { code, message, line, column } = value;
  return typeof code === 'string' && typeof message === 'string' && isPlace(line) && isPlace(column);
}

function isPlace(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
