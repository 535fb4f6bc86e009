// The page of benchmarks says what the figures beside it say, and nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { benchmarksPage } from '../../bench/page.ts';
import type { Report } from '../../bench/report.ts';

const docs = resolve(import.meta.dirname, '../../docs');

it('docs/benchmarks.md is made of docs/benchmarks/report.json', () => {
  const report: Report = JSON.parse(readFileSync(join(docs, 'benchmarks/report.json'), 'utf8'));
  const charts = report.suites
    .map(({ name }) => name)
    .filter((name) => existsSync(join(docs, 'benchmarks', `${name}.svg`)));
  expect(readFileSync(join(docs, 'benchmarks.md'), 'utf8')).toBe(benchmarksPage(report, new Set(charts)));
});
