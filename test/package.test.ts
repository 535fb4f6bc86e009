// The published form: packed, installed in an empty folder, and used as a stranger would.
import { execFile } from 'node:child_process';
import { copyFile, cp, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
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

  it('brings types for programs and for workflows', async () => {
    const files = await readdir(join(folder, 'node_modules', 'stepwell', 'dist'));
    expect(files).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'workflow.d.ts']));
  });
});
