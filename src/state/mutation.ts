// The changes that run state knows. Each passes the mutation queue; applying one gives effects, which the rest of the
// runner carries out: what others hear of once the change cannot be lost, all else at once.
import type { LossReason } from '../protocol/frames.ts';
import type { Op } from '../protocol/ops.ts';
import type { RunEvent } from './events.ts';
import type { OverflowCode } from './ledger.ts';
import type { Due } from './repetition.ts';
import type { RunState, Step } from './run-state.ts';
import type { Refusal } from './run-store.ts';

/** One try of a step in a cell, from its dispatch to its end. Who carries it out keeps more in it. */
export interface Attempt {
  readonly step: Step;
  /** Where it runs. */
  readonly lane: Step['lane'];
  /** Set when it is over, whatever ended it: what else was on its way for it is void. */
  isOver: boolean;
  /** Records that it has not yet seen the turn of, those included that have not been sent. */
  undelivered: number;
}

export type Mutation =
  | { readonly kind: 'run_opened'; readonly run: RunState; readonly data: string }
  | { readonly kind: 'run_cancelled'; readonly run: RunState; readonly reason: string }
  | { readonly kind: 'run_paused' | 'run_resumed'; readonly run: RunState }
  | { readonly kind: 'attempt_begun'; readonly attempt: Attempt }
  | { readonly kind: 'op'; readonly attempt: Attempt; readonly op: Op }
  /** One that was refused when it was made, by bounds that are not the run's own: it is refused again when the run is made again. */
  | { readonly kind: 'op_refused'; readonly attempt: Attempt; readonly op: Op; readonly refusal: Refusal }
  /** There was no room to write down what the step did then: its run failed. */
  | { readonly kind: 'run_overflowed'; readonly attempt: Attempt; readonly code: OverflowCode }
  /** A turn for it is over, and all that the step did in it stands before this in the queue. */
  | { readonly kind: 'turn_over'; readonly attempt: Attempt }
  /** A timer of the step is over. */
  | { readonly kind: 'slept'; readonly attempt: Attempt; readonly position: number }
  | {
      readonly kind: 'attempt_stopped';
      readonly attempt: Attempt;
      readonly reason: StopReason;
      readonly detail: string;
    };

/**
 * Why an attempt was stopped. `wall`: its time is over. `stalled`: it could never end. `crash`: its process gave itself up.
 * `worker`: its thread was lost otherwise. `store`: its time was over while the store had no room for what it did. `neighbour`: its cell or thread was lost in a turn that was not for it.
 */
export type StopReason = LossReason | 'wall' | 'stalled' | 'crash' | 'worker' | 'neighbour' | 'store';

/** What follows from a mutation, for those who carry it out. Called in the order of the mutations. */
export interface Effects {
  /** A step that has to start when it is due. `now`: when it was armed. */
  arm(step: Step, now: number): void;
  /** A reply that the step may now see; `at` is what its clock shows from then on. */
  reply(attempt: Attempt, due: Due): void;
  /** A timer of the step: `slept` has to follow at `dueAt`. */
  sleep(attempt: Attempt, position: number, dueAt: number): void;
  attemptEnded(attempt: Attempt): void;
  /** Its steps may start again. */
  runResumed(run: RunState): void;
  runEnded(run: RunState): void;
  event(run: RunState, event: RunEvent): void;
}
