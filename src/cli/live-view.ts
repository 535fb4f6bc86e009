// Shows a run in a terminal window: a row for each action with a bar of how many of its steps have ended, a line for the
// whole run, and the log scrolling away above. Draws ten times a second, however much happens.
import { systemClock } from '../clock.ts';
import type { Outcome } from '../runner/outcome.ts';
import type { RunEvent } from '../state/events.ts';
import type { LogLine } from '../state/run-state.ts';
import { frameLines } from './live-frame.ts';
import { LiveScreen } from './live-screen.ts';
import { LogLines } from './log-lines.ts';
import type { RunView } from './run-view.ts';
import { colorStyle } from './style.ts';
import { failureLines, summaryLines } from './summary.ts';
import { Tally } from './tally.ts';
import type { Output } from './terminal.ts';

const frameMs = 100;
/** Failures that get lines of their own above the bars. */
const failuresShown = 10;

export class LiveView implements RunView {
  readonly followsEvents = true;
  readonly #out: Output;
  readonly #file: string;
  readonly #screen: LiveScreen;
  readonly #clock = systemClock();
  readonly #startedAt = this.#clock.now();
  readonly #tally = new Tally();
  readonly #logs = new LogLines(colorStyle);
  readonly #timer: NodeJS.Timeout;
  #above: string[] = [];
  #frames = 0;

  constructor(out: Output, file: string) {
    this.#out = out;
    this.#file = file;
    this.#screen = new LiveScreen(out);
    this.#timer = setInterval(() => this.#draw(), frameMs);
  }

  event(event: RunEvent): void {
    this.#tally.add(event);
    if (event.type === 'step_log') this.#above.push(...this.#logs.of(event));
    if (event.type === 'step_failed' && this.#tally.run.failed <= failuresShown) {
      const [first = '', ...more] = failureLines(event.error, this.#file);
      this.#above.push(colorStyle.paint('bad', colorStyle.signs.bad + first), ...more);
    }
  }

  ended(outcome: Outcome, _logs: readonly LogLine[]): void {
    const notice = this.#logs.notice();
    if (notice !== null) this.#above.push(colorStyle.paint('warning', notice));
    this.#draw();
    this.close();
    const lines = summaryLines(outcome, { style: colorStyle, file: this.#file });
    this.#out.write(`\n${lines.join('\n')}\n`);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#screen.close();
  }

  #draw(): void {
    const { columns, rows } = this.#out;
    const now = this.#clock.now();
    const frame = frameLines(this.#tally, {
      columns,
      rows,
      elapsedMs: now - this.#startedAt,
      now,
      frame: this.#frames++,
      style: colorStyle,
    });
    this.#screen.draw(this.#above.splice(0), frame);
  }
}
