// A step's `console`: what Node's would write becomes lines of the step's log, with a level.
import { withoutRunnerLines } from '../author-lines.ts';
import { captureStackTrace, indexOf, MapOf, reflectGet, slice } from '../primordials.ts';
import { beginTime, count, endTime, logTime, resetCount } from './console-labels.ts';
import { tableText } from './log-table.ts';
import { formatLog, inspected } from './log-text.ts';
import type { StepContext } from './step-context.ts';

export { formatLog };

export function createConsole(step: StepContext): object {
  const counts = new MapOf<string, number>();
  const began = new MapOf<string, number>();
  const log = (...values: unknown[]): void => step.log('log', formatLog(values));
  const enter = (values: readonly unknown[]): void => {
    if (values.length > 0) step.log('log', formatLog(values));
    step.groups.enter();
  };
  return {
    log,
    info: (...values: unknown[]): void => step.log('info', formatLog(values)),
    warn: (...values: unknown[]): void => step.log('warn', formatLog(values)),
    error: (...values: unknown[]): void => step.log('error', formatLog(values)),
    debug: (...values: unknown[]): void => step.log('debug', formatLog(values)),
    trace: function trace(...values: unknown[]): void {
      step.log('debug', traceText(values, trace));
    },
    dir: (value: unknown): void => step.log('log', inspected(value)),
    dirxml: (...values: unknown[]): void => step.log('log', formatLog(values)),
    table: (data: unknown, columns: unknown): void => step.log('log', tableText(data, columns)),
    assert: (condition: unknown, ...values: unknown[]): void => {
      if (!condition) step.log('error', assertionText(values));
    },
    group: (...values: unknown[]): void => enter(values),
    groupCollapsed: (...values: unknown[]): void => enter(values),
    groupEnd: (): void => step.groups.leave(),
    count: (label: unknown): void => count(step, counts, label),
    countReset: (label: unknown): void => resetCount(step, counts, label),
    time: (label: unknown): void => beginTime(step, began, label),
    timeLog: (label: unknown, ...values: unknown[]): void => logTime(step, began, label, values),
    timeEnd: (label: unknown): void => endTime(step, began, label),
    // For a terminal or a debugger, of which there is none.
    clear: (): void => {},
    timeStamp: (): void => {},
    profile: (): void => {},
    profileEnd: (): void => {},
  };
}

function assertionText(values: readonly unknown[]): string {
  if (values.length === 0) return 'Assertion failed';
  return `Assertion failed${typeof values[0] === 'string' ? ': ' : ' '}${formatLog(values)}`;
}

/** Of the place where `caller` was called. */
function traceText(values: readonly unknown[], caller: (...values: unknown[]) => void): string {
  const head = values.length === 0 ? 'Trace' : `Trace: ${formatLog(values)}`;
  const holder = { __proto__: null };
  captureStackTrace(holder, caller);
  const stack: unknown = reflectGet(holder, 'stack');
  const frames = typeof stack === 'string' ? indexOf(stack, '\n') : -1;
  return frames < 0 ? head : head + withoutRunnerLines(slice(stack as string, frames));
}
