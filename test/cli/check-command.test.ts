// `stepwell check`, and what `runner.check` says of the same.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StepwellError } from '../../src/index.ts';
import { createTestRunner } from '../harness.ts';
import { fileOf, notPlain, runMain } from './command-line.ts';

const sound = `class Workflow {
  async start(data, headers, api) { for (const id of data) await api.scheduleNextStep({ action: 'visit', payload: id }); }
  async visit(id, headers, api) { await api.scheduleNextStep({ action: 'visit', delay: '1 day' }); }
  async onWorkflowComplete() {}
}`;
const careless = "class Workflow { async start(data, headers, api) { api.runStore.set('k', fetch); } }";
const broken = 'class Workflow { begin() {} }';

describe('stepwell check', () => {
  it('draws the steps of a workflow that can run', async () => {
    const file = fileOf('sound.js', sound);
    expect(await runMain(['check', file])).toEqual({
      status: 0,
      out: `start\n└─ visit  for each\n   └─ visit  after 1 day  (see above)\nonWorkflowComplete  when the run ends\n\n${file}: can run\n`,
      err: '',
    });
    const chart = await runMain(['check', '--mermaid', file]);
    expect(chart.out.split('\n').slice(0, 2)).toEqual(['flowchart TD', '  s0(["start"])']);
  });

  it('says what is wrong at its place, and by its exit status', async () => {
    const file = fileOf('careless.js', careless);
    const { status, out } = await runMain(['check', file]);
    expect(status).toBe(0);
    expect(out).toContain(`warning: ${file}:1:52: Nobody waits`);
    expect(out).toContain('[GLOBAL_UNKNOWN]');
    expect(out).toContain(`${file}: can run, 2 warnings\n`);
    expect((await runMain(['check', '--strict', file])).status).toBe(1);
    const wrong = await runMain(['check', fileOf('broken.js', broken)]);
    expect(wrong.status).toBe(1);
    expect(wrong.out).toMatch(/error: .*broken\.js:1:1: .* \[START_MISSING\]/);
    expect(wrong.out).toMatch(/broken\.js: cannot run, 1 error, 1 warning\n$/);
  });

  it('prints one JSON object', async () => {
    const { out } = await runMain(['check', '--json', fileOf('careless.js', careless)]);
    expect(JSON.parse(out)).toMatchObject({ ok: true, warnings: [{ line: 1, column: 52 }, {}], graph: { edges: [] } });
  });

  it('lets nothing of a hostile source reach the terminal', async () => {
    const name = '\\x1b[2J\\u202e\\r\\n';
    const source = `class Workflow { start(d, h, api) { api.scheduleNextStep({ action: '${name}', delay: '1 sec' }); \u0000 } '${name}'() {} }`;
    for (const text of [source, source.replace('\u0000', '')]) {
      const file = fileOf('hostile.js', text);
      for (const format of [[], ['--json'], ['--mermaid']]) {
        const { out, err } = await runMain(['check', ...format, file]);
        expect(out + err).not.toMatch(notPlain);
      }
    }
  });

  it('refuses wrong use', async () => {
    const file = fileOf('sound.js', sound);
    expect((await runMain(['check'])).err).toContain('Expected the file of a workflow');
    expect((await runMain(['check', '--json', '--mermaid', file])).status).toBe(2);
    expect((await runMain(['check', `${file}.not`])).err).toContain('There is no such file');
    writeFileSync(`${file}.latin`, Buffer.from([0xff]));
    expect((await runMain(['check', `${file}.latin`])).err).toContain('UTF-8');
  });
});

describe('runner.check', () => {
  it('says the same', async () => {
    const runner = await createTestRunner({ tenants: () => ({ limits: { sourceBytes: 200 } }) });
    for (const source of [sound, careless, broken]) {
      const { out } = await runMain(['check', '--json', fileOf('same.js', source)]);
      expect(await runner.check(source)).toEqual(JSON.parse(out));
    }
    // By the limits of a tenant.
    expect(await runner.check(careless, { tenant: 'acme' })).toMatchObject({ ok: true });
    expect(await runner.check(sound, { tenant: 'acme' })).toMatchObject({
      ok: false,
      errors: [{ code: 'SOURCE_TOO_LARGE' }],
    });
    // @ts-expect-error It is no text.
    await expect(runner.check(5)).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
    await expect(runner.check(sound, { tenant: '' })).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
    await runner.close();
    await expect(runner.check(sound)).rejects.toBeInstanceOf(StepwellError);
  });

  it('answers within its time for a source that takes too long', async () => {
    const runner = await createTestRunner({ limits: { checkWallMs: 1 } });
    const source = `class Workflow { start() { ${'a(b => c(d));'.repeat(60_000)} } }`;
    await expect(runner.check(source)).rejects.toMatchObject({ code: 'WORKFLOW_CHECK_TIMED_OUT' });
  });
});
