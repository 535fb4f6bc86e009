// What the README says is so: its programs run, its commands do what is written beside them, its limits are those of the code.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../src/limits.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const units: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20 };
const folder = mkdtempSync(join(tmpdir(), 'stepwell-readme-'));

/** What programs and commands of the README are about, where they do not say it. */
const workflow = `export class Workflow {
  async start(data, headers, api) {
    for (const item of data.line_items ?? [1, 2, 3, 4, 5, 6]) await api.scheduleNextStep({ action: 'processItem', payload: item });
    await api.scheduleNextStep({ action: 'remind', delay: '3 days' });
  }
  async processItem(item, headers, api) {
    await api.runStore.increment('processedCount');
  }
  async remind() {}
  async onWorkflowComplete(api) {}
}`;
const data = { line_items: [{ id: 1 }, { id: 2 }] };

beforeAll(() => {
  for (const file of ['workflow.js', 'workflow.ts']) writeFileSync(join(folder, file), workflow);
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The blocks of a language, without their fences. */
function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
}

it('lists every limit with its default', () => {
  const listed = [...readme.matchAll(/`(\w+)` ([\d,]+)(?: (KiB|MiB))?/g)].map(
    ([, name = '', digits = '', unit = '']) => [name, Number(digits.replaceAll(',', '')) * (units[unit] ?? 1)],
  );
  expect(Object.fromEntries(listed)).toEqual(defaultLimits);
});

describe('its programs', () => {
  const programs = blocksOf('js');

  /** With what is around it elsewhere: names that it does not declare, and an end. Gives what `told` is at the end. */
  async function outputOf(program: string, told: string): Promise<unknown> {
    const given = Object.entries({ workflow, data })
      .filter(([name]) => !new RegExp(`const ${name}\\b`).test(program))
      .map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
    const ends = /const runner = /.test(program) && !program.includes('runner.close()') ? 'await runner.close();' : '';
    const text = [...given, program, `console.log(JSON.stringify(${told}));`, ends].join('\n');
    const urlOf = (path: string): string => pathToFileURL(join(root, path)).href;
    const file = join(folder, 'main.mjs');
    writeFileSync(
      file,
      text
        .replace("'stepwell'", `'${urlOf('src/index.ts')}'`)
        .replace("'stepwell/testing'", `'${urlOf('src/testing.ts')}'`),
    );
    const { stdout, stderr } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      cwd: folder,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  it('are all known here', () => {
    expect(programs).toHaveLength(3);
  });

  it('run a workflow', async () => {
    const { status, store } = (await outputOf(programs[0] ?? '', '{ status, store }')) as {
      status: string;
      store: { processedCount: number; results: { id: number }[] };
    };
    expect(status).toBe('completed');
    expect(store.processedCount).toBe(2);
    expect(store.results.toSorted((a, b) => a.id - b.id)).toEqual([
      { id: 1, status: 'done' },
      { id: 2, status: 'done' },
    ]);
  });

  it('test a workflow', async () => {
    const told = await outputOf(
      programs[1] ?? '',
      "[run.completed('remind'), outcome.status, outcome.store.processedCount]",
    );
    expect(told).toEqual([1, 'completed', 2]);
  });

  it('keep runs in a file', async () => {
    expect(await outputOf(programs[2] ?? '', '(await runner.list()).runs')).toEqual([]);
  });
});

describe('its commands', () => {
  const commands = blocksOf('sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('npx stepwell '))
    .map((line) => line.replace(/\s+#.*$/, '').replace('npx stepwell ', ''));

  it('are all known here', () => {
    expect(commands.map((command) => command.split(' ')[0])).toEqual(
      expect.arrayContaining(['run', 'check', 'runs', 'show', 'replay', 'store']),
    );
  });

  it.each(commands)('stepwell %s', async (command) => {
    // What is waited for in a text about something else is not waited for here.
    const args = [...command.split(' '), ...(command.includes('--store') ? ['--skip-delays'] : [])];
    const { stdout, stderr } = await run(process.execPath, [join(root, 'bin/stepwell.js'), ...args], { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
    if (command.startsWith('replay')) expect(stdout).toContain('identical');
  });
});
