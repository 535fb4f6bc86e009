// What a ledger has recorded of one step: its run as it stood just before the step's last attempt ended, and how that ended.
import { undividedly } from '../background-work.ts';
import { StepwellError } from '../errors.ts';
import { stepId } from '../ids.ts';
import type { Op } from '../protocol/ops.ts';
import { fieldSeparator as tab } from '../protocol/records.ts';
import { redoOf } from '../runner/recovery.ts';
import type { StoredRun } from '../state/backend.ts';
import type { StopReason } from '../state/mutation.ts';
import type { RunState, Step } from '../state/run-state.ts';

export interface Recording {
  /** With the step armed once more, and its journal, as after an interruption. */
  readonly run: RunState;
  readonly step: Step;
  /** What the attempt has asked for, in order. */
  readonly ops: readonly Op[];
  readonly end: RecordedEnd;
  /** When it ended. */
  readonly at: number;
}

/** `said`: the step ended by itself. `value`: its output (kept of `start` alone) or its error, as text. `ops`: how many it had; NaN if that is not known. */
export type RecordedEnd =
  | { readonly kind: 'said'; readonly word: string; readonly value: string; readonly ops: number }
  | { readonly kind: 'stopped'; readonly reason: StopReason; readonly detail: string };

/** `read` gives the run, with its ledger from the beginning, each time. Rejects with `STEP_NOT_RECORDED` and `STORE_DAMAGED`. */
export async function recordingOf(read: () => Promise<StoredRun>, ordinal: number): Promise<Recording> {
  const last = await lastEndOf(await read(), ordinal);
  if (last === null) throw notRecorded(ordinal, 'no attempt of it has ended');
  const stored = await read();
  const redo = redoOf(stored);
  let number = 0;
  for await (const line of linesOf(stored)) {
    if (number++ === last.number) break;
    undividedly(redo.read(line));
  }
  const step = redo.underWay(ordinal);
  const { journal } = step ?? {};
  if (step === undefined || !journal) throw notRecorded(ordinal, 'its ledger tells of its end only');
  // What it was stopped at is not recorded; nor was, at first, how many ops an attempt had that repeated another.
  const most = last.end.kind === 'said' && last.end.ops >= 0 ? last.end.ops : journal.ops.length;
  const ops = journal.ops.slice(0, most);
  redo.interrupt();
  // The attempt that comes is the only one: whichever way it ends is the answer.
  const run = Object.assign(redo.run, { retry: { ...redo.run.retry, maxAttempts: 1 } });
  return { run, step, ops, end: last.end, at: redo.now };
}

function notRecorded(ordinal: number, why: string): StepwellError {
  return new StepwellError('STEP_NOT_RECORDED', `There is nothing to replay of ${stepId(ordinal)}: ${why}.`);
}

interface LastEnd {
  /** Of its line in the ledger. */
  readonly number: number;
  readonly end: RecordedEnd;
}

async function lastEndOf(stored: StoredRun, ordinal: number): Promise<LastEnd | null> {
  let last: LastEnd | null = null;
  let number = 0;
  for await (const line of linesOf(stored)) {
    const [letter, step, , third = '', fourth = '', fifth = 'NaN'] = line.split(tab);
    if (Number(step) === ordinal) {
      if (letter === 'E') last = { number, end: { kind: 'said', word: third, value: fourth, ops: Number(fifth) } };
      if (letter === 'X') last = { number, end: stoppedBy(third, fourth) };
    }
    number++;
  }
  return last;
}

/** What a runner has written: the redo that comes next would refuse anything else. */
function stoppedBy(reason: string, detail: string): RecordedEnd {
  return { kind: 'stopped', reason: reason as StopReason, detail: JSON.parse(detail) };
}

async function* linesOf({ ledger }: StoredRun): AsyncGenerator<string> {
  for await (const part of ledger) for (const line of part.split('\n')) if (line !== '') yield line;
}
