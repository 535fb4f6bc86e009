// An attempt where it runs: what the main thread keeps of it while it does.
import type { Attempt } from '../state/mutation.ts';
import type { Step } from '../state/run-state.ts';
import type { CellLink } from './cell-link.ts';
import type { Payer } from './payers.ts';
import type { Timer } from './timer-queue.ts';

/** An attempt in its cell. */
export interface PlacedAttempt extends Attempt {
  readonly step: Step;
  readonly lane: 'shared' | 'exclusive';
  readonly ref: number;
  /** The number between its separators, as records have it. */
  readonly address: string;
  readonly cell: CellLink;
  /** When its time is over; null until that is set. */
  deadline: Timer | null;
  /** Null until there is one. */
  sleeps: Set<Timer> | null;
  readonly payer: Payer;
  /** What it was guessed to cost when it was placed. */
  readonly guessedMicros: number;
  cpuMicros: number;
  /** Turns that were for it. */
  turns: number;
  undelivered: number;
  /** How long what was ready for it has waited while its thread was at something else, and until when that is counted. */
  waitedMs: number;
  waitedUntil: number;
  /** How much of that its deadline was put off by. */
  excusedMs: number;
  /** How far the clock had jumped, in all, when the deadline was set: what it jumps further is not the step's own time. */
  jumpedMs: number;
  /** The number of the turn that it was in last, as its thread counts them. */
  lastTurn: number;
  /** Whether nothing was known of its workflow when it was placed. */
  readonly isStranger: boolean;
  /** Whether the step has said that it is over: then its cell need not be told to forget it. */
  hasEnded: boolean;
}

/** One more for the cell's thread, which has had so many before. */
export function placedAttempt(
  step: Step,
  cell: CellLink,
  payer: Payer,
  isStranger: boolean,
  now: number,
): PlacedAttempt {
  const ref = cell.worker.refs++;
  return {
    step,
    lane: cell.lane,
    ref,
    address: `\t${ref}\t`,
    cell,
    deadline: null,
    sleeps: null,
    payer,
    guessedMicros: payer.stepMicros,
    cpuMicros: 0,
    turns: 0,
    undelivered: 0,
    waitedMs: 0,
    waitedUntil: now,
    excusedMs: 0,
    jumpedMs: 0,
    lastTurn: -1,
    isStranger,
    hasEnded: false,
    isOver: false,
  };
}
