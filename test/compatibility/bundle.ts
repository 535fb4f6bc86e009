// Bundles a program as `docs/compatibility.md` tells authors to: with the configuration that the page shows.
import { join } from 'node:path';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';
import type { Usage } from './packages.ts';
import config from './rolldown.config.ts';

const programs = join(import.meta.dirname, 'programs');
const { output, ...options }: RolldownOptions = config;
const outputOptions: OutputOptions = Array.isArray(output) ? {} : { ...output };

export async function bundle({ program, isMinified = false }: Usage): Promise<string> {
  // Warnings are for authors: what comes of a module of Node that is missing is told by the run.
  const build = await rolldown({ ...options, input: join(programs, `${program}.js`), logLevel: 'silent' });
  try {
    const made = await build.generate({ ...outputOptions, minify: isMinified });
    return made.output[0].code;
  } finally {
    await build.close();
  }
}
