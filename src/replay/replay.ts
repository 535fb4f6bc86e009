// Runs a recorded step again, from what was recorded of it: each op gets the reply, and the clock says the time, that it got then. Nothing
// of it reaches a store. Says whether the step did the same.
import { isDeepStrictEqual } from 'node:util';
import type { StepwellError } from '../errors.ts';
import { stepId } from '../ids.ts';
import { undivided } from '../loop-slices.ts';
import type { WorkerPool } from '../pool/worker-thread.ts';
import type { Op } from '../protocol/ops.ts';
import { Engine, type EngineListener } from '../runner/engine.ts';
import { createThreads } from '../runner/pools.ts';
import { memoryStore } from '../state/backend.ts';
import type { RunEvent } from '../state/events.ts';
import { codeOf, type StopMessage, stopMessage } from '../state/failure.ts';
import type { Journal } from '../state/journal.ts';
import type { RunState, Step, StepFailure } from '../state/run-state.ts';
import { isHook } from '../state/steps.ts';
import { nothingThrown, thrownOf } from '../state/thrown.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import type { Recording } from './recording.ts';

/** How the step ended: what it said, or why it was stopped. */
export interface ReplayedEnd {
  readonly kind: 'completed' | 'failed';
  /** What `start` returned, as JSON text; null for other steps, whose results nobody gets, and for one that failed. */
  readonly output: string | null;
  readonly error: Pick<StepFailure, 'code' | 'name' | 'message' | 'stack' | 'thrownCode'> | null;
}

export interface Replay {
  /** Null: it did the same, op by op, and ended in the same way. */
  readonly divergence: Divergence | null;
  readonly recorded: ReplayedEnd;
  /** Null: it waits for what never comes. */
  readonly replayed: ReplayedEnd | null;
}

/** The first op that is not the same, by its position; both ops null: the ends differ. */
export interface Divergence {
  readonly position: number;
  readonly recorded: Op | null;
  readonly replayed: Op | null;
}

/** In a host of its own: whose step it is may be hostile. `inThreads`: elsewhere. Rejects with `HOST_START_FAILED`. */
export async function replay(recording: Recording, inThreads: WorkerPool | null = null): Promise<Replay> {
  const { run, at } = recording;
  const { stepsActivePerWorker, hostMemoryMb } = run.limits;
  const threads =
    inThreads ??
    createThreads({
      containment: 'process',
      workers: 1,
      limits: run.limits,
      region: run.program.region,
    });
  const clock = createVirtualClock(at);
  const watch = new Watch(recording);
  const bounds = { bounds: run.limits, stepsActivePerWorker, hostMemoryMb };
  const engine = new Engine(
    { workers: 1, ...bounds, serve: () => threads.serve(), clock, slices: undivided(), store: memoryStore() },
    watch,
  );
  try {
    run.watched = true;
    run.isPaused = false;
    engine.resume([recording.step]);
    for (;;) {
      await Promise.race([engine.whenIdle(), watch.failure]);
      if (watch.end !== null || clock.nextAt === null) break;
      clock.moveTo(clock.nextAt);
    }
  } finally {
    await engine.close();
    await threads.close();
  }
  return watch.verdict();
}

/** Hears what the step does, and holds it against what was recorded. */
class Watch implements EngineListener {
  readonly #recording: Recording;
  readonly #id: string;
  /** Outlives the step's end. */
  readonly #journal: Journal;
  readonly #failure = Promise.withResolvers<never>();
  #divergedAt: number | null = null;
  #end: ReplayedEnd | null = null;

  constructor(recording: Recording) {
    const { step } = recording;
    if (step.journal === null) throw new Error('A step that was recorded has no journal.');
    this.#recording = recording;
    this.#id = stepId(step.ordinal);
    this.#journal = step.journal;
    this.#failure.promise.catch(() => {}); // Who waits for it hears of it.
  }

  /** Rejects when no step can run at all. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  get end(): ReplayedEnd | null {
    return this.#end;
  }

  verdict(): Replay {
    const recorded = recordedEnd(this.#recording);
    return { divergence: this.#divergence(recorded), recorded, replayed: this.end };
  }

  event(run: RunState, event: RunEvent): void {
    if (!('step' in event) || event.step !== this.#id || this.#end !== null) return;
    if (event.type === 'step_diverged') this.#divergedAt ??= event.position;
    else if (event.type === 'step_completed') this.#end = completed(run, event.step);
    else if (event.type === 'step_failed') {
      this.#end = isHook(this.#recording.step) ? failedHook : failedWith(event.error);
    }
  }

  failed(error: StepwellError): void {
    this.#failure.reject(error);
  }

  runEnded(): void {}
  threadStarted(): void {}
  threadLost(): void {}
  threadRetired(): void {}
  cellLost(): void {}
  suspended(): void {}

  #divergence(recorded: ReplayedEnd): Divergence | null {
    const { ops } = this.#recording;
    const { position: made, ops: replayedOps } = this.#journal;
    const position = this.#divergedAt ?? Math.min(made, ops.length);
    const isWhole = this.#divergedAt === null && made === ops.length;
    if (isWhole && isDeepStrictEqual(recorded, this.end)) return null;
    const replayed = position < made ? (replayedOps[position] ?? null) : null;
    return { position, recorded: ops[position] ?? null, replayed };
  }
}

/** Why a hook has failed is not recorded: there is a line in the log. */
const failedHook: ReplayedEnd = { kind: 'failed', output: null, error: null };

function recordedEnd({ step, end }: Recording): ReplayedEnd {
  if (isHook(step) && !(end.kind === 'said' && end.word === 'completed')) return failedHook;
  if (end.kind === 'stopped') {
    return stoppedWith(stopMessage(step.run, end.reason, end.detail));
  }
  if (end.word === 'completed')
    return { kind: 'completed', output: isStart(step) ? end.value || null : null, error: null };
  if (end.word === 'stalled') return stoppedWith(stopMessage(step.run, 'stalled', ''));
  const thrown = thrownOf(end.value);
  return failedWith({ ...thrown, thrownCode: thrown.code, code: codeOf(thrown) });
}

function completed({ output }: RunState, step: string): ReplayedEnd {
  return { kind: 'completed', output: step === stepId(1) ? output : null, error: null };
}

function stoppedWith({ thrown = nothingThrown, ...said }: StopMessage): ReplayedEnd {
  return failedWith({ ...thrown, thrownCode: thrown.code, ...said });
}

function failedWith({ code, name, message, stack, thrownCode }: NonNullable<ReplayedEnd['error']>): ReplayedEnd {
  return { kind: 'failed', output: null, error: { code, name, message, stack, thrownCode } };
}

/** Of what steps return only the first one's is kept. */
function isStart({ ordinal }: Step): boolean {
  return ordinal === 1;
}
