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
/** Of what it was caused by, and of the errors of an aggregate. */
export const causeLengths = { name: 128, message: 1_024, stack: 2_048, code: 128 } as const;
/** How many are told of. */
export const causesMost = 4;
export const aggregatedMost = 8;
/** Own fields of an error, and characters of the name and of the text of one. */
export const fieldsMost = 16;
export const fieldLengths = { name: 64, text: 512 } as const;
/** Characters of all that, as JSON. Longer, only the first error is told of, without its fields. */
export const thrownJsonLength = 131_072;
/** More than that no realm writes, and nothing of it is read. */
export const thrownJsonMost = 524_288;

export type ThrownLengths = { readonly [part in keyof typeof thrownLengths]: number };

/** Own fields of what was thrown: an object within one is a text, much like JSON. */
export type ThrownFields = Readonly<Record<string, string | number | boolean | null>>;

/** Something that was thrown, or that has caused it. Empty is left out of `fields`. */
export interface ThrownPart {
  readonly name: string;
  readonly message: string;
  /** Lines of the author's source only. */
  readonly stack: string;
  /** Its `code`, if that is a text or a number. */
  readonly code: string;
  readonly fields?: ThrownFields;
}

/** Characters of what is told of an unhandled rejection besides its message and its stack, as JSON. */
export const rejectedJsonLength = 8_192;

/** Between what an unhandled rejection says, the author's lines of its stack, and what else is told of it. */
export const stackMark = '\n\0';

/** What a failed step left, as the realm writes it. What is empty is left out. */
export interface ThrownText extends ThrownPart {
  readonly retryable: boolean;
  /** Whether the next attempt can only fail likewise: its author has to change the source. */
  readonly isMistake?: true;
  /** What has caused it, what has caused that, and so on. */
  readonly causes?: readonly ThrownPart[];
  /** Of an aggregate. */
  readonly errors?: readonly ThrownPart[];
}
