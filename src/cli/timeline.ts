// What has happened in a run, step by step, from its events: when each was begun, how long it took, how often it was tried. Pure.
import type { RunEvent } from '../state/events.ts';
import { countText, durationText, momentText } from './duration-text.ts';
import { stepLabel } from './log-lines.ts';
import type { Style, Tone } from './style.ts';

/** Steps with a line each. Of more, only those that failed have one. */
const stepsMost = 200;
const failedMost = 100;

interface Row {
  readonly step: string;
  readonly action: string;
  dueAt: number;
  /** Null before the first attempt. */
  begunAt: number | null;
  endedAt: number | null;
  attempts: number;
  cpuMs: number;
  state: 'waits' | 'runs' | 'completed' | 'failed';
  /** Why its last attempt failed. */
  code: string;
}

const tones: Readonly<Record<Row['state'], Tone>> = { waits: 'dim', runs: 'busy', completed: 'good', failed: 'bad' };

export class Timeline {
  readonly #rows: Map<string, Row> = new Map();
  #began = 0;
  #leftOut = 0;
  #failed = 0;
  #runEndedAt: number | null = null;

  add(event: RunEvent): void {
    if (event.type === 'run_started') this.#began = event.at;
    if (event.type === 'run_ended') this.#runEndedAt = event.at;
    if (!('step' in event)) return;
    const row = this.#rowOf(event);
    if (row === null) return;
    switch (event.type) {
      case 'step_armed':
        row.dueAt = event.dueAt;
        return;
      case 'step_started':
        row.begunAt ??= event.at;
        row.attempts = event.attempt;
        row.state = 'runs';
        return;
      case 'step_completed':
      case 'step_failed':
        row.endedAt = event.at;
        row.cpuMs = event.usage.cpuMs;
        row.state = event.type === 'step_completed' ? 'completed' : 'failed';
        if (event.type === 'step_failed') row.code = event.error.code;
        return;
      case 'step_retried':
        row.dueAt = event.retryAt;
        row.state = 'waits';
        row.code = event.error.code;
        return;
      case 'step_moved':
        row.state = 'waits';
        return;
      case 'step_log':
      case 'step_diverged':
        return;
    }
  }

  lines(style: Style): string[] {
    const head = `${'begun'.padStart(11)}  ${'took'.padStart(11)}  ${'tries'.padStart(5)}  ${'CPU'.padStart(9)}  step`;
    const rows = [...this.#rows.values()].map((row) => this.#line(row, style));
    const left =
      this.#leftOut === 0 ? [] : [`… ${countText(this.#leftOut)} more steps. --json has all that has happened.`];
    return [style.paint('dim', head), ...rows, ...left];
  }

  /** Null for a step that has no line. Hooks are heard of first when they begin. */
  #rowOf(event: Extract<RunEvent, { step: unknown }>): Row | null {
    const { step, action } = event;
    const known = this.#rows.get(step);
    if (known !== undefined) return known;
    const isFirst = event.type === 'step_armed' || (event.type === 'step_started' && event.attempt === 1);
    const hasRoom = this.#rows.size - this.#failed < stepsMost;
    if (event.type === 'step_failed' && !hasRoom && this.#failed < failedMost) {
      this.#failed++;
      this.#leftOut--;
    } else if (!isFirst || !hasRoom) {
      if (event.type === 'step_armed') this.#leftOut++;
      return null;
    }
    const row: Row = {
      step,
      action,
      dueAt: event.at,
      begunAt: event.type === 'step_failed' ? event.at - event.usage.activeMs : null,
      endedAt: null,
      attempts: event.type === 'step_armed' ? 0 : event.attempt,
      cpuMs: 0,
      state: 'waits',
      code: '',
    };
    this.#rows.set(step, row);
    return row;
  }

  #line(row: Row, style: Style): string {
    const { begunAt, endedAt, attempts, cpuMs, state } = row;
    const begun = begunAt === null ? '' : durationText(begunAt - this.#began);
    const took = begunAt === null || endedAt === null ? '' : durationText(endedAt - begunAt);
    const cpu = endedAt === null ? '' : `${countText(Math.round(cpuMs))} ms`;
    const columns = `${begun.padStart(11)}  ${took.padStart(11)}  ${String(attempts || '').padStart(5)}  ${cpu.padStart(9)}`;
    return `${columns}  ${stepLabel(row)}  ${style.paint(tones[state], this.#stateText(row))}`.trimEnd();
  }

  #stateText({ state, dueAt, code }: Row): string {
    const why = code === '' ? '' : ` after ${code}`;
    switch (state) {
      case 'completed':
        return 'completed';
      case 'failed':
        return `failed: ${code}`;
      case 'waits':
        return this.#runEndedAt === null ? `waits until ${momentText(dueAt)} UTC${why}` : 'never begun';
      case 'runs':
        return this.#runEndedAt === null ? 'had begun' : 'stopped';
    }
  }
}
