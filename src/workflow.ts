// Types for the authors of workflows, published as `stepwell/workflow`. They say what a workflow finds at run time, and
// have nothing at run time themselves. In TypeScript:
//
//   import type { Headers, StepsOf, WorkflowApi } from 'stepwell/workflow';
//   type Api = WorkflowApi<StepsOf<Workflow>>;
//   export class Workflow {
//     async start(order: Order, headers: Headers, api: Api) { … await api.scheduleNextStep({ action: 'pack', payload: item }); }
//     async pack(item: Item, headers: Headers, api: Api) { … }
//   }

/** What crosses between steps: all that JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What the run was started with as `headers`: by custom an object. Every step gets a copy of its own. */
export type Headers = Record<string, Json>;

type DelayUnit = `${'sec' | 'second' | 'min' | 'minute' | 'hr' | 'hour'}${'' | 's'}` | `${'day' | 'week'}${'' | 's'}`;

/**
 * How long a step waits before it runs: a number of seconds, or a text such as `'30 sec'`, `'5 min'`, `'2 hours'`,
 * `'3 days'` or `'1 week'`. From 0 to 400 days. Months and years are no fixed number of seconds and are refused.
 */
export type Delay = number | `${number} ${DelayUnit}` | `${number}${DelayUnit}`;

/** The steps that can be scheduled, by name, with what each takes as `data`. */
export type StepPayloads = Record<string, unknown>;

/**
 * The steps of a class, read off its methods: `WorkflowApi<StepsOf<Workflow>>` lets only a method of `Workflow` be scheduled, and only
 * with what that method takes. `start` and the hooks are left out, for they cannot be scheduled.
 */
export type StepsOf<Workflow> = {
  [Name in Exclude<keyof Workflow, keyof WorkflowMethods> as Workflow[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: Workflow[Name] extends (...args: infer Args) => unknown ? PayloadTaken<Args> : never;
};

/** A method without parameters takes whatever it is given. */
type PayloadTaken<Args extends unknown[]> = Args extends [] ? unknown : Args[0];

/** What `scheduleNextStep` takes: one of the steps, with its payload. Without names of steps: any text, any payload. */
export type ScheduleOptions<Steps = StepPayloads> = {
  [Name in keyof Steps & string]: ScheduleOf<Name> & PayloadOf<Steps[Name]>;
}[keyof Steps & string];

interface ScheduleOf<Name extends string> {
  /** The method to call: one of the class's own, neither `start` nor a hook. Else: `ACTION_INVALID`. */
  readonly action: Name;
  /** Default: 0, at once. Out of range or not understood: `DELAY_INVALID`, never a different delay. */
  readonly delay?: Delay;
}

/** It may be left out where the default will do. */
type PayloadOf<Payload> =
  Record<never, never> extends Payload
    ? {
        /**
         * The step's `data`: any value that JSON can carry, nested up to 1,000 deep, up to 1 MiB as JSON. Default: `{}`. Else, also for a
         * part that JSON would change or leave out, such as a Map, NaN or a function: `PAYLOAD_INVALID` or `PAYLOAD_TOO_LARGE`.
         */
        readonly payload?: Payload;
      }
    : { readonly payload: Payload };

/** What JSON cannot carry, as far as types tell: NaN is a number, and an error looks like data. */
type NotJson =
  | ((...args: never[]) => unknown)
  | (abstract new (
      ...args: never[]
    ) => unknown)
  | undefined
  | symbol
  | bigint
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<object, unknown>
  | WeakSet<object>
  | PromiseLike<unknown>
  | ArrayBuffer
  | ArrayBufferView
  | RegExp;

/** A part may be left out, and a class has methods. */
type StorablePart<Part> = Part extends undefined | ((...args: never[]) => unknown)
  ? Part
  : Part extends NotJson
    ? never
    : Part;

/**
 * `Value`, or `never` for what the run store refuses by its type: also where a field or an item is such a thing. What is deeper, the runner looks at.
 * Of a type parameter it cannot be known: a generic function says `value as unknown`, and the runner looks.
 */
export type Storable<Value> = unknown extends Value
  ? Value
  : Value extends NotJson
    ? never
    : Value extends string | number | boolean | null | { toJSON(...args: never[]): unknown }
      ? Value
      : { [Name in keyof Value]: StorablePart<Value[Name]> };

/**
 * The keys of this run, shared by all of its steps and gone when it has ended. Keys are non-empty strings of up to 512
 * bytes (else: `KEY_INVALID`). Each call takes effect once, however many attempts its step needs, and answers after all
 * that was asked before it. A call that is refused rejects, with a `code`, and has changed nothing.
 */
export interface RunStoreApi {
  /**
   * The value of a key, null if it is not set. A value may have grown by `push`; one of more than 8 MiB as JSON is
   * refused: `READ_TOO_LARGE`.
   */
  get<Value = Json>(key: string): Promise<Value | null>;
  /**
   * Sets a key to any value that JSON can carry, nested up to 1,000 deep, up to 1 MiB as JSON. Else: `VALUE_INVALID`, also for a part that
   * JSON would change or leave out, such as a Map, NaN or a function, or `VALUE_TOO_LARGE`. A run has room for 10,000 keys and 64 MiB: `STORE_KEYS_EXCEEDED`, `STORE_BYTES_EXCEEDED`.
   */
  set<Value>(key: string, value: Value & Storable<Value>): Promise<void>;
  /**
   * Appends to a list, and makes it if the key is not set. Resolves with the new length. Nothing is lost when many steps
   * push at once. Not a list: `VALUE_NOT_A_LIST`; an item is bounded as a value of `set`.
   */
  push<Item>(key: string, item: Item & Storable<Item>): Promise<number>;
  /**
   * Adds `delta` (default 1, may be negative) to a number, in one piece, and resolves with the new value. A key that is
   * not set counts from 0. Refused: `VALUE_NOT_A_NUMBER`, `DELTA_INVALID`, and `NUMBER_OUT_OF_RANGE` for what a number
   * cannot hold exactly.
   */
  increment(key: string, delta?: number): Promise<number>;
  /** Removes a key. Resolves with true if it was there. */
  delete(key: string): Promise<boolean>;
}

/** What hooks get: all but the scheduling of more steps. */
export interface HookApi {
  /** The id of the run. */
  readonly runId: string;
  /** The id of this step within its run: `step_1` is `start`. */
  readonly stepId: string;
  /** Which attempt of the step this is, from 1. */
  readonly attempt: number;
  /** The same for each attempt of this step, and for no other step: for calls to the outside that must count once. */
  readonly idempotencyKey: string;
  /** The store of the run. */
  readonly runStore: RunStoreApi;
  /**
   * Writes a line to the step's log, its arguments joined by spaces, as `console.log` does. A step may write 256 KiB;
   * then the log is cut, with a notice.
   */
  log(...values: unknown[]): void;
}

/** The third argument of every step. `Steps` are those that it may schedule; {@link StepsOf} reads them off the class. */
export interface WorkflowApi<Steps = StepPayloads> extends HookApi {
  /**
   * Arms one more step of this run. Several calls make a fan-out: each is a branch of its own, and the run ends when the
   * last one has ended. Takes effect when called and resolves when the branch is armed. A step may arm 10,000 branches
   * (`FAN_OUT_EXCEEDED`), a run 1,000,000 (`STEPS_EXCEEDED`), and a chain may be 1,000 schedules deep
   * (`CHAIN_DEPTH_EXCEEDED`).
   */
  scheduleNextStep(options: ScheduleOptions<Steps>): Promise<void>;
}

/** What `onWorkflowError` is told: the error of the first step whose failure counted. */
export interface WorkflowError extends Error {
  /** The `code` of what the step threw, or the runner's, such as `STEP_THREW` or `STEP_CPU_EXCEEDED`. */
  readonly code: string;
}

/**
 * The shape of a workflow: `class Workflow implements WorkflowMethods<Order>`. All further methods are steps, called as
 * `(data, headers, api)`. What a step throws is tried again, up to the runner's number of attempts, unless the error has
 * `retryable: false`.
 */
export interface WorkflowMethods<Data = Json> {
  /** The first step. What it returns (any JSON value, up to 1 MiB) is the run's output. */
  start(data: Data, headers: Headers, api: WorkflowApi): unknown;
  /** Called once, when the last branch of a run in which nothing failed for good has ended. */
  onWorkflowComplete?(api: HookApi): unknown;
  /** Called at most once, when a step has failed its run. */
  onWorkflowError?(error: WorkflowError, api: HookApi): unknown;
}
