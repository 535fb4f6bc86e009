// What the README says is so.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { defaultLimits } from '../src/limits.ts';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const units: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20 };

it('lists every limit with its default', () => {
  const listed = [...readme.matchAll(/`(\w+)` ([\d,]+)(?: (KiB|MiB))?/g)].map(
    ([, name = '', digits = '', unit = '']) => [name, Number(digits.replaceAll(',', '')) * (units[unit] ?? 1)],
  );
  expect(Object.fromEntries(listed)).toEqual(defaultLimits);
});

it('has a program that does what its comment says', async () => {
  const snippet = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const index = pathToFileURL(join(root, 'src/index.ts')).href;
  const folder = await mkdtemp(join(tmpdir(), 'stepwell-readme-'));
  const program = join(folder, 'main.mjs');
  await writeFile(
    program,
    `${snippet.replace("'stepwell'", `'${index}'`)}\nconsole.log(JSON.stringify({ status, store }));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  await rm(folder, { recursive: true });
  const { status, store } = JSON.parse(stdout);
  expect(status).toBe('completed');
  expect(store.processedCount).toBe(2);
  expect(store.results.toSorted((a: { id: number }, b: { id: number }) => a.id - b.id)).toEqual([
    { id: 1, status: 'done' },
    { id: 2, status: 'done' },
  ]);
});
