// One entry into an isolate, with what it has cost, or why the isolate is lost. After any breach it is disposed, never entered again.
import { monotonicTime } from '../machine-timers.ts';
import type { LossReason } from '../protocol/frames.ts';
import { rejectedJsonLength, stackMark } from '../protocol/records.ts';
import { disposeIsolate, type Isolate } from './isolate.ts';
import { type Loss, lossOf } from './loss.ts';
import { type Guard, graceMs, Overrun } from './watchdog.ts';

export type TurnResult =
  | { readonly kind: 'turn'; readonly text: string; readonly cpuMicros: number }
  | { readonly kind: 'lost'; readonly reason: LossReason; readonly detail: string; readonly cpuMicros: number };

/**
 * isolated-vm does not take a timer out when its call returns: its thread wakes for each of them at its time, and that takes longer than a
 * short turn. Timers that are up together wake it once.
 */
const timerGridMs = 10;

/** For a call that may take so many whole ms from `now` on: as many for its timer, and what is left until timers are up. */
export function timerMs(allowedMs: number, now: number = monotonicTime()): number {
  return Math.ceil(allowedMs + timerGridMs - ((now + allowedMs) % timerGridMs));
}

/** From this part of its memory on a cell whose time was over is taken to have spent it on collecting: what was left of the memory was too little. */
const fullFrom = 0.9;

/** Ways into an isolate. Each takes the ms that it has for what is the tenant's. */
export interface Doors {
  /** Gives what the cell says at the end of the turn. */
  enter(allowedMs: number): string;
  /** Says what else is known of a rejection with this message that nobody has handled. May throw. */
  tell(message: string, allowedMs: number): unknown;
  readonly guard: Guard;
}

export function timedTurn(
  isolate: Isolate,
  memoryMb: number,
  budgetMs: number,
  { enter, tell, guard }: Doors,
): TurnResult {
  const before = isolate.cpuTime;
  const began = monotonicTime();
  const allowedMs = Math.max(1, Math.ceil(budgetMs));
  try {
    const text = enter(allowedMs);
    return { kind: 'turn', text, cpuMicros: Number(isolate.cpuTime - before) / 1_000 };
  } catch (error) {
    const tookMs = monotonicTime() - began;
    const loss = error instanceof Breach ? faultOf(error) : lossOf(error, isolate.isDisposed, tookMs >= allowedMs);
    const more = loss.reason === 'rejection' ? moreOf(error, tell) : '';
    const isOverrun = error instanceof Overrun;
    // An isolate that is gone tells no CPU time: it was at it for so long, and can have used no more.
    const spentMs = isOverrun ? allowedMs + graceMs : Math.min(tookMs, allowedMs + timerGridMs);
    const reason = loss.reason === 'cpu' && !isOverrun && isFull(isolate, memoryMb, guard) ? 'memory' : loss.reason;
    const isGone = isOverrun || isolate.isDisposed;
    const cpuMicros = isGone ? spentMs * 1_000 : Number(isolate.cpuTime - before) / 1_000;
    disposeIsolate(isolate);
    return { kind: 'lost', reason, detail: withMore(loss.detail, more), cpuMicros };
  }
}

/** For the tenant's getters that are asked then. */
const tellMs = 100;
/** For reactions of the tenant's, of a cell that is ended anyway. */
const lookMs = 1;

function moreOf(error: unknown, tell: (message: string, allowedMs: number) => unknown): string {
  if (!(error instanceof Error)) return '';
  try {
    const more = tell(error.message, tellMs);
    return typeof more === 'string' && more.length <= rejectedJsonLength ? more : '';
  } catch {
    return ''; // The cell is lost anyway: less is known of why.
  }
}

function withMore(detail: string, more: string): string {
  if (more === '') return detail;
  return detail.includes(stackMark) ? detail + stackMark + more : detail + stackMark + stackMark + more;
}

/**
 * Whoever asks an isolate for anything lets reactions of the tenant's run that are due, and gets the first rejection that nobody has handled as an error:
 * once, for the others are forgotten then.
 */
function isFull(isolate: Isolate, memoryMb: number, guard: Guard): boolean {
  for (let tries = 0; tries < 2 && !isolate.isDisposed; tries++) {
    try {
      const { used_heap_size: heap, externally_allocated_size: buffers } = guard(lookMs, () =>
        isolate.getHeapStatisticsSync(),
      );
      return heap + buffers >= fullFrom * memoryMb * 2 ** 20;
    } catch {
      // Once more, unless it had to be ended.
    }
  }
  return false;
}

function faultOf({ message: detail }: Breach): Loss {
  return { reason: 'fault', detail };
}

/** What comes out of an isolate is not what its realm gives. */
export class Breach extends Error {
  override readonly name = 'Breach';
}

/** What a realm gives is text, or it is none of ours. Throws {@link Breach}. */
export function textOf(taken: unknown): string {
  if (typeof taken !== 'string') throw new Breach('The realm did not give text.');
  return taken;
}
