// What a suite is asked for and what it answers; how figures are written, on the terminal and in files.
import type { Machine } from './machine.ts';

export interface SuiteOptions {
  /** Fewer and smaller repetitions: for a look, not for a figure to quote. */
  readonly quick: boolean;
  readonly repetitions: number;
  readonly workers: readonly number[];
  readonly containment: 'process' | 'thread';
  readonly store: 'memory' | 'sqlite';
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

/** All that was measured in one run. */
export interface Report {
  readonly machine: Machine;
  readonly options: SuiteOptions;
  readonly suites: readonly { readonly name: string; readonly results: readonly SuiteResult[] }[];
}

export function resultLines({ question, rows }: SuiteResult): string[] {
  const width = Math.max(...rows.map((row) => row.name.length));
  const lines = rows.map((row) => {
    const { name, figure, around, beside } = rowTexts(row);
    return `  ${name.padEnd(width)}  ${figure.padEnd(20)} ${around.padEnd(7)} ${beside}`.trimEnd();
  });
  return [question, ...lines, ''];
}

export function rowTexts({
  name,
  value,
  unit,
  spread,
  ratio,
}: Row): Record<'name' | 'figure' | 'around' | 'beside', string> {
  return {
    name,
    figure: `${shortNumber(value)} ${unit}`,
    around: spread === undefined ? '' : `±${(spread * 100).toFixed(0)} %`,
    beside: ratio === undefined ? '' : `${ratio.value.toFixed(2)} × ${ratio.of}`,
  };
}

export function aboutText({ cpu, cores, node, commit, versions }: Machine): string {
  return `${cpu}, ${cores} cores · Node ${node} · isolated-vm ${versions['isolated-vm'] ?? '?'} · commit ${commit}`;
}

function shortNumber(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
