// A step's `Date`: the engine's dates with the step's time. Its prototype is the shared one, so that a date is a Date
// whichever step or built-in made it.
import { construct, dateToString, OriginalDate } from '../primordials.ts';
import type { StepContext } from './step-context.ts';

const { UTC, parse, prototype } = OriginalDate;

export function createDate(step: StepContext): unknown {
  // biome-ignore lint/suspicious/noShadowRestrictedNames: this is the name that the step sees.
  const StepDate = function Date(...args: unknown[]): unknown {
    if (new.target === undefined) return dateToString(new OriginalDate(step.now()));
    return construct(OriginalDate, args.length === 0 ? [step.now()] : args, new.target);
  };
  // Assigned, not defined: ten times cheaper, and a step may want to change them.
  StepDate.prototype = prototype;
  StepDate.UTC = UTC;
  StepDate.parse = parse;
  StepDate.now = () => step.now();
  return StepDate;
}
