// A step's `performance`: the step's time, counted from its start, and the marks and measures that it sets. Time moves only between
// turns, like all time in a step.
import { TypeErrorOf } from '../primordials.ts';
import type { Clone } from './clone.ts';
import { namedError } from './named-error.ts';
import { type PerformanceEntry, PerformanceMark, PerformanceMeasure } from './performance-entry.ts';
import { Timeline } from './performance-timeline.ts';
import type { StepContext } from './step-context.ts';

interface MarkOptions {
  readonly startTime?: unknown;
  readonly detail?: unknown;
}

interface MeasureOptions {
  readonly start?: unknown;
  readonly end?: unknown;
  readonly duration?: unknown;
  readonly detail?: unknown;
}

export function createPerformance(step: StepContext, clone: Clone): object {
  const timeOrigin = step.now();
  const timeline = new Timeline();
  const now = (): number => step.now() - timeOrigin;
  /** Changing it later does not change the entry. */
  const kept = (detail: unknown): unknown => (detail === undefined || detail === null ? null : clone(detail));

  function mark(given: unknown, options?: MarkOptions | null): PerformanceEntry {
    const name = nameOf(given);
    const { startTime: at, detail } = options ?? {};
    const startTime = at === undefined ? now() : timestamp(at);
    const entry = new PerformanceMark(name, startTime, 0, kept(detail));
    return timeline.keep({ name, type: 'mark', startTime, entry });
  }

  function measure(given: unknown, startOrOptions?: unknown, endMark?: unknown): PerformanceEntry {
    const name = nameOf(given);
    const { start, end, duration, detail } = optionsOf(startOrOptions, endMark);
    if (start !== undefined && end !== undefined && duration !== undefined) {
      throw new TypeErrorOf('Must not have options.start, options.end, and options.duration specified');
    }
    const length = duration === undefined ? undefined : timestamp(duration);
    const endTime = end === undefined ? timeAfter(start, length) : timeOf(end);
    const startTime =
      start !== undefined ? timeOf(start) : length !== undefined && end !== undefined ? endTime - length : 0;
    const entry = new PerformanceMeasure(name, startTime, endTime - startTime, kept(detail));
    return timeline.keep({ name, type: 'measure', startTime, entry });
  }

  function timeAfter(start: unknown, length: number | undefined): number {
    return start === undefined || length === undefined ? now() : timeOf(start) + length;
  }

  function timeOf(given: unknown): number {
    if (typeof given === 'number') return timestamp(given);
    const name = `${given}`;
    const time = timeline.timeOfMark(name);
    if (time === undefined) throw namedError('SyntaxError', `The "${name}" performance mark has not been set`);
    return time;
  }

  return {
    timeOrigin,
    now,
    mark,
    measure,
    getEntries: () => timeline.list(null, null),
    getEntriesByName: (name: unknown, type?: unknown) => timeline.list(nameOf(name), named(type)),
    getEntriesByType: (type: unknown) => timeline.list(null, nameOf(type)),
    clearMarks: (name?: unknown) => timeline.forget(named(name), 'mark'),
    clearMeasures: (name?: unknown) => timeline.forget(named(name), 'measure'),
  };
}

/** `measure(name, startMark, endMark)` and `measure(name, options)`. */
function optionsOf(startOrOptions: unknown, end: unknown): MeasureOptions {
  if (typeof startOrOptions !== 'object' || startOrOptions === null) {
    return { start: typeof startOrOptions === 'string' ? startOrOptions : undefined, end };
  }
  if (end !== undefined) throw new TypeErrorOf('endMark must not be specified');
  return startOrOptions;
}

function nameOf(given: unknown): string {
  if (given === undefined) throw new TypeErrorOf('The "name" argument must be specified');
  return `${given}`;
}

function named(given: unknown): string | null {
  return given === undefined ? null : `${given}`;
}

function timestamp(given: unknown): number {
  if (typeof given === 'number' && given >= 0) return given;
  throw new TypeErrorOf(`${typeof given === 'number' ? given : `A ${typeof given}`} is not a valid timestamp`);
}
