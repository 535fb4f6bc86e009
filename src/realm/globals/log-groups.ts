// How far the lines of a step's log stand in: by two spaces for each `console.group` that is open, up to a bound.
import { logLineLength } from '../../protocol/records.ts';
import { indexOf, slice } from '../primordials.ts';

/** Groups beyond it are counted, and stand in no further. */
const indentedMost = 50;
const spaces = ' '.repeat(2 * indentedMost);

export class LogGroups {
  #open = 0;
  #indent = '';

  enter(): void {
    this.#open++;
    this.#setIndent();
  }

  leave(): void {
    if (this.#open > 0) this.#open--;
    this.#setIndent();
  }

  /** Each line of the text, up to about the length that a line of the log may have. */
  indented(text: string): string {
    const indent = this.#indent;
    if (indent === '') return text;
    let indented = indent;
    let start = 0;
    for (
      let end = indexOf(text, '\n');
      end >= 0 && indented.length <= logLineLength;
      end = indexOf(text, '\n', start)
    ) {
      indented += `${slice(text, start, end)}\n${indent}`;
      start = end + 1;
    }
    return indented + slice(text, start);
  }

  #setIndent(): void {
    this.#indent = slice(spaces, 0, 2 * this.#open);
  }
}
