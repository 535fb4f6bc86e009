// What tests of examples share: their files, their workflows declared both ways, and what they print as programs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startNode } from '../cli/command-line.ts';

export const folder = join(import.meta.dirname, '../../examples');

export function textOf(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** The source as it stands, and the same declared the other way. */
export function bothWays(example: string): [how: string, source: string][] {
  const source = textOf(`${example}/workflow.js`);
  const bare = source.replace(/^export class Workflow/m, 'class Workflow');
  expect(bare).toMatch(/^class Workflow/m);
  return [
    ['without export', bare],
    ['with export', bare.replace(/^class Workflow/m, 'export class Workflow')],
  ];
}

/** Runs the example as a newcomer does; what it printed. */
export async function outputOf(example: string): Promise<string> {
  const { status, out, err } = await startNode([join(folder, example, 'main.ts')]).finished;
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}
