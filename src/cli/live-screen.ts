// The lower part of a terminal window, drawn again and again, while finished lines scroll away above it. The only file
// of the command line that writes escape sequences which move the cursor.
import type { Output } from './terminal.ts';

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
/** Without wrapping, a line takes one row, however wide its characters are. */
const wrapOff = '\x1b[?7l';
const wrapOn = '\x1b[?7h';
const clearBelow = '\x1b[J';
const clearToLineEnd = '\x1b[K';

export class LiveScreen {
  readonly #out: Output;
  /** Rows that the last frame takes: the cursor stands below them. */
  #rows = 0;
  #isOpen = true;
  readonly #restore = (): void => this.close();

  constructor(out: Output) {
    this.#out = out;
    out.write(hideCursor);
    process.once('exit', this.#restore); // However the process ends, the cursor comes back.
  }

  /** Puts `above` for good where the frame was, and the frame below it. All in one write, so that nothing flickers. */
  draw(above: readonly string[], frame: readonly string[]): void {
    if (!this.#isOpen) return;
    const back = this.#rows === 0 ? '\r' : `\x1b[${this.#rows}A\r`;
    const lines = above.map((line) => `${line}\n`).join('');
    // Cleared before and not after: behind a line that fills its row, that would clear its last character.
    const drawn = frame.map((line) => `${clearToLineEnd}${line}\n`).join('');
    this.#out.write(`${back}${lines === '' ? '' : clearBelow}${lines}${wrapOff}${drawn}${wrapOn}${clearBelow}`);
    this.#rows = frame.length;
  }

  /** The last frame stays. Idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.removeListener('exit', this.#restore);
    this.#out.write(wrapOn + showCursor);
  }
}
