// Small things that all parts of the rules do with steps: arm one, tell of it, keep what it logs, end an attempt.
import { stepId } from '../ids.ts';
import { hookNames, type LogLevel, logLineBytes } from '../protocol/records.ts';
import { kinds } from './account.ts';
import type { RunEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { Attempt, Effects } from './mutation.ts';
import { actionOf, type RunState, type Step } from './run-state.ts';
import { byteLength } from './text.ts';
import { use } from './usage.ts';
import { logLineBytes as lineBytes, stepBytes, textBytes } from './weight.ts';

/** Makes a branch or hook: one more thing that the run waits for. */
export function armStep(run: RunState, method: number, data: string, depth: number, dueAt: number): Step {
  run.open++;
  run.tenant.branches++;
  const bytes = byteLength(data);
  run.armedBytes += bytes;
  run.memory.take(kinds.steps, stepBytes + textBytes(data, bytes));
  run.ordinals++;
  return {
    run,
    ordinal: run.ordinals,
    method,
    data,
    depth,
    dueAt,
    attempt: 0,
    journal: null,
    losses: 0,
    lane: 'shared',
  };
}

export function isHook(step: Step): boolean {
  const action = actionOf(step);
  return action === hookNames.complete || action === hookNames.error;
}

/** The events of a step, without what all of them have in common. */
type StepNews = RunEvent extends infer E
  ? E extends { step: unknown }
    ? Omit<E, 'runId' | 'at' | 'step' | 'action' | 'attempt'>
    : never
  : never;

/** Tells those who listen. Nobody does, most of the time: then nothing is made, but of what is rare and telling. */
export function announce(step: Step, news: StepNews, now: number, effects: Effects): void {
  const { run } = step;
  if (!run.watched && news.type !== 'step_moved' && news.type !== 'step_diverged') return;
  const of = { runId: run.id, at: now, step: stepId(step.ordinal), action: actionOf(step), attempt: step.attempt };
  effects.event(run, { ...of, ...news });
}

/** The attempt is over, however it came to that. */
export function leave(attempt: Attempt, now: number, effects: Effects): void {
  const { step } = attempt;
  attempt.isOver = true;
  use(step, 'activeMs', step.journal?.activeMs(now) ?? 0);
  effects.attemptEnded(attempt);
}

/** Changes a journal, and the run's count of what its journals hold with it. */
export function changeJournal<T>(run: RunState, journal: Journal, change: (journal: Journal) => T): T {
  const before = journal.bytes;
  const heldBefore = journal.heldBytes;
  const result = change(journal);
  run.journalBytes += journal.bytes - before;
  run.memory.take(kinds.journals, journal.heldBytes - heldBefore);
  return result;
}

/** Keeps a line of a step's log, as far as the run has room. */
export function keepLog(step: Step, level: LogLevel, text: string, now: number, effects: Effects): void {
  const { run } = step;
  const bytes = byteLength(text);
  use(step, 'logBytes', bytes);
  if (run.logBytesKept + bytes + logLineBytes <= run.limits.logBytesPerRun) {
    run.logBytesKept += bytes + logLineBytes;
    run.memory.take(kinds.logs, lineBytes + textBytes(text, bytes));
    run.logs.push({ step: stepId(step.ordinal), action: actionOf(step), level, text, at: now });
  }
  announce(step, { type: 'step_log', level, text }, now, effects);
}
