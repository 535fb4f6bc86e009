// A step's `console`: every call becomes one line of the step's log, with a level.

import { formatLog } from './log-text.ts';
import type { StepContext } from './step-context.ts';

export { formatLog };

export function createConsole(step: StepContext): object {
  const debug = (...values: unknown[]): void => step.log('debug', formatLog(values));
  const log = (...values: unknown[]): void => step.log('log', formatLog(values));
  return {
    log,
    info: (...values: unknown[]): void => step.log('info', formatLog(values)),
    warn: (...values: unknown[]): void => step.log('warn', formatLog(values)),
    error: (...values: unknown[]): void => step.log('error', formatLog(values)),
    debug,
    trace: debug,
    dir: (value: unknown): void => log(value),
    table: (value: unknown): void => log(value),
    assert: (condition: unknown, ...values: unknown[]): void => {
      if (!condition)
        step.log('error', values.length === 0 ? 'Assertion failed' : `Assertion failed ${formatLog(values)}`);
    },
  };
}
