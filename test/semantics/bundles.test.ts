// What bundlers make of a workflow, as they wrote it: `bundles/` holds the output of esbuild 0.28 for a source with `export class Workflow`, or
// `export default class extends Base`, and a package that has a class Workflow too; with the options that the names tell.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner();
const folder = join(import.meta.dirname, 'bundles');
const names = readdirSync(folder).toSorted();
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('a bundle runs the class that it exports', () => {
  it.each(names.filter((name) => !name.startsWith('refused')))('%s', async (name) => {
    const { outcome } = await runToEnd(runner(), textOf(name));
    const output = { seen: 1, rate: 2, version: 1 };
    expect(outcome).toMatchObject({ status: 'completed', output, store: { n: 42 }, steps: { completed: 2 } });
  });

  it('also in a context of its own', async () => {
    for (const name of ['esbuild-named-es2021min.txt', 'esbuild-default-plain.txt']) {
      const { outcome } = await runToEnd(runner(), textOf(name), { isolation: 'context' });
      expect(outcome).toMatchObject({ status: 'completed', store: { n: 42 } });
    }
  });

  it.each([
    [
      'class Workflow { start() { return 1; } } class Workflow2 { start() { return 2; } } export { Workflow2 as Workflow };',
      2,
    ],
    ['class Workflow { start() { return 1; } } export default class { start() { return 2; } }', 2],
    ['export class Workflow { start() { return 1; } } export default class { start() { return 2; } }', 1],
    ['class Workflow { start() { return 1; } } class Other {} export { Other as default };', 1],
    ['class Workflow { start() { return 1; } } export default class Other {}', 1],
    ['export default class { start() { return 2; } }', 2],
    ['export default class extends Array { start() { return this.length; } } const more = 1;', 0],
    ['const W = class { start() { return 3; } };\nexport default W', 3],
    ['var _e = class _e { start() { return _e.n; } }; _e.n = 4; export{_e as Workflow};', 4],
    ['class e{start(){return 5}}export{e as default};', 5],
    ['var e, t = (e = class { start() { return e.n; } }, e.n = 6, e); export { t as Workflow };', 6],
    [
      'let Workflow = (() => { class Workflow { start() { return Workflow.n; } } Workflow.n = 7; return Workflow; })(); export { Workflow };',
      7,
    ],
    ['var n = (c, name) => c; var W = n(class { start() { return 8; } }, "Workflow"); export { W as "Workflow" };', 8],
    ['export const Workflow = class { start() { return 9; } };', 9],
    ['const text = `\n;export default Wrong`; class Wrong {} class Workflow { start() { return text.length; } }', 22],
  ])('%s', async (source, output) => {
    const { outcome } = await runToEnd(runner(), source);
    expect(outcome).toMatchObject({ status: 'completed', output });
  });
});

it('errors in a bundle have its lines and columns', async () => {
  const source = 'export default class{start(){null.x}}const a=1;';
  const { outcome } = await runToEnd(runner(), source);
  expect(outcome.error?.stack).toContain(`:1:${source.indexOf('.x') + 2}`);
});

describe('what is no module is refused, with what to do', () => {
  it.each(names.filter((name) => name.startsWith('refused')))('%s', async (name) => {
    const error = { code: 'WORKFLOW_INVALID', findings: [{ message: expect.stringContaining('format: "esm"') }] };
    await expect(runner().start({ tenant: 'acme', workflow: textOf(name) })).rejects.toMatchObject(error);
  });
});
