// What is said of a step that failed: read from what it threw, or written for what it was stopped for.
import { assertNever, type ErrorCode } from '../errors.ts';
import { stepId } from '../ids.ts';
import { stackMark, type ThrownText } from '../protocol/records.ts';
import type { StopReason } from './mutation.ts';
import { actionOf, type RunState, type Step, type StepFailure, type StepLimits } from './run-state.ts';
import { nothingThrown, thrownOf } from './thrown.ts';
import { noUsage } from './usage.ts';

/** Codes of ops that a step let through. Others that a tenant writes into `code` stay in `thrownCode`. */
const opCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'ACTION_INVALID',
  'CHAIN_DEPTH_EXCEEDED',
  'DELAY_INVALID',
  'DELTA_INVALID',
  'FAN_OUT_EXCEEDED',
  'HOOK_CANNOT_SCHEDULE',
  'KEY_INVALID',
  'NUMBER_OUT_OF_RANGE',
  'OP_BYTES_IN_FLIGHT_EXCEEDED',
  'OP_BYTES_WAITING_EXCEEDED',
  'OPS_EXCEEDED',
  'OPTION_UNKNOWN',
  'OP_BYTES_EXCEEDED',
  'ARMED_BYTES_EXCEEDED',
  'OPS_IN_FLIGHT_EXCEEDED',
  'OUTPUT_INVALID',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'READ_TOO_LARGE',
  'STEPS_EXCEEDED',
  'STORE_BYTES_EXCEEDED',
  'STORE_KEYS_EXCEEDED',
  'TENANT_BRANCHES_EXCEEDED',
  'TENANT_MEMORY_EXCEEDED',
  'RUNNER_MEMORY_EXCEEDED',
  'TENANT_STORE_BYTES_EXCEEDED',
  'VALUE_INVALID',
  'VALUE_NOT_A_LIST',
  'VALUE_NOT_A_NUMBER',
  'VALUE_TOO_LARGE',
]);

export function codeOf(thrown: ThrownText): ErrorCode {
  return opCodes.has(thrown.code) ? (thrown.code as ErrorCode) : 'STEP_THREW';
}

export function failureOf(step: Step, thrown: ThrownText, code: ErrorCode): StepFailure {
  const { name, message, stack, code: thrownCode, fields, causes, errors } = thrown;
  return {
    code,
    name,
    message,
    stack,
    thrownCode,
    ...(fields === undefined ? {} : { fields }),
    ...(causes === undefined ? {} : { causes }),
    ...(errors === undefined ? {} : { errors }),
    step: stepId(step.ordinal),
    action: actionOf(step),
    attempt: step.attempt,
    usage: { ...(step.journal?.usage ?? noUsage()) },
    limits: stepLimits(step.run),
  };
}

function stepLimits({ limits, retry: { maxAttempts } }: RunState): StepLimits {
  const { stepCpuMs, stepWallMs, cellMemoryMb, opsPerStep, logBytesPerStep } = limits;
  return { stepCpuMs, stepWallMs, cellMemoryMb, opsPerStep, logBytesPerStep, maxAttempts };
}

export interface StopMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly stack?: string;
  /** What else is known of the error that it was stopped for. */
  readonly thrown?: ThrownText;
}

export function stopMessage(run: RunState, reason: StopReason, detail: string): StopMessage {
  const { limits } = run;
  switch (reason) {
    case 'cpu':
      return {
        code: 'STEP_CPU_EXCEEDED',
        message: `The step used its ${limits.stepCpuMs} ms of CPU time.`,
        stack: detail, // Where it was then, if that is known.
        retryable: false,
      };
    case 'wall':
      return {
        code: 'STEP_WALL_EXCEEDED',
        message: `The step took longer than its ${limits.stepWallMs} ms.`,
        retryable: false,
      };
    case 'store':
      return { code: 'STORE_FULL', message: `What the step did could not be kept: ${detail}`, retryable: true };
    case 'stalled':
      return {
        code: 'STEP_STALLED',
        message: 'The step awaits a promise that nothing can settle any more: no op and no timer of it is under way.',
        retryable: false,
      };
    case 'memory':
      return {
        code: 'STEP_MEMORY_EXCEEDED',
        message: `The step used its ${limits.cellMemoryMb} MB of memory. In which line is not known: V8 does not tell.`,
        retryable: false,
      };
    case 'crash':
      return {
        code: 'STEP_CRASHED_HOST',
        message: `The step made V8 give up the process that it ran in: ${detail}`,
        retryable: false,
      };
    case 'rejection': {
      const [said = '', stack = '', json] = detail.split(stackMark, 3);
      const thrown = json === undefined ? nothingThrown : thrownOf(json);
      return {
        code: 'STEP_REJECTION_UNHANDLED',
        message: `A promise was rejected and nothing handled it: ${said}`,
        stack,
        retryable: thrown.retryable,
        thrown,
      };
    }
    case 'fault':
    case 'worker':
    case 'neighbour':
      return { code: 'STEP_LOST', message: `The step's cell could not go on: ${detail}`, retryable: true };
    default:
      return assertNever(reason);
  }
}
