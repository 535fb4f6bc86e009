// Every error a user of Stepwell can meet has a stable code, listed here once.
// Messages say what was expected, what was got, and what to do; tests and callers look at the code only.

/** Stable codes. A code is never renamed or reused. */
export type ErrorCode =
  // The embedder's mistakes, thrown before any side effect.
  | 'OPTION_INVALID'
  | 'RUN_OPTION_INVALID'
  | 'WORKFLOW_INVALID'
  | 'WORKFLOW_CHECK_TIMED_OUT'
  | 'RUN_ID_TAKEN'
  | 'RUN_ENDED'
  | 'RUNNER_CLOSED'
  | 'RUN_NEVER_ENDS'
  | 'TENANT_RUNS_EXCEEDED'
  | 'TENANT_STARTS_EXCEEDED'
  | 'HOST_START_FAILED'
  // The file of a store.
  | 'STORE_LOCKED'
  | 'STORE_FOREIGN'
  | 'STORE_TOO_NEW'
  | 'STORE_DAMAGED'
  | 'STORE_FULL'
  | 'STORE_UNAVAILABLE'
  // What a step did, seen in the outcome of its run.
  | 'STEP_THREW'
  | 'STEP_REJECTION_UNHANDLED'
  | 'STEP_STALLED'
  | 'STEP_CPU_EXCEEDED'
  | 'STEP_WALL_EXCEEDED'
  | 'STEP_MEMORY_EXCEEDED'
  | 'STEP_CRASHED_HOST'
  | 'STEP_LOST'
  | 'PAYLOAD_TOO_LARGE'
  | 'OUTPUT_INVALID'
  | 'LEDGER_BYTES_EXCEEDED'
  // What an op of the api refuses. Thrown inside the step; the step may catch it.
  | 'ACTION_INVALID'
  | 'DELAY_INVALID'
  | 'PAYLOAD_INVALID'
  | 'KEY_INVALID'
  | 'VALUE_INVALID'
  | 'VALUE_TOO_LARGE'
  | 'VALUE_NOT_A_LIST'
  | 'VALUE_NOT_A_NUMBER'
  | 'DELTA_INVALID'
  | 'NUMBER_OUT_OF_RANGE'
  | 'READ_TOO_LARGE'
  | 'FAN_OUT_EXCEEDED'
  | 'CHAIN_DEPTH_EXCEEDED'
  | 'STEPS_EXCEEDED'
  | 'OPS_IN_FLIGHT_EXCEEDED'
  | 'OP_BYTES_IN_FLIGHT_EXCEEDED'
  | 'OPS_EXCEEDED'
  | 'OP_BYTES_EXCEEDED'
  | 'ARMED_BYTES_EXCEEDED'
  | 'STORE_KEYS_EXCEEDED'
  | 'STORE_BYTES_EXCEEDED'
  | 'TENANT_STORE_BYTES_EXCEEDED'
  // Thrown by `runner.start` as well as seen in a step or an outcome.
  | 'TENANT_BRANCHES_EXCEEDED'
  | 'TENANT_LEDGER_BYTES_EXCEEDED'
  | 'HOOK_CANNOT_SCHEDULE';

/** One thing that the admission check found in a workflow's source. Lines and columns count from 1. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface StepwellErrorDetails {
  readonly findings?: readonly Finding[];
  readonly retryAfterMs?: number | null;
}

/** The one class of error that Stepwell throws at its embedder. */
export class StepwellError extends Error {
  override readonly name = 'StepwellError';
  readonly code: ErrorCode;
  /** For `WORKFLOW_INVALID`: everything the admission check found, in source order. Otherwise empty. */
  readonly findings: readonly Finding[];
  /** When the same call may succeed, from now; null where nobody can know, or where it never will. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, { findings = [], retryAfterMs = null }: StepwellErrorDetails = {}) {
    super(message);
    this.code = code;
    this.findings = findings;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Marks the branch of a switch that no value can reach; the compiler checks that. */
export function assertNever(value: never): never {
  throw new Error(`Unreachable: ${String(value)}`);
}
