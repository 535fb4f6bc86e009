// What a workflow may expect does not depend on the store: the tests of that are run again, with runs that are kept in a file.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { sqliteStore } from '../../src/index.ts';
import { keepRunsIn } from '../harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'stepwell-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
keepRunsIn(() => sqliteStore({ file: join(folder, `${files++}.db`) }));

const semantics = join(import.meta.dirname, '../semantics');
for (const name of readdirSync(semantics).filter((file) => file.endsWith('.test.ts'))) {
  describe(name, async () => {
    await import(join(semantics, name));
  });
}
