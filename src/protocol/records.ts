// The text that crosses the boundary of an isolate: lines of tab-separated fields, both ways.
// Strings alone cross, for they carry no getter, function or shared memory. JSON text holds no raw control character,
// so a tenant's value can hold neither separator. This file is loaded by the main thread and inside each isolate.
//
// From a cell (ops; the reply to an op is named by its position: the count of the step's ops before it):
//   g ref key                 get            s ref key value           set
//   p ref key value           push           i ref key delta           increment
//   d ref key                 delete         n ref key payload delayMs schedule (key: the method's index)
//   t ref ms                  sleep          l ref level text          log (no reply)
//   c ref output              completed      f ref error               failed
//   x ref (empty)             stalled: waits for what can never come
// To a cell:
//   H runId seed headers      the run that the steps are of that are started behind it; headers: a JSON string of their JSON
//   N now                     the time, for the records that follow
//   S ref method ordinal attempt data   start a step (a hook's data is its error)
//   R ref position value      an op succeeded
//   E ref position code text  an op was refused
//   X ref                     forget the step
// `ref` names one attempt of one step within its cell. Keys, values, texts and ids are JSON; numbers are decimal.

export const fieldSeparator = '\t';
export const recordSeparator = '\n';

/** One letter per kind of op, first field of its record. */
export const opLetters = {
  get: 'g',
  set: 's',
  push: 'p',
  increment: 'i',
  delete: 'd',
  schedule: 'n',
  sleep: 't',
  log: 'l',
  completed: 'c',
  failed: 'f',
  stalled: 'x',
} as const;

/** One letter per kind of record that a cell receives. */
export const inboxLetters = { run: 'H', now: 'N', start: 'S', resolve: 'R', reject: 'E', forget: 'X' } as const;

export const logLevels = ['log', 'info', 'warn', 'error', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a line takes of its step's log beside its text, so that empty lines have an end too. */
export const logLineBytes = 32;

/** One line of a log, in UTF-16 units. */
export const logLineLength = 65_536;

/** Names of the two methods that are hooks: never scheduled, called by the runner at a run's end. */
export const hookNames = { complete: 'onWorkflowComplete', error: 'onWorkflowError' } as const;

/** Characters of what a failed step has left. The realm cuts there, and so does the main thread, to which a realm may lie. */
export const thrownLengths = { name: 128, message: 4_096, stack: 8_192, code: 128 } as const;

/** What a failed step left, as the realm writes it and the outcome shows it. */
export interface ThrownText {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: string;
  readonly retryable: boolean;
}
