// What goes wrong, as HTTP says it. Messages of Stepwell's errors are for the caller: they tell what to do.
import { StepwellError } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly code: string; readonly message: string; readonly findings?: unknown };
}

/** Thrown by a route that cannot do what it is asked. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof StepwellError) return answerToStepwell(error);
  // Fastify's own errors, such as that of a body that is no JSON, have a status and a code too.
  if (error instanceof Error && 'statusCode' in error && 'code' in error && Number(error.statusCode) < 500) {
    return answer(Number(error.statusCode), String(error.code), error.message);
  }
  return answer(500, 'INTERNAL', 'Something went wrong here.');
}

function answerToStepwell(error: StepwellError): ErrorAnswer {
  const { code, message, findings, retryAfterMs } = error;
  const { status, headers, body } = answer(statusOf(error), code, message);
  return {
    status,
    headers: retryAfterMs === null ? headers : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) },
    body: findings.length === 0 ? body : { ...body, findings },
  };
}

function statusOf({ code }: StepwellError): number {
  switch (code) {
    case 'RUN_OPTION_INVALID':
    case 'WORKFLOW_INVALID':
    case 'WORKFLOW_CHECK_TIMED_OUT':
      return 400;
    case 'TENANT_RUNS_EXCEEDED':
    case 'TENANT_STARTS_EXCEEDED':
    case 'TENANT_CHECKS_EXCEEDED':
    case 'TENANT_BRANCHES_EXCEEDED':
    case 'TENANT_LEDGER_BYTES_EXCEEDED':
      return 429;
    case 'RUNNER_CLOSED':
    case 'HOST_START_FAILED':
    case 'STORE_FULL':
    case 'STORE_UNAVAILABLE':
      return 503;
    default:
      return 500;
  }
}

function answer(status: number, code: string, message: string): ErrorAnswer {
  return { status, headers: {}, body: { code, message } };
}
