// `docs/benchmarks.md`, out of the figures that stand beside it: nothing in it was written by hand.
import { aboutText, type Report, rowTexts, type SuiteResult } from './report.ts';

export function benchmarksPage(report: Report, charts: ReadonlySet<string>): string {
  const { machine, suites } = report;
  return [
    '# Benchmarks',
    '',
    `Written by \`npm run bench -- --docs\` from [benchmarks/report.json](benchmarks/report.json): ${aboutText(machine)}.`,
    'Compare ratios, not machines: every ratio is of figures that were measured in the same run.',
    ...suites.flatMap(({ name, results }) => [
      '',
      `## ${name}`,
      ...results.flatMap((result) => tableOf(result)),
      ...(charts.has(name) ? ['', `![${name}](benchmarks/${name}.svg)`] : []),
    ]),
    '',
  ].join('\n');
}

function tableOf({ question, rows }: SuiteResult): string[] {
  const lines = rows.map((row) => {
    const { name, figure, around, beside } = rowTexts(row);
    return `| ${name} | ${figure} | ${around} | ${beside} |`;
  });
  return ['', question, '', '| | figure | spread | beside |', '| --- | ---: | ---: | --- |', ...lines];
}
