// What the user of the command line got wrong. It is told in lines, without a stack, and the exit status is 2.

export class WrongUse extends Error {
  override readonly name = 'WrongUse';
  readonly lines: readonly string[];

  /** Lines that are printed as they are: whatever was quoted in them has passed `terminalText`. */
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** One complaint, with the way to the help. */
export function wrongUse(complaint: string): WrongUse {
  return new WrongUse([`stepwell: ${complaint}`, 'Try `stepwell --help`.']);
}
