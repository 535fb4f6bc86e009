// What the main thread knows of runs and steps. Plain data: what a ledger says of it is changed by the rules in this folder, in the mutation queue;
// accounts, of what is used, held and active, by whoever measures it.
import type { ErrorCode } from '../errors.ts';
import type { RunId } from '../ids.ts';
import type { Limits } from '../limits.ts';
import type { NumberMap } from '../number-map.ts';
import type { Isolation } from '../protocol/frames.ts';
import type { OpKind } from '../protocol/ops.ts';
import type { LogLevel, ThrownFields, ThrownPart } from '../protocol/records.ts';
import type { Region } from '../protocol/region.ts';
import type { Account } from './account.ts';
import type { Failures } from './failures.ts';
import type { Journal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Attempt } from './mutation.ts';
import type { RunStore, StoredEntry } from './run-store.ts';
import type { TenantState } from './tenant-state.ts';
import type { Usage } from './usage.ts';

/** A workflow that has passed the admission check, as one tenant's runs share it. */
export interface Program {
  readonly tenant: string;
  /** SHA-256 of the source, in hex. */
  readonly hash: string;
  readonly code: string;
  readonly methods: readonly string[];
  readonly identifiers: readonly string[];
  /** The functions at the top of the code, if steps share what it evaluates to; null if each step evaluates it anew. */
  readonly sharedFunctions: readonly string[] | null;
  readonly isolation: Isolation;
  readonly region: Region;
}

/** How often, and when, a failed step is tried again. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /**
   * Whether a step is tried again, too, that has failed of a mistake in its source, which can only fail again: arguments that the api refuses, a name
   * that nothing has, or whatever its source throws when it is evaluated. Default: false.
   */
  readonly retryMistakes?: boolean;
}

/** Why a step failed, or why a run did. */
export interface StepFailure {
  readonly code: ErrorCode;
  /** Name, message and stack of what the step threw: a tenant's text. */
  readonly name: string;
  readonly message: string;
  /** Lines of the author's source only. */
  readonly stack: string;
  /** The `code` property of what was thrown, if it was a text or a number. */
  readonly thrownCode: string;
  /** Own fields of what was thrown beside these, up to 16: an object within one is a text of up to 512 characters. From the tenant. */
  readonly fields?: ThrownFields;
  /** Its `cause`, the cause of that, and so on: up to 4. */
  readonly causes?: readonly ThrownPart[];
  /** Of an aggregate: its `errors`, up to 8. */
  readonly errors?: readonly ThrownPart[];
  readonly step: string;
  readonly action: string;
  readonly attempt: number;
  /** What all attempts of the step had used by then. */
  readonly usage: Readonly<Usage>;
  /** What the step was held to. */
  readonly limits: StepLimits;
}

/** The limits of a step that its usage can be held against, and how many attempts it has. */
export type StepLimits = Readonly<
  Pick<Limits, 'stepCpuMs' | 'stepWallMs' | 'cellMemoryMb' | 'opsPerStep' | 'logBytesPerStep'>
> & { readonly maxAttempts: number };

export interface StepCounts {
  /** Branches armed, `start` included. Hooks are no branches. */
  armed: number;
  completed: number;
  failed: number;
  /** Attempts after a failure. */
  retried: number;
}

/** What a run's steps and hooks have used, and the most that it held at once. */
export interface RunUsage extends Usage {
  /** V8 heap of a cell in which its steps ran, as measured now and then. Others of its tenant may have been there. */
  heapBytes: number;
  /** Keys and values of its store. */
  storeBytes: number;
}

export interface LogLine {
  readonly step: string;
  readonly action: string;
  readonly level: LogLevel;
  readonly text: string;
  readonly at: number;
}

export type RunEnd = 'completed' | 'failed' | 'cancelled';
export type RunStatusName = 'open' | RunEnd;

/** Something that a step had done when its run was cancelled, and that stands. */
export interface Effect {
  readonly op: OpKind;
  /** Of the store's ops: the key, as JSON. */
  readonly key?: string;
  /** Of a schedule: the step that it armed, which has not begun or is listed itself. */
  readonly action?: string;
}

/** A step that had begun and not ended when its run was cancelled. */
export interface Interrupted {
  readonly step: string;
  readonly action: string;
  readonly attempt: number;
  /** What all of its attempts had used. */
  readonly usage: Readonly<Usage>;
  /** What it had changed: first what an attempt had done that a later one did not repeat, then all else, in order. Logs are in the run's log. */
  readonly effects: readonly Effect[];
}

export interface Cancellation {
  readonly reason: string;
  readonly interrupted: readonly Interrupted[];
  /** Steps that are not listed, for there are too many. */
  readonly stepsOmitted: number;
  /** Effects that are not listed, of these and of others. */
  readonly effectsOmitted: number;
}

export type RunStatus =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'ended';
      readonly status: RunEnd;
      readonly at: number;
      readonly store: readonly StoredEntry[];
    };

export interface RunState {
  readonly id: RunId;
  readonly program: Program;
  readonly limits: Limits;
  readonly retry: RetryPolicy;
  readonly tenant: TenantState;
  /** What is kept in memory of it: given back when nothing of it is. */
  readonly memory: Account;
  readonly headers: string;
  readonly seed: string;
  readonly createdAt: number;
  /**
   * What is added to the runner's time to get the run's, in ms. All times in a run are its own, which never goes back: not when the machine's
   * time is set back, and not in the next process.
   */
  clockOffsetMs: number;
  status: RunStatus;
  /** By the embedder: no step of it starts. */
  isPaused: boolean;
  /** Where its changes are written; null where nothing outlives the process, and while it is made again. */
  ledger: Ledger | null;
  store: RunStore;
  /** Branches and hooks that have not ended. At zero the run ends. */
  open: number;
  completeHook: 'waiting' | 'armed';
  /** Data of the branches and hooks that have not ended; once it has ended, of those that will not start. */
  armedBytes: number;
  /** What the journals of unfinished steps hold. */
  journalBytes: number;
  /** Of each step that has begun and not ended, by its number: its latest attempt, which is over while the step waits for another one. */
  readonly begun: NumberMap<Attempt>;
  output: string | null;
  /** Why the run fails: the first failure that counted. */
  failure: StepFailure | null;
  failures: Failures;
  cancellation: Cancellation | null;
  readonly counts: StepCounts;
  readonly usage: RunUsage;
  logs: LogLine[];
  logBytesKept: number;
  ordinals: number;
  /** Whether anybody listens: events that nobody hears are not made. */
  watched: boolean;
}

/** A branch or a hook, from the moment it is armed until it ends. One of them may be one of a million: keep it small. */
export interface Step {
  readonly run: RunState;
  /** Number within the run, from 1. */
  readonly ordinal: number;
  /** Index of the method in `run.program.methods`. */
  readonly method: number;
  readonly data: string;
  readonly depth: number;
  /** When it may start, in ms since the epoch. */
  dueAt: number;
  /** Attempts begun. */
  attempt: number;
  /** What it has done, for the next attempt; null before its first attempt and after its last. */
  journal: Journal | null;
  /** How often its thread was lost, or too slow to tell what its turn was worth. */
  losses: number;
  /** `shared` until an attempt had to be taken out of a shared cell. */
  lane: 'shared' | 'exclusive';
}

export function actionOf(step: Step): string {
  return step.run.program.methods[step.method] ?? '';
}
