// `npm run bench [-- --help]`: what a step and an op cost, beside a ceiling, the plain way and what one would take instead, measured in the
// same run.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { comparison } from './compare.ts';
import { machine } from './machine.ts';
import { parseBench } from './options.ts';
import { benchmarksPage, readmeWith } from './page.ts';
import { aboutText, type Report, resultLines, type SuiteResult } from './report.ts';
import { runSuite } from './suite-process.ts';
import { suites } from './suites/index.ts';

try {
  await main();
} catch (error) {
  // Of the arguments; whatever else goes wrong has to be looked into.
  const { code } = error as { readonly code?: unknown };
  if (!(error instanceof RangeError || code === 'ENOENT' || String(code).startsWith('ERR_PARSE_ARGS'))) throw error;
  console.error(`${(error as Error).message}\nTry \`npm run bench -- --help\`.`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const command = parseBench(process.argv.slice(2), Object.keys(suites));
  if (command === null) return;
  const before = command.compare === null ? null : (JSON.parse(readFileSync(command.compare, 'utf8')) as Report);
  const about = machine();
  console.log(`${aboutText(about)}\n`);
  const measured: { name: string; results: readonly SuiteResult[] }[] = [];
  for (const [i, name] of command.suites.entries()) {
    const began = performance.now();
    progress(`${name} (${i + 1} of ${command.suites.length}) …`);
    const results = await runSuite(name, command.options);
    progress('');
    for (const result of results) console.log(resultLines(result).join('\n'));
    measured.push({ name, results });
    if (process.stderr.isTTY) console.error(`${name} took ${((performance.now() - began) / 1_000).toFixed(0)} s\n`);
  }
  const report: Report = { machine: about, options: command.options, suites: measured };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (command.json !== null) writeFileSync(command.json, text);
  if (before !== null) console.log(comparison(before, report).join('\n'));
  if (command.docs) writeDocs(report, text);
}

/** A line that the next one takes the place of; nothing where lines stay. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line}`);
}

function writeDocs(report: Report, text: string): void {
  const docs = new URL('../docs/', import.meta.url);
  const folder = new URL('benchmarks/', docs);
  mkdirSync(folder, { recursive: true });
  const file = new URL('report.json', folder);
  writeFileSync(file, text);
  const charts = new Set<string>();
  const chart = new URL('extra/chart.ts', import.meta.url);
  if (existsSync(new URL('extra/node_modules', import.meta.url))) {
    execFileSync(process.execPath, [fileURLToPath(chart), fileURLToPath(file), fileURLToPath(folder)], {
      stdio: 'inherit',
    });
    for (const { name } of report.suites) charts.add(name);
  } else console.error('No charts: `npm ci --prefix bench/extra` installs what draws them.');
  writeFileSync(new URL('benchmarks.md', docs), benchmarksPage(report, charts));
  const readme = new URL('../README.md', import.meta.url);
  writeFileSync(readme, readmeWith(readFileSync(readme, 'utf8'), report));
}
