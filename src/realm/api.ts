// The `api` object that each step method gets: checks what the author passed, turns it into an op, awaits the reply.
// What is refused here has changed nothing and has not left the isolate.
import { parseDelay } from '../protocol/duration.ts';
import { fieldSeparator, opLetters } from '../protocol/records.ts';
import { formatLog } from './globals/console.ts';
import { jsonText } from './json-text.ts';
import { meantOption } from './meant-option.ts';
import { opError } from './op-error.ts';
import { hasOwn, isFiniteNumber, isInteger, isSafeInteger, jsonStringify, mapGet, slice } from './primordials.ts';
import type { Step } from './step.ts';

/** Which of a workflow's methods may be scheduled. */
export interface Actions {
  /** By which number the host knows them. */
  readonly numbers: ReadonlyMap<string, number>;
  /** For an author who has named another one. */
  readonly names: string;
}

export function createApi(step: Step, actions: Actions): object {
  const { identity } = step;
  return {
    runId: identity.run.id,
    stepId: `step_${identity.ordinal}`,
    attempt: identity.attempt,
    idempotencyKey: `${identity.run.id}:step_${identity.ordinal}`,
    log: (...values: unknown[]) => step.log('log', formatLog(values)),
    scheduleNextStep: (options: unknown) => issue(step, opLetters.schedule, branchText, options, actions),
    runStore: {
      get: (key: unknown) => issue(step, opLetters.get, keyText, key),
      set: (key: unknown, value: unknown) => issue(step, opLetters.set, keyAndValue, key, value),
      push: (key: unknown, value: unknown) => issue(step, opLetters.push, keyAndValue, key, value),
      increment: (key: unknown, delta: unknown) => issue(step, opLetters.increment, keyAndDelta, key, delta),
      delete: (key: unknown) => issue(step, opLetters.delete, keyText, key),
    },
  };
}

/** Every api call answers with a promise, also when its arguments are refused. */
function issue<Second>(
  step: Step,
  letter: string,
  fieldsOf: (step: Step, first: unknown, second: Second) => string,
  first: unknown,
  second?: Second,
): Promise<unknown> {
  try {
    return step.ask(letter, fieldsOf(step, first, second as Second));
  } catch (error) {
    return step.refuse(error);
  }
}

function branchText(step: Step, options: unknown, actions: Actions): string {
  if (step.identity.isHook) throw opError('HOOK_CANNOT_SCHEDULE', 'A hook cannot schedule: its run is ending.');
  if (typeof options !== 'object' || options === null) {
    throw opError('ACTION_INVALID', `scheduleNextStep expects { delay, action, payload }, got ${described(options)}.`);
  }
  requireKnownOptions(options);
  // Each property is read once: a getter cannot show one value to the check and another to the op.
  const { action, delay, payload } = options as { action?: unknown; delay?: unknown; payload?: unknown };
  const delayMs = parseDelay(delay, step.bounds.delaySecondsMin);
  if (typeof delayMs === 'string') throw opError('DELAY_INVALID', delayMs);
  const index = typeof action === 'string' ? mapGet(actions.numbers, action) : undefined;
  if (index === undefined) {
    throw opError(
      'ACTION_INVALID',
      `\`action\` names no step of this workflow: ${described(action)}. Steps: ${actions.names}.`,
    );
  }
  // Left out is one thing, and meant is another: what is undefined there was to be something.
  const text =
    payload === undefined && !hasOwn(options, 'payload') ? '{}' : jsonText(payload, 'PAYLOAD_INVALID', '`payload`');
  checkSize(text, step.bounds.payloadBytes, 'PAYLOAD_TOO_LARGE', '`payload`');
  return index + fieldSeparator + text + fieldSeparator + delayMs;
}

/** A misspelt delay must not run at once, nor a misspelt payload be an empty one. */
function requireKnownOptions(options: object): void {
  for (const name in options) {
    if (name === 'action' || name === 'delay' || name === 'payload' || !hasOwn(options, name)) continue;
    const meant = meantOption(name);
    const hint = meant === null ? '' : ` Did you mean \`${meant}\`?`;
    const known = "`action`, `delay` (seconds, or a text such as '5 minutes') and `payload`";
    throw opError(
      'OPTION_UNKNOWN',
      `scheduleNextStep has no option ${described(name)}.${hint} Its options are ${known}.`,
    );
  }
}

function keyAndValue(step: Step, key: unknown, value: unknown): string {
  return keyText(step, key) + fieldSeparator + valueText(step, value);
}

function keyAndDelta(step: Step, key: unknown, delta: unknown = 1): string {
  return keyText(step, key) + fieldSeparator + deltaText(delta);
}

/** Most ops of a cell are for the key of the one before. */
let lastKey = '';
let lastKeyText = '""';

function keyText(step: Step, key: unknown): string {
  if (typeof key !== 'string' || key === '') {
    throw opError('KEY_INVALID', `A key is a non-empty string, got ${described(key)}.`);
  }
  if (key.length > step.bounds.keyBytes) {
    throw opError('KEY_INVALID', `A key may have ${step.bounds.keyBytes} bytes, got ${key.length} characters.`);
  }
  if (key !== lastKey) {
    lastKeyText = jsonStringify(key);
    lastKey = key;
  }
  return lastKeyText;
}

function valueText(step: Step, value: unknown): string {
  const text = jsonText(value, 'VALUE_INVALID', 'A value');
  checkSize(text, step.bounds.valueBytes, 'VALUE_TOO_LARGE', 'A value');
  return text;
}

function deltaText(delta: unknown): string {
  if (typeof delta !== 'number' || !isFiniteNumber(delta) || (isInteger(delta) && !isSafeInteger(delta))) {
    throw opError(
      'DELTA_INVALID',
      `A delta is a finite number and, if whole, a safe integer, got ${described(delta)}.`,
    );
  }
  return `${delta}`; // As JSON has it: -0 is 0 in both.
}

function checkSize(text: string, limit: number, code: string, what: string): void {
  if (text.length > limit) throw opError(code, `${what} may have ${limit} bytes as JSON, got ${text.length}.`);
}

/** A short name for a bad argument that runs none of its code. */
function described(value: unknown): string {
  if (typeof value === 'string') return jsonStringify(slice(value, 0, 60));
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return `${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
