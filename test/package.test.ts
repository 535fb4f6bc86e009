// The published form: packed, installed in an empty folder, and used as a stranger would.
import { execFile } from 'node:child_process';
import { copyFile, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
/** npm and what it starts use the Node that runs this test, whatever is on the PATH. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };

const workflow = `export class Workflow {
  async start(data, headers, api) {
    for (const id of data.ids) await api.scheduleNextStep({ action: 'visit', payload: { id } });
  }
  async visit({ id }, headers, api) {
    await api.runStore.push('visited', id);
    await api.runStore.increment('count');
  }
}`;

const program = `import { createRunner } from 'stepwell';
const runner = await createRunner({ workers: 1 });
const run = await runner.start({ tenant: 'acme', workflow: ${JSON.stringify(workflow)}, data: { ids: [1, 2, 3] } });
console.log(JSON.stringify(await run.result()));
await runner.close();
`;

const typedProgram = `import { createRunner, type Outcome, type RunnerOptions, StepwellError } from 'stepwell';
import { createTestRunner, type EndedRun } from 'stepwell/testing';
import type { Headers, StepsOf, WorkflowApi } from 'stepwell/workflow';

type Api = WorkflowApi<StepsOf<Workflow>>;
class Workflow {
  async start({ ids }: { readonly ids: readonly number[] }, _headers: Headers, api: Api): Promise<void> {
    for (const id of ids) await api.scheduleNextStep({ action: 'visit', payload: { id }, delay: '400 days' });
  }
  async visit({ id }: { readonly id: number }, _headers: Headers, api: Api): Promise<void> {
    await api.runStore.push('visited', id);
  }
}
const options: RunnerOptions = { workers: 1, containment: 'thread' };
const test = await createTestRunner(options);
const run = await test.start({ workflow: Workflow.toString(), data: { ids: [4] } });
const ended: EndedRun = await test.runToEnd(run);
const outcome: Outcome = ended.outcome;
await test.close();
const refused: unknown = await createRunner({ workers: 0 }).catch((error: unknown) => error);
console.log(JSON.stringify({ visited: outcome.store.visited, code: refused instanceof StepwellError ? refused.code : null }));
`;

describe('the package', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepwell-package-'));
    await run('npm', ['pack', '--pack-destination', folder], { cwd: root, env });
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    await writeFile(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }');
    await writeFile(join(folder, 'main.js'), program);
    await writeFile(join(folder, 'workflow.js'), workflow);
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], { cwd: folder, env });
  }, 180_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('runs a workflow from a program', async () => {
    const { stdout, stderr } = await run(process.execPath, ['main.js'], { cwd: folder });
    const { status, store } = JSON.parse(stdout);
    expect({ status, count: store.count, visited: store.visited.toSorted() }).toEqual({
      status: 'completed',
      count: 3,
      visited: [1, 2, 3],
    });
    expect(stderr).toBe('');
  });

  it('runs a workflow from the command line', async () => {
    const args = [join('node_modules', '.bin', 'stepwell'), 'run', 'workflow.js', '--data', '{"ids":[7]}', '--json'];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', store: { visited: [7], count: 1 } });
    expect(stderr).toBe('');
    // Kept in a file, it is the same run the second time.
    const kept = [...args, '--store', 'runs.db', '--run-id', 'kept'];
    const [first, second] = [
      await run(process.execPath, kept, { cwd: folder }),
      await run(process.execPath, kept, { cwd: folder }),
    ];
    expect(second).toEqual(first);
    expect(JSON.parse(first.stdout)).toMatchObject({ status: 'completed', store: { count: 1 } });
    expect(first.stderr).toBe('');
  });

  it('runs where packages are joined by links, as pnpm does it', async () => {
    const linked = join(folder, 'linked');
    await mkdir(linked);
    for (const name of ['package.json', 'main.js']) await copyFile(join(folder, name), join(linked, name));
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    const args = [
      'install',
      '--install-strategy=linked',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      `../${tarball}`,
    ];
    await run('npm', args, { cwd: linked, env });
    expect((await lstat(join(linked, 'node_modules', 'stepwell'))).isSymbolicLink()).toBe(true);
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: linked });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', store: { count: 3 } });
  }, 180_000);

  it('runs a workflow as a copy beside a node_modules that is a link', async () => {
    const beside = join(folder, 'beside');
    await cp(join(folder, 'node_modules', 'stepwell'), join(beside, 'stepwell'), { recursive: true });
    await symlink(join(folder, 'node_modules'), join(beside, 'node_modules'));
    await writeFile(join(beside, 'main.mjs'), program.replace("'stepwell'", "'./stepwell/dist/index.js'"));
    const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: beside });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', store: { count: 3 } });
  });

  it('runs a workflow where modules keep the names of links', async () => {
    const kept = join(folder, 'kept-links');
    await mkdir(join(kept, 'node_modules'), { recursive: true });
    await symlink(join(folder, 'node_modules', 'stepwell'), join(kept, 'node_modules', 'stepwell'));
    await writeFile(join(kept, 'main.mjs'), program);
    const args = ['--preserve-symlinks', '--preserve-symlinks-main', 'main.mjs'];
    const { stdout } = await run(process.execPath, args, { cwd: kept });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', store: { count: 3 } });
  });

  it.each([
    ['thread', 'pool/worker.js'],
    ['thread', 'admission/worker.js'],
    ['process', 'host/check-main.js'],
    ['process', 'realm/entry.js'],
  ])('with containment %s and without %s, makes no runner, and says what to do', async (containment, file) => {
    const broken = join(folder, 'broken');
    await cp(join(folder, 'node_modules', 'stepwell'), broken, { recursive: true });
    await rm(join(broken, 'dist', file));
    const text = `import { createRunner } from '../broken/dist/index.js';
      console.log(await createRunner({ containment: '${containment}' }).catch(({ code, message }) => code + ' ' + message));`;
    await mkdir(join(folder, 'broken-app'), { recursive: true });
    await writeFile(join(folder, 'broken-app', 'main.mjs'), text);
    const { stdout, stderr } = await run(process.execPath, ['main.mjs'], { cwd: join(folder, 'broken-app') });
    expect(stdout).toMatch(/^PACKAGE_INCOMPLETE .*mark `stepwell` as external/);
    expect([stdout.includes(file), stderr]).toEqual([true, '']);
    await rm(broken, { recursive: true });
  });

  it('is used from TypeScript as the README shows it, also under the strictest flags', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const programs = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, text = '']) => text);
    const given = 'declare const workflow: string; declare const data: { line_items: { id: number }[] };';
    const files = programs.map((_, index) => `readme-${index}.mts`);
    for (const [index, text] of programs.entries()) {
      const names = given.split('; ').filter((line) => !text.includes(`${/const \w+/.exec(line)?.[0]} =`));
      await writeFile(join(folder, files[index] ?? ''), `${text}\n${names.join(';\n')}`);
    }
    const modules = join(root, 'node_modules');
    const compilerOptions = {
      ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ noPropertyAccessFromIndexSignature: true, noImplicitOverride: true, noImplicitReturns: true },
      ...{ target: 'es2024', module: 'nodenext', types: ['node'], typeRoots: [join(modules, '@types')] },
    };
    await writeFile(join(folder, 'tsconfig.readme.json'), JSON.stringify({ compilerOptions, files }));
    const args = [join(modules, 'typescript/bin/tsc'), '-p', join(folder, 'tsconfig.readme.json')];
    const compiled = await run(process.execPath, args).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe('');
    expect(programs.length).toBeGreaterThan(2);
  });

  it('is used from TypeScript: it compiles, all of its types are looked at, and it runs', async () => {
    await writeFile(join(folder, 'typed.ts'), typedProgram);
    const modules = join(root, 'node_modules');
    const compilerOptions = {
      ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
      ...{ target: 'es2024', module: 'nodenext', types: ['node'], typeRoots: [join(modules, '@types')] },
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    const compiled = await run(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder]).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout, stderr }),
    );
    expect(compiled).toEqual({ stdout: '', stderr: '' });
    const { stdout } = await run(process.execPath, ['typed.ts'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ visited: [4], code: 'OPTION_INVALID' });
  }, 60_000);

  it('runs on the oldest Node that it says it supports', async () => {
    const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(engines.node).toBe('>=24');
    const elsewhere = join(folder, 'node-24');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }');
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', 'node@24'], { cwd: elsewhere, env });
    const node = join(elsewhere, 'node_modules', '.bin', 'node');
    expect((await run(node, ['--version'])).stdout).toMatch(/^v24\./);
    const { stdout, stderr } = await run(node, ['main.js'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', store: { count: 3 } });
    expect(stderr).toBe('');
    expect(JSON.parse((await run(node, ['typed.ts'], { cwd: folder })).stdout)).toMatchObject({ visited: [4] });
    const kept = [
      'node_modules/stepwell/bin/stepwell.js',
      'run',
      'workflow.js',
      '--data',
      '{"ids":[7]}',
      '--json',
      '--store',
      'runs-24.db',
    ];
    const told = await run(node, kept, { cwd: folder });
    expect(JSON.parse(told.stdout)).toMatchObject({ status: 'completed', store: { visited: [7] } });
  }, 180_000);

  it('brings types for programs, workflows and tests', async () => {
    const files = await readdir(join(folder, 'node_modules', 'stepwell', 'dist'));
    expect(files).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'workflow.d.ts', 'testing.d.ts']));
  });
});
