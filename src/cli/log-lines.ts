// The lines that steps log, as views show them: each line says whose it is, and there is an end to them.
import type { LogLine } from '../state/run-state.ts';
import { countText } from './duration-text.ts';
import type { Style } from './style.ts';
import { terminalLines, terminalText } from './terminal-text.ts';

/** Lines shown of one run. */
const linesMost = 1_000;
/** Lines shown of one call of `console.log`. */
const linesOfOneMost = 50;
const actionWidth = 16;

export class LogLines {
  readonly #style: Style;
  #shown = 0;
  #leftOut = 0;

  constructor(style: Style) {
    this.#style = style;
  }

  /** The lines to show for this line of the log: none, once enough were shown. */
  of(event: Omit<LogLine, 'at'>): string[] {
    if (this.#shown >= linesMost) {
      this.#leftOut++;
      return [];
    }
    const lines = terminalLines(event.text, Math.min(linesOfOneMost, linesMost - this.#shown));
    this.#shown += lines.length;
    const label = this.#style.paint('dim', `${stepLabel(event)} |`);
    return lines.map((line) => `${label} ${this.#leveled(event, line)}`);
  }

  /** What to say at the end, if lines were left out. */
  notice(): string | null {
    if (this.#leftOut === 0) return null;
    return `${countText(this.#leftOut)} more log lines are not shown. --json has them, as far as the run keeps them.`;
  }

  #leveled(event: Pick<LogLine, 'level'>, line: string): string {
    switch (event.level) {
      case 'error':
        return this.#style.paint('bad', `error: ${line}`);
      case 'warn':
        return this.#style.paint('warning', `warn: ${line}`);
      case 'debug':
        return this.#style.paint('dim', `debug: ${line}`);
      case 'log':
      case 'info':
        return line;
    }
  }
}

/** Which step it was. Columns line up for names of usual length. */
export function stepLabel({ action, step }: { readonly action: string; readonly step: string }): string {
  return `${terminalText(action, 40).padEnd(actionWidth)} ${step.padEnd(8)}`;
}
