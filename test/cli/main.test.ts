// The command line from its arguments to its exit status, in this process.
import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/cli/help.ts';
import { fileOf, notPlain, runMain } from './command-line.ts';

const echo = fileOf('echo.js', 'class Workflow { start(data, headers) { return { data, headers }; } }');
const failing = fileOf(
  'failing.js',
  `class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('before', 1);
    this.fall();
  }
  fall() {
    throw Object.assign(new TypeError('no such item'), { retryable: false });
  }
}`,
);

/** Runs quickly, and says what came out as one object. */
async function jsonOf(...args: string[]): Promise<Record<string, unknown>> {
  const { status, out, err } = await runMain(['run', ...args, '--json', '--workers', '1']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
}

describe('stepwell', () => {
  it('prints its help and its version', async () => {
    expect(await runMain(['--help'])).toEqual({ status: 0, out: helpText, err: '' });
    expect((await runMain(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  it('says on stderr what is wrong with its arguments, and how to get help', async () => {
    const { status, out, err } = await runMain(['run', 'w.js', '--keep', 'runs.db']);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toBe("stepwell: Unknown option '--keep'.\nTry `stepwell --help`.\n");
  });
});

describe('stepwell run', () => {
  it('says in a line that no step can run here, and why', async () => {
    const { execPath } = process;
    try {
      process.execPath = '/no/such/node';
      const { status, out, err } = await runMain(['run', echo, '--workers', '1']);
      expect({ status, out }).toEqual({ status: 1, out: '' });
      expect(err).toMatch(/^stepwell: Steps cannot run: .+ \[HOST_START_FAILED\]\n$/);
    } finally {
      process.execPath = execPath;
    }
  });

  it('hands over data and headers', async () => {
    const headers = fileOf('headers.json', '\ufeff{\n  "token": "t"\n}\n');
    const { output } = await jsonOf(echo, '--data', '[1,{"a":null}]', '--headers', `@${headers}`);
    expect(output).toEqual({ data: [1, { a: null }], headers: { token: 't' } });
    expect(await jsonOf(echo)).toMatchObject({ output: { data: {}, headers: {} } });
  });

  it('runs each step in a context of its own, if it is told to', async () => {
    const source = 'Array.prototype.last = function () { return this.at(-1); };';
    const file = fileOf('patched.js', `${source} class Workflow { start() { return [1, 2].last(); } }`);
    expect(await jsonOf(file, '--isolation', 'context')).toMatchObject({ output: 2 });
    expect(await jsonOf(echo, '--isolation', 'realm')).toMatchObject({ output: { data: {} } });
    const { status, err } = await runMain(['run', file, '--isolation', 'vm']);
    expect(status).toBe(2);
    expect(err).toContain('Expected --isolation to be `realm` or `context`, got `vm`.');
  });

  it('says on stderr what is hardly meant so, and runs it', async () => {
    const file = fileOf(
      'hasty.js',
      "class Workflow { start(d, h, api) { api.runStore.set('k', 1); } '\u001b[2J'() {} '\u001b[2J'() {} }",
    );
    const { status, out, err } = await runMain(['run', file, '--json', '--workers', '1']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ status: 'completed', store: { k: 1 } });
    expect(err).toMatch(
      /^warning: .*hasty\.js:1:37: Nobody waits .* \[CALL_NOT_AWAITED\]\nwarning: .* \[METHOD_REPEATED\]\n$/,
    );
    expect(err).not.toContain('\u001b');
  });

  it('reads data from stdin', async () => {
    const { out } = await runMain(['run', echo, '--json', '--data', '@-'], { stdin: '{"from":"stdin"}' });
    expect(JSON.parse(out)).toMatchObject({ output: { data: { from: 'stdin' } } });
  });

  it('skips delays if asked to', async () => {
    const source = `class Workflow {
      start(data, headers, api) { return api.scheduleNextStep({ action: 'later', delay: '400 days' }); }
      later(data, headers, api) { return api.runStore.set('waited', true); }
    }`;
    expect(await jsonOf(fileOf('later.js', source), '--skip-delays')).toMatchObject({
      status: 'completed',
      store: { waited: true },
    });
  });

  it('takes a workflow in TypeScript', async () => {
    const source = `import type { Headers, WorkflowApi } from 'stepwell/workflow';
      export class Workflow { async start(data: unknown, headers: Headers, api: WorkflowApi): Promise<string> { return api.runId; } }`;
    expect(await jsonOf(fileOf('typed.ts', source), '--run-id', 'order-1')).toMatchObject({ output: 'order-1' });
  });

  it('gives 1 for a run that failed, and says why', async () => {
    const { status, out, err } = await runMain(['run', failing, '--workers', '1']);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toContain(
      [
        'Error',
        '  TypeError: no such item [STEP_THREW]',
        '    in start, step_1, attempt 1',
        `    at Workflow.fall (${failing}:7:25)`,
        `    at Workflow.start (${failing}:4:10)`,
      ].join('\n'),
    );
    expect(out).toContain('  before: 1\n');
  });

  it.each([
    [
      'step that failed when it had scheduled others',
      `class Workflow {
        async start(data, headers, api) {
          await api.scheduleNextStep({ action: 'next' });
          throw Object.assign(new Error('no stock'), { retryable: false });
        }
        next() {}
      }`,
      '  Error: no stock [STEP_THREW]\n    in start, step_1, attempt 1\n',
    ],
    [
      'hook that failed',
      "class Workflow { start() {} onWorkflowComplete() { throw new Error('no total'); } }",
      '  Error: no total [STEP_THREW]\n    in onWorkflowComplete, step_2, attempt 1\n',
    ],
  ])('gives 1 for a run that completed with a %s, and shows it', async (_, source, shown) => {
    const file = fileOf('half.js', source);
    const { status, out } = await runMain(['run', file, '--workers', '1']);
    expect(status).toBe(1);
    expect(out).toContain(`\nFailed\n${shown}`);
    expect(out).toMatch(/completed in \d/);
    const json = await runMain(['run', file, '--workers', '1', '--json']);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ status: 'completed', failures: [{ code: 'STEP_THREW' }] });
  });

  it('has the error in its JSON, too', async () => {
    const { status, out } = await runMain(['run', failing, '--workers', '1', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      status: 'failed',
      output: null,
      store: { before: 1 },
      error: { code: 'STEP_THREW', message: 'no such item', action: 'start' },
    });
  });

  it('prints no escapes unless there is a window for them', async () => {
    const plain = await runMain(['run', echo, '--data', '"\\u001b[31m\\u202e"']);
    expect(plain.out).not.toMatch(notPlain);
    const live = await runMain(['run', echo], { isLive: true });
    expect(live.out.startsWith('\x1b[?25l')).toBe(true);
    expect(live.out).toContain('\x1b[?25h');
    expect(live.out).toContain('completed in');
  });

  it('leaves no signal handler behind', async () => {
    const before = process.listenerCount('SIGINT');
    await runMain(['run', echo]);
    await runMain(['run', '/nowhere/w.js']);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('stepwell run refuses', () => {
  it('a workflow with findings, each with its place and its code', async () => {
    const file = fileOf(
      'findings.js',
      "class Workflow {\n  start(d, h, api) {\n    api.scheduleNextStep({ action: 'none' });\n    api.scheduleNextStep({ action: 'start' });\n  }\n}\n",
    );
    const { status, out, err } = await runMain(['run', file]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/findings\.js:3:36: .* \[[A-Z_]+\]$/);
    expect(lines[1]).toMatch(/findings\.js:4:36: .* \[[A-Z_]+\]$/);
    expect(lines[0]?.startsWith(`${file}:3:36: `)).toBe(true);
  });

  it('a workflow that is no program, without a stack', async () => {
    const { status, err } = await runMain(['run', fileOf('broken.js', 'class Workflow {\n  start( {\n}\n')]);
    expect(status).toBe(2);
    expect(err).toMatch(/^\S+broken\.js:\d+:\d+: .* \[SYNTAX_ERROR\]\n$/);
  });

  it.each([
    ['a file that is not there', ['/nowhere/w.js'], '/nowhere/w.js: There is no such file. [FILE_INVALID]\n'],
    ['a folder', ['/'], '/: Expected a file, and this is a folder. [FILE_INVALID]\n'],
    [
      'a file without an end',
      ['/dev/zero'],
      '/dev/zero: Expected at most 1048576 bytes, and there are more. [FILE_TOO_LARGE]\n',
    ],
    [
      'a file of data that is not there',
      [echo, '--data', '@/nowhere/d.json'],
      '/nowhere/d.json: There is no such file. [FILE_INVALID]\n',
    ],
    [
      'JSON that is none',
      [echo, '--data', '{"a":1,}'],
      '--data:1:8: Expected a name in double quotes. [JSON_INVALID]\n',
    ],
    [
      'headers that are none',
      [echo, '--headers', 'x'],
      '--headers:1:1: Expected a value: text in double quotes, a number, true, false, null, `{` or `[`. [JSON_INVALID]\n',
    ],
  ])('%s', async (_, args, message) => {
    expect(await runMain(['run', ...args])).toEqual({ status: 2, out: '', err: message });
  });

  it('JSON in a file, at its line and column', async () => {
    const file = fileOf('faulty.json', '{\n  "a": 1\n  "b": 2\n}\n');
    const { status, err } = await runMain(['run', echo, '--data', `@${file}`]);
    expect({ status, err }).toEqual({ status: 2, err: `${file}:3:3: Expected \`,\` or \`}\`. [JSON_INVALID]\n` });
  });

  it('a file that is not UTF-8', async () => {
    const file = fileOf('latin1.js', new Uint8Array([0x2f, 0x2f, 0xe9]));
    expect((await runMain(['run', file])).err).toBe(`${file}: Expected a text in UTF-8. [FILE_INVALID]\n`);
  });

  it('data that is larger than a run takes', async () => {
    const file = fileOf('large.json', JSON.stringify('x'.repeat(1024 * 1024)));
    const { status, err } = await runMain(['run', echo, '--data', `@${file}`]);
    expect(status).toBe(2);
    expect(err).toMatch(/^stepwell: Expected `data` to have at most .* \[RUN_OPTION_INVALID\]\n/);
  });

  it('a tenant without a name', async () => {
    const { status, err } = await runMain(['run', echo, '--tenant', '']);
    expect(status).toBe(2);
    expect(err).toContain('Expected `tenant`');
  });

  it('and writes no escapes that it was called with', async () => {
    const { status, err } = await runMain(['run', '/no\x1b[31mwhere\u202e\n/w.js']);
    expect(status).toBe(2);
    expect(err).toBe('/nowhere /w.js: There is no such file. [FILE_INVALID]\n');
  });
});
