// What a suite is asked for and what it answers, on the terminal and in JSON.

export interface SuiteOptions {
  /** Fewer repetitions: for a look, not for a figure to quote. */
  readonly quick: boolean;
}

export interface Row {
  readonly name: string;
  /** The figure, a median where it is a time or a rate. */
  readonly value: number;
  readonly unit: string;
  /** Spread of the repetitions: median absolute deviation over median. */
  readonly spread?: number;
  /** This row's figure over another's of the same run, and which. */
  readonly ratio?: { readonly of: string; readonly value: number };
}

export interface SuiteResult {
  /** The question that the suite answers. */
  readonly question: string;
  readonly rows: readonly Row[];
}

export function printResult({ question, rows }: SuiteResult): void {
  console.log(question);
  const width = Math.max(...rows.map((row) => row.name.length));
  for (const { name, value, unit, spread, ratio } of rows) {
    const figure = `${shortNumber(value)} ${unit}`.padEnd(20);
    const around = spread === undefined ? '' : `±${(spread * 100).toFixed(0)} %`;
    const beside = ratio === undefined ? '' : `${ratio.value.toFixed(2)} × ${ratio.of}`;
    console.log(`  ${name.padEnd(width)}  ${figure} ${around.padEnd(7)} ${beside}`.trimEnd());
  }
  console.log('');
}

function shortNumber(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
