// What a simulated run is to do, as plain data: a workflow carries it out, and a model says what has to come of it.
// Whatever depends on time, on chance or on other steps is written so that what comes of it does not.
import type { LogLevel } from '../../src/protocol/records.ts';

/** One thing that a step does. `at` is its place in the step: with path and flow it names an item or a line. */
export type Action =
  /** On a counter that all steps share. */
  | { readonly do: 'increment'; readonly key: string; readonly delta: number }
  /** On a list that all steps share. */
  | { readonly do: 'push'; readonly key: string; readonly at: number }
  /** Pushes, and notes which place the item was given. */
  | { readonly do: 'place'; readonly key: string; readonly at: number }
  /** Draws the next number of a counter, and notes it: all notes together are all numbers, each once. */
  | { readonly do: 'ticket' }
  /** Reads what others change meanwhile, and makes nothing of it. */
  | { readonly do: 'get'; readonly key: string }
  /** Reads it and notes what was there. */
  | { readonly do: 'glimpse'; readonly key: string }
  /** On the flow's own key. */
  | { readonly do: 'set'; readonly value: unknown }
  | { readonly do: 'delete' }
  /** Reads the flow's own key, and notes what was there. */
  | { readonly do: 'recall' }
  /** Counts by the number of the attempt: from here on the next attempt goes another way. */
  | { readonly do: 'attempt' }
  | { readonly do: 'log'; readonly level: LogLevel; readonly at: number }
  /** Notes the time, which a timer may have moved, and a number drawn by chance; `confirm` notes the same once more. */
  | { readonly do: 'witness'; readonly at: number; readonly afterMs: number }
  | { readonly do: 'confirm'; readonly at: number }
  /** Does what the store refuses, or what a hook may not, and notes the code. */
  | { readonly do: 'refused'; readonly by: 'store' | 'hook' }
  | { readonly do: 'sleep'; readonly ms: number }
  /** A timer that nobody waits for, and that does nothing. */
  | { readonly do: 'timer'; readonly ms: number }
  | { readonly do: 'burn'; readonly rounds: number }
  /** Goes on so many microtasks later: flows whose replies come together overtake each other. */
  | { readonly do: 'hop'; readonly hops: number }
  | { readonly do: 'parallel'; readonly flows: readonly Flow[] }
  /** Not awaited: the step's end waits for it all the same. */
  | { readonly do: 'float'; readonly flow: Flow }
  | { readonly do: 'schedule'; readonly delay: number | string; readonly child: StepPlan }
  /** Throws in so many attempts: from the last one that there is on, for good. */
  | { readonly do: 'fail'; readonly attempts: number; readonly how: 'error' | 'final' | 'null' | 'refusal' };

/** Actions that follow each other. Flows of a step go on side by side, and each has keys of its own. */
export interface Flow {
  readonly flow: number;
  readonly actions: readonly Action[];
}

export interface StepPlan {
  /** From `start`: `0`, its third branch: `0.2`. */
  readonly path: string;
  readonly action: 'start' | 'work' | 'toil' | 'onWorkflowComplete' | 'onWorkflowError';
  readonly actions: readonly Action[];
}

export interface Plan {
  readonly seed: number;
  readonly start: StepPlan;
  readonly hooks: { readonly complete: StepPlan; readonly error: StepPlan };
  /** Whether it takes so much time of a turn that it costs its cell. */
  readonly isGreedy: boolean;
}

export const maxAttempts = 3;

/** Keys that all steps of a run share. The names of some of them mean something elsewhere. */
export const counters = ['count', '__proto__', 'constructor', 'a\u0000b'] as const;
export const lists = ['list', 'toString', 'list\u2028\t'] as const;
export const ticketCounter = 'tickets drawn';
export const hookCounter = 'hooks called';
export const hooksKey = 'hooks';
/** What `onWorkflowError` was told. */
export const toldKey = 'told';

/** The keys of one flow of one step. */
export function ownKey(kind: OwnKind, path: string, flow: number): string {
  return `${kind} of ${path} ${flow}`;
}

export type OwnKind = 'value' | 'places' | 'tickets' | 'glimpses' | 'recalled' | 'attempts' | 'witnessed' | 'codes';

/** Where a step says which id it has. */
export function idKey(path: string): string {
  return `id of ${path}`;
}
