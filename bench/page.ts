// `docs/benchmarks.md` and the table in the README, out of the figures that stand beside them: nothing in them was written by hand.
import { aboutText, type Report, rowTexts, type SuiteResult } from './report.ts';

const start = '<!-- figures -->\n';
const end = '<!-- end of figures -->\n';

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
      ...results.flatMap(tableOf),
      ...(charts.has(name) ? ['', `![${name}](benchmarks/${name}.svg)`] : []),
    ]),
    '',
  ].join('\n');
}

/** The README with what one would take instead. Throws if there is no place for it. */
export function readmeWith(readme: string, { machine, suites }: Report): string {
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError('The README has no place for the figures.');
  const results = suites.find(({ name }) => name === 'peers')?.results ?? [];
  const about = `Measured on ${aboutText(machine)}:`;
  const lines = [about, ...results.flatMap(tableOf)];
  return `${readme.slice(0, from)}${start}${lines.join('\n')}\n${readme.slice(to)}`;
}

function tableOf({ question, rows }: SuiteResult): string[] {
  const lines = rows.map((row) => {
    const { name, figure, around, beside } = rowTexts(row);
    return `| ${name} | ${figure} | ${around} | ${beside} |`;
  });
  return ['', question, '', '| | figure | spread | beside |', '| --- | ---: | ---: | --- |', ...lines];
}
