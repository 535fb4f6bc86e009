// What docs/memory.md promises: ten tenants that take all the memory they can leave the embedder below `memoryBytes`, and an innocent one is served.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Report } from './hostile-embedder.ts';

const program = join(import.meta.dirname, 'hostile-embedder.ts');
/** For the young objects that V8 has beside them, code, and buffers of hosts. */
const beside = 160 * 2 ** 20;

it('ten hostile tenants at all their bounds stay below what is stated, and all is given back', async () => {
  const flags = ['--expose-gc', '--max-old-space-size=192'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program]);
  const report = JSON.parse(stdout) as Report;
  const { memoryBytes, before, full, residentBytes, counted, countedAfter, shares, codes, innocent } = report;
  expect(innocent).toBe('completed');
  expect(codes).toContain('RUNNER_MEMORY_EXCEEDED');
  expect(counted).toBeLessThanOrEqual(memoryBytes);
  expect(full - before).toBeLessThan(counted); // What is counted is no less than what is there.
  expect(residentBytes).toBeLessThan(2 * memoryBytes + beside);
  expect(Math.min(...shares)).toBeGreaterThan(memoryBytes / 40);
  expect(countedAfter).toBe(0);
}, 300_000);
