// A step's `performance`: the step's time, counted from its start. It moves only between turns, like all time in a step.
import type { StepContext } from './step-context.ts';

export function createPerformance(step: StepContext): object {
  const timeOrigin = step.now();
  return { timeOrigin, now: () => step.now() - timeOrigin };
}
