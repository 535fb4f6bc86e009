// What per-step globals ask of the step that they belong to.
import type { LogLevel } from '../../protocol/records.ts';
import type { LogGroups } from './log-groups.ts';

/** What the globals need of the step they belong to. */
export interface StepContext {
  /** Milliseconds since the epoch. Moves only between turns. */
  now(): number;
  /** 64 hex digits, the same for all steps of a run; nobody else can foresee them. */
  readonly seed: string;
  /** Distinct for each step of a run, the same for each attempt of a step. */
  readonly nonce: number;
  /** Writes a line, behind the indent of {@link groups}. */
  log(level: LogLevel, text: string): void;
  readonly groups: LogGroups;
  /** A callback of a timer has thrown. */
  crashed(error: unknown): void;
  /** Calls `wake` when the host says that `ms` have passed, before microtasks drain. `wake` must not throw. */
  sleep(ms: number, wake: () => void): void;
}
