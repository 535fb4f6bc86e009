// What an attack is, as data: its source, how it has to end, and what thread containment makes of it.
import type { ErrorCode, Limits } from '../../src/index.ts';
import type { Source } from '../harness.ts';

/** How a run ends: completed, or failed with a code. Or how its start was refused: with a code as well. */
export type Ending = ErrorCode | 'completed';

/** How an embedder with thread containment fares when it does not hold an attack. */
export type Fate =
  /** The process died: V8 gave itself up, or the system did it for it. */
  | 'died'
  /** A thread never came back: the runner could not be closed, and the process had to be killed. */
  | 'hung'
  /** The process grew far beyond what a cell may hold. */
  | 'swelled'
  /** With its runner closed, the process kept much of it. */
  | 'kept';

export interface Attack {
  /** Unique, and shown in `docs/containment.md`. */
  readonly name: string;
  /** The whole source, or the bodies of its methods by name. */
  readonly source: Source;
  /** Source text before the class, where `source` gives methods. */
  readonly before?: string;
  readonly data?: unknown;
  readonly headers?: unknown;
  /** More than one where machines may differ: `why` says why they may. */
  readonly expected: Ending | readonly Ending[];
  /** Limits of its tenant that differ from those of the others. */
  readonly limits?: Partial<Limits>;
  /** What `start` has to have returned, if that says whether the attack achieved something. */
  readonly output?: unknown;
  /** The keys that the run has to have left. */
  readonly store?: Readonly<Record<string, unknown>>;
  /**
   * Where thread containment does not hold it: the ways in which that may end, `held` among them if it does not always.
   * It is tried in a process of its own. Absent: thread containment holds it, but for what {@link unheldOf} says.
   */
  readonly unheld?: readonly (Fate | 'held')[];
  readonly why?: string;
}

/** Attacks of one kind. */
export interface Chapter {
  readonly title: string;
  readonly attacks: readonly Attack[];
}

export function endingsOf({ expected }: Attack): readonly Ending[] {
  return typeof expected === 'string' ? [expected] : expected;
}

/**
 * How it may end where thread containment does not hold it. What runs out of memory may always take the process along: that
 * depends on what the collector of V8 is at in that moment.
 */
export function unheldOf(attack: Attack): Attack['unheld'] {
  return attack.unheld ?? (endingsOf(attack).includes('STEP_MEMORY_EXCEEDED') ? ['died', 'held'] : undefined);
}

/** An attack that is the body of `start`. `next`, an empty step, is there to be scheduled. */
export function startOf(
  name: string,
  expected: Attack['expected'],
  start: string,
  rest: Omit<Attack, 'name' | 'expected' | 'source'> = {},
): Attack {
  return { name, expected, source: { start, next: '' }, ...rest };
}
