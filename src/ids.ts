// Identifiers. A run's id is the embedder's or made here; a step's id is its number within the run.
import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name> = string & { readonly [brand]: Name };

/** Names one run within a runner. */
export type RunId = Branded<'RunId'>;
/** `step_1` is `start`; the number counts armed branches of the run. Not unique across runs. */
export type StepId = Branded<'StepId'>;

export function newRunId(): RunId {
  return `run_${randomUUID()}` as RunId;
}

/** The caller has checked that the text may name a run. */
export function asRunId(text: string): RunId {
  return text as RunId;
}

export function stepId(ordinal: number): StepId {
  return `step_${ordinal}` as StepId;
}
