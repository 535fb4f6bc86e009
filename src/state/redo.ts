// Makes a run again from its ledger: what is written there is done by the same rules that did it first, and nobody is told.
import { StepwellError } from '../errors.ts';
import { detached } from '../protocol/detached.ts';
import type { Op } from '../protocol/ops.ts';
import { fieldSeparator as tab } from '../protocol/records.ts';
import { apply, diverge } from './apply.ts';
import type { RunEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { OverflowCode } from './ledger.ts';
import type { Attempt, Effects, Mutation, StopReason } from './mutation.ts';
import type { RunState, Step } from './run-state.ts';
import { Refusal } from './run-store.ts';
import { byteLength } from './text.ts';
import { use } from './usage.ts';

/** Lines that are read before the work may be put off: they take some 50 microseconds. */
const linesAtOnce = 32;

/** Does to a new run all that its ledger says. The bounds of its tenant must not be in force: what they refused is written. */
export class Redo {
  readonly run: RunState;
  readonly #data: string;
  readonly #armed: Map<number, Step> = new Map();
  readonly #effects: Effects;
  #now = 0;
  #isOpened = false;
  #bytes = 0;

  /** `data` is that of the run's start. `tell` hears of what happens, if the run is watched. */
  constructor(run: RunState, data: string, tell: (event: RunEvent) => void = () => {}) {
    this.run = run;
    this.#data = data;
    this.#effects = {
      arm: (step) => this.#armed.set(step.ordinal, step),
      runEnded: () => this.#armed.clear(),
      attemptEnded() {},
      reply() {},
      sleep() {},
      runResumed() {},
      event: (_, event) => tell(event),
    };
  }

  /** Whether its first step was armed: if not, it has yet to be opened. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  /** Of the ledger, as far as it was read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Steps and hooks that wait for their time or for room, in the order in which they were armed. */
  get armed(): Iterable<Step> {
    return this.#armed.values();
  }

  /** What the clock said at the last line. */
  get now(): number {
    return this.#now;
  }

  /** The step with this number, if an attempt of it has begun and not ended. */
  underWay(ordinal: number): Step | undefined {
    return this.#begun(ordinal)?.step;
  }

  /**
   * Reads a part of the ledger, after those before it, and stops every few lines, where it may be put off. Throws `STORE_DAMAGED` for what no
   * ledger says.
   */
  *read(part: string): Generator<void, void> {
    this.#bytes += byteLength(part);
    let lines = 0;
    for (let start = 0; start < part.length; ) {
      const end = part.indexOf('\n', start);
      const line = part.slice(start, end < 0 ? part.length : end);
      start += line.length + 1;
      if (line !== '') this.#read(line);
      if (++lines % linesAtOnce === 0) yield;
    }
  }

  #read(line: string): void {
    try {
      this.#line(line.split(tab));
    } catch (error) {
      throw damaged(String(error));
    }
  }

  /**
   * Stops the attempts that had begun and not ended, for where they were is gone: their steps are armed again. As of the last line: the time
   * since then was nobody's.
   */
  interrupt(): void {
    for (const attempt of this.run.begun.values()) {
      if (!attempt.isOver) this.#apply({ kind: 'attempt_stopped', attempt, reason: 'neighbour', detail: '' });
    }
  }

  #line([letter, ...fields]: readonly string[]): void {
    const [first = '', second = '', third = ''] = fields;
    const { run } = this;
    switch (letter) {
      case 'N':
        this.#now = numberOf(first);
        return;
      case 'A':
        this.#isOpened = true;
        return this.#apply({ kind: 'run_opened', run, data: this.#data });
      case 'B':
        return this.#begin(first, second);
      case 'O':
      case 'F':
        return this.#do(this.#attempt(first), fields);
      case 'W':
        return this.#apply({ kind: 'slept', attempt: this.#attempt(first), position: numberOf(second) });
      case 'S':
        return sentAgain(this.#attempt(first).step.journal, numberOf(second), numberOf(third));
      case 'D':
        return diverge(this.#attempt(first), numberOf(second), this.#now, this.#effects);
      case 'E':
        return this.#end(this.#attempt(first), numberOf(second), third, fields[3] ?? '');
      case 'X':
        return this.#stop(this.#attempt(first), numberOf(second), third, textOf(fields[3]));
      case 'C':
        return this.#cancel(textOf(first), second);
      case 'L':
        return this.#overflow(this.#attempt(first), second as OverflowCode, third);
      case 'P':
        return this.#apply({ kind: 'run_paused', run });
      case 'U':
        return this.#apply({ kind: 'run_resumed', run });
      default:
        throw new Error('a line of no known kind');
    }
  }

  #apply(mutation: Mutation): void {
    apply(mutation, this.#now, this.#effects);
  }

  #begin(ordinal: string, lane: string): void {
    const step = this.#armed.get(numberOf(ordinal));
    if (step === undefined || (lane !== 'shared' && lane !== 'exclusive')) throw new Error('a step that was not armed');
    this.#armed.delete(step.ordinal);
    const attempt: Attempt = { step, lane, isOver: false, undelivered: 0 };
    this.#apply({ kind: 'attempt_begun', attempt });
  }

  #do(attempt: Attempt, fields: readonly string[]): void {
    const [, position, kind, key = '', value = '', amount, method, code, message] = fields;
    attempt.step.journal?.seek(numberOf(position));
    const texts = { key: detached(key), value: detached(value) };
    const op = { kind: kind as Op['kind'], ...texts, amount: numberOf(amount), method: numberOf(method) };
    if (code === undefined) return this.#apply({ kind: 'op', attempt, op });
    const refusal = new Refusal(code as Refusal['code'], textOf(message));
    this.#apply({ kind: 'op_refused', attempt, op, refusal });
  }

  #end(attempt: Attempt, cpuMs: number, kind: string, value: string): void {
    charge(attempt.step, cpuMs);
    const op = { kind: kind as Op['kind'], key: '', value: detached(value), amount: 0, method: -1 };
    this.#apply({ kind: 'op', attempt, op });
  }

  #stop(attempt: Attempt, cpuMs: number, reason: string, detail: string): void {
    charge(attempt.step, cpuMs);
    this.#apply({ kind: 'attempt_stopped', attempt, reason: reason as StopReason, detail });
  }

  /** The first runs that were kept did not say what their steps had used: `used` is empty. */
  #cancel(reason: string, used: string): void {
    const { run } = this;
    const numbers = used === '' ? [] : (JSON.parse(used) as readonly number[]);
    for (let i = 0; i < numbers.length; i += 2) {
      const attempt = run.begun.get(numbers[i] ?? 0);
      if (attempt !== undefined) charge(attempt.step, numbers[i + 1] ?? 0);
    }
    this.#apply({ kind: 'run_cancelled', run, reason });
  }

  /** The first runs that were kept did not say what CPU time the step had used. */
  #overflow(attempt: Attempt, code: OverflowCode, cpuMs: string): void {
    if (cpuMs !== '') charge(attempt.step, numberOf(cpuMs));
    this.#apply({ kind: 'run_overflowed', attempt, code });
  }

  #begun(ordinal: number): Attempt | undefined {
    const attempt = this.run.begun.get(ordinal);
    return attempt?.isOver === false ? attempt : undefined;
  }

  #attempt(ordinal: string): Attempt {
    const attempt = this.#begun(numberOf(ordinal));
    if (attempt === undefined) throw new Error('an attempt that had not begun');
    return attempt;
  }
}

/** Older files have such lines for logs that were made again. Logs are not answered any more: a further attempt would wait for them for ever. */
function sentAgain(journal: Journal | null, position: number, turn: number): void {
  if (journal?.isLog(position) === false) journal.sent(position, turn);
}

/** CPU time is charged between the lines, and written with the attempt's end. */
function charge(step: Step, cpuMs: number): void {
  const { journal } = step;
  use(step, 'cpuMs', cpuMs - (journal?.usage.cpuMs ?? 0));
  if (journal !== null) journal.usage.cpuMs = cpuMs; // A difference that is added again need not give the same sum.
}

function numberOf(field: string | undefined): number {
  const value = Number(field);
  if (field === undefined || field === '' || !Number.isFinite(value)) throw new Error('a number that is none');
  return value;
}

function textOf(field: string | undefined): string {
  const value: unknown = JSON.parse(field ?? '');
  if (typeof value !== 'string') throw new Error('a text that is none');
  return value;
}

function damaged(why: string): StepwellError {
  return new StepwellError('STORE_DAMAGED', `The store holds a run whose ledger cannot be read (${why}).`);
}
