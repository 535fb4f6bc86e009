// Every error a user of Stepwell can meet has a stable code: src/guide has them all, with what helps.
// Messages say what was expected, what was got, and what to do; tests and callers look at the code only.

import type { ErrorCode } from './guide/error-codes.ts';
import type { FindingCode } from './guide/finding-codes.ts';

export type { ErrorCode, FindingCode };

/** One thing that the admission check found in a workflow's source. Lines and columns count from 1. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** Where that is in the author's own files, as far as a source map at the end of the source says so. `file` is text to be shown, from the tenant. */
  readonly original?: { readonly file: string; readonly line: number; readonly column: number };
}

export interface StepwellErrorDetails {
  readonly findings?: readonly Finding[];
  readonly retryAfterMs?: number | null;
  /** What a function of the embedder's has thrown. */
  readonly cause?: unknown;
}

/** The one class of error that Stepwell throws at its embedder. */
export class StepwellError extends Error {
  override readonly name = 'StepwellError';
  readonly code: ErrorCode;
  /** For `WORKFLOW_INVALID`: everything the admission check found, in source order. Otherwise empty. */
  readonly findings: readonly Finding[];
  /** When the same call may succeed, from now; null where nobody can know, or where it never will. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, details: StepwellErrorDetails = {}) {
    super(message, details);
    const { findings = [], retryAfterMs = null } = details;
    this.code = code;
    this.findings = findings;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Marks the branch of a switch that no value can reach; the compiler checks that. */
export function assertNever(value: never): never {
  throw new Error(`Unreachable: ${String(value)}`);
}
