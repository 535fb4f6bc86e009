// What the page of the benchmarks says is what was measured: each of its figures comes from the file beside it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { benchmarksPage, readmeWith } from '../../bench/page.ts';
import type { Report } from '../../bench/report.ts';

const docs = join(import.meta.dirname, '../../docs');
const report: Report = JSON.parse(readFileSync(join(docs, 'benchmarks/report.json'), 'utf8'));

it('is made from its figures', () => {
  const charts = report.suites
    .map(({ name }) => name)
    .filter((name) => existsSync(join(docs, `benchmarks/${name}.svg`)));
  expect(readFileSync(join(docs, 'benchmarks.md'), 'utf8')).toBe(benchmarksPage(report, new Set(charts)));
  expect(charts.length).toBe(report.suites.length);
});

it('is what the README has of it', () => {
  const readme = readFileSync(join(docs, '../README.md'), 'utf8');
  expect(readmeWith(readme, report)).toBe(readme);
});
