// Bars of a suite's figures as SVG: `node bench/extra/chart.ts REPORT FOLDER` writes one for each suite of a report.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Report, SuiteResult } from '../report.ts';

/** Beyond such a ratio of the largest to the smallest, bars are as long as the logarithm. */
const linearMost = 30;

const [reportFile = '', folder = ''] = process.argv.slice(2);
const { suites }: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
for (const { name, results } of suites) {
  const spec: TopLevelSpec = {
    background: 'white',
    vconcat: results.map(barsOf),
    resolve: { scale: { y: 'independent', x: 'independent', color: 'independent' } },
    config: { axis: { labelLimit: 400 } },
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  writeFileSync(join(folder, `${name}.svg`), `${await view.toSVG()}\n`);
}

function barsOf({ question, rows }: SuiteResult) {
  const values = rows.map(({ name, value, unit }) => ({ name: `${name} (${unit})`, value }));
  const positive = values.map(({ value }) => value).filter((value) => value > 0);
  const isWide = Math.max(...positive) / Math.min(...positive) > linearMost;
  return {
    title: { text: question, anchor: 'start' as const, fontWeight: 'normal' as const },
    width: 480,
    data: { values },
    mark: { type: 'bar' as const, tooltip: false },
    encoding: {
      y: { field: 'name', type: 'nominal' as const, sort: null, title: null },
      x: {
        field: 'value',
        type: 'quantitative' as const,
        title: null,
        scale: isWide ? { type: 'log' as const, domainMin: 10 ** Math.floor(Math.log10(Math.min(...positive))) } : {},
      },
      ...(isWide ? { x2: { datum: 10 ** Math.floor(Math.log10(Math.min(...positive))) } } : {}),
    },
  };
}
