// Shows a run as plain lines, for files, pipes and machines: no escapes, and no more lines than one would read. Of each
// kind of news of an action the first ones have a line each; after that only 50, 100, 200, 500, 1,000, … do.
import type { Outcome } from '../runner/outcome.ts';
import type { RunEvent } from '../state/events.ts';
import type { LogLine } from '../state/run-state.ts';
import { countText, durationText } from './duration-text.ts';
import { LogLines, stepLabel } from './log-lines.ts';
import type { RunView } from './run-view.ts';
import { plainStyle } from './style.ts';
import { failureLines, summaryLines } from './summary.ts';
import { endedOf, Tally } from './tally.ts';
import type { Output } from './terminal.ts';
import { terminalText } from './terminal-text.ts';

const singleLinesMost = 20;
/** A delay from which on it is worth a line that the step waits. */
const waitMs = 1_000;
/** After so long without a line, one says that the run goes on. */
const quietMs = 10_000;

type StepEvent = Extract<RunEvent, { step: unknown }>;

export class PlainView implements RunView {
  readonly followsEvents = true;
  readonly #out: Output;
  readonly #file: string;
  readonly #tally = new Tally();
  readonly #logs = new LogLines(plainStyle);
  /** How often each kind of news of each action has come. */
  readonly #news: Map<string, number> = new Map();
  readonly #heartbeat: NodeJS.Timeout;
  #startedAt = 0;
  #wasQuiet = true;

  constructor(out: Output, file: string) {
    this.#out = out;
    this.#file = file;
    this.#heartbeat = setInterval(() => this.#beat(), quietMs).unref();
  }

  event(event: RunEvent): void {
    this.#tally.add(event);
    if (this.#startedAt === 0) this.#startedAt = event.at; // Of a run that goes on: when that was first heard of.
    switch (event.type) {
      case 'run_started':
        return this.#print(`run ${terminalText(event.runId)} of tenant ${terminalText(event.tenant)} started`);
      case 'step_armed':
        if (event.dueAt - event.at >= waitMs)
          this.#step(event, 'waits', ` for ${durationText(event.dueAt - event.at)}`);
        return;
      case 'step_log':
        for (const line of this.#logs.of(event)) this.#printAt(event, line);
        return;
      case 'step_completed':
        return this.#step(event, 'completed');
      case 'step_failed':
        return this.#step(event, 'failed', `: ${this.#why(event.error)}`);
      case 'step_retried': {
        const after = durationText(event.retryAt - event.at);
        return this.#step(event, 'tried again', ` after ${after}: ${this.#why(event.error)}`);
      }
      case 'step_moved':
        return this.#step(event, 'runs again alone', ` (${event.reason})`);
      case 'step_diverged':
        return this.#step(event, 'diverged', ` from its attempt before, at op ${event.position}`);
      case 'events_dropped':
        return this.#print(`${countText(event.count)} events are missing here: this view could not follow`);
      case 'step_started':
      case 'run_ended':
        return;
    }
  }

  ended(outcome: Outcome, _logs: readonly LogLine[]): void {
    for (const { action, isHook, armed, completed, failed } of this.#tally.actions()) {
      const failures = failed === 0 ? '' : `, ${countText(failed)} failed`;
      const counts = `${countText(completed)} of ${countText(armed)} completed${failures}`;
      if (!isHook) this.#print(`  ${terminalText(action, 40)}: ${counts}`);
    }
    const notice = this.#logs.notice();
    if (notice !== null) this.#print(notice);
    this.#print('');
    for (const line of summaryLines(outcome, { style: plainStyle, file: this.#file })) this.#print(line);
  }

  close(): void {
    clearInterval(this.#heartbeat);
  }

  #step(event: StepEvent, news: string, more = ''): void {
    const key = `${event.action} ${news}`;
    const count = (this.#news.get(key) ?? 0) + 1;
    this.#news.set(key, count);
    if (count <= singleLinesMost) {
      this.#printAt(event, `${stepLabel(event)} ${news}${more}`);
    } else if (/^[125]0+$/.test(String(count))) {
      const { armed } = this.#tally.action(event.action);
      this.#printAt(event, `${terminalText(event.action, 40)}: ${countText(count)} of ${countText(armed)} ${news}`);
    }
  }

  #why(error: Parameters<typeof failureLines>[0]): string {
    return failureLines(error, this.#file)[0] ?? '';
  }

  #beat(): void {
    const { run } = this.#tally;
    const counts = `${countText(endedOf(run))} of ${countText(run.armed)} steps ended, ${countText(run.active)} running`;
    if (this.#wasQuiet) this.#print(`still at it: ${counts}`);
    this.#wasQuiet = true;
  }

  #printAt(event: RunEvent, text: string): void {
    this.#print(`${durationText(event.at - this.#startedAt).padStart(11)}  ${text}`);
  }

  #print(line: string): void {
    this.#wasQuiet = false;
    this.#out.write(`${line.trimEnd()}\n`);
  }
}
