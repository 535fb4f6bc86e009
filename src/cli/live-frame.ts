// One frame of the live view, from the counts at a moment. Pure.
import { countText, plural, runningText } from './duration-text.ts';
import type { Style, Tone } from './style.ts';
import { type ActionTally, endedOf, type Tally } from './tally.ts';
import { terminalText } from './terminal-text.ts';

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  readonly elapsedMs: number;
  /** Milliseconds since the epoch, to say when the next step is due. */
  readonly now: number;
  /** Number of the frame: the sign of life moves with it. */
  readonly frame: number;
  readonly style: Style;
}

const nameWidth = 20;
const barWidthMost = 32;
const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

/** Fits into the window, whatever its size: a frame that is higher could not be drawn again. */
export function frameLines(tally: Tally, options: FrameOptions): string[] {
  const actions = tally.actions();
  const rowsMost = Math.max(1, Math.min(12, options.rows - 5));
  const shown = actions.slice(-rowsMost);
  const hidden = actions.length - shown.length;
  const more = hidden === 0 ? [] : [options.style.paint('dim', `  … ${plural(hidden, 'earlier action')}`)];
  return ['', ...more, ...shown.map((action) => actionLine(action, options)), totalLine(tally, options)];
}

function actionLine(action: ActionTally, { columns, style }: FrameOptions): string {
  const tone = toneOf(action);
  const name = terminalText(action.action, nameWidth).padEnd(nameWidth);
  const head = `  ${style.paint(tone, style.signs[tone])}${name} `;
  if (action.isHook) return head;
  const { armed } = action;
  const ended = Math.min(armed, endedOf(action));
  const width = Math.max(4, Math.min(barWidthMost, columns - nameWidth - 40));
  const filled = armed === 0 ? 0 : Math.floor((ended / armed) * width);
  const bar = style.paint(tone, '━'.repeat(filled)) + style.paint('dim', '─'.repeat(width - filled));
  return `${head}${bar}  ${countText(ended)} / ${countText(armed)}${notes(action, style)}`;
}

function toneOf({ armed, failed, active, completed }: ActionTally): keyof Style['signs'] & Tone {
  if (failed > 0) return 'bad';
  return active > 0 || completed < armed ? 'busy' : 'good';
}

function notes({ failed, retried, active }: ActionTally, style: Style): string {
  const parts = [
    active === 0 ? '' : style.paint('dim', `${countText(active)} running`),
    retried === 0 ? '' : style.paint('warning', `${countText(retried)} retried`),
    failed === 0 ? '' : style.paint('bad', `${countText(failed)} failed`),
  ];
  return parts.map((part) => (part === '' ? '' : `  ${part}`)).join('');
}

function totalLine(tally: Tally, { elapsedMs, now, frame, style }: FrameOptions): string {
  const { run } = tally;
  const ended = endedOf(run);
  const isOver = run.active === 0 && ended >= run.armed && ended > 0;
  const sign = isOver ? ' ' : (spinner[frame % spinner.length] ?? ' ');
  const nextDueAt = tally.nextDueAt();
  const isWaiting = nextDueAt !== null && nextDueAt > now && run.active === 0;
  const parts = [
    runningText(elapsedMs, 1),
    `${countText(ended)} of ${plural(run.armed, 'step')}`,
    isWaiting ? `next step in ${runningText(nextDueAt - now, 0)}` : '',
    tally.missed === 0 ? '' : `${countText(tally.missed)} events not seen`,
  ];
  return style.paint('dim', `  ${sign} ${parts.filter((part) => part !== '').join(' · ')}`);
}
