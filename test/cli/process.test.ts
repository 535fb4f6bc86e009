// The command line as a process: what only a process has, such as streams, signals and an exit status.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileOf, notPlain, startCli, startNode } from './command-line.ts';

const bin = join(import.meta.dirname, '../../bin/stepwell.js');

const hostile = fileOf(
  'hostile.js',
  `const text = '\\x1b[2J\\u009b31m\\u202e\\u2028\\r\\n✔ completed\\x1b]0;title\\x07\\x7f';
class Workflow {
  async start(data, headers, api) {
    api.log(text, data);
    console.error(text);
    await api.runStore.set(text, { [text]: text });
    throw Object.assign(new Error(text), { name: text, stack: 'at ' + text + ' (workflow.js:1:1)', retryable: false });
  }
}`,
);
const waiting = fileOf(
  'waiting.js',
  `class Workflow {
  async start(data, headers, api) { await api.scheduleNextStep({ action: 'later', delay: '1 day' }); }
  later() {}
}`,
);
const talkative = fileOf(
  'talkative.js',
  `class Workflow {
  async start(data, headers, api) {
    for (let i = 0; i < 900; i++) console.log('line ' + i + ' ' + 'x'.repeat(900));
    await api.runStore.set('done', true);
  }
}`,
);

describe('the process', () => {
  it('prints one JSON object and nothing else', async () => {
    const { status, out, err } = await startCli(['run', hostile, '--json', '--data', '@-'], '{"from":"stdin"}')
      .finished;
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out.endsWith('}\n')).toBe(true);
    expect(out).not.toMatch(notPlain);
    expect(out.trimEnd()).not.toContain('\n');
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual([
      'status',
      'output',
      'store',
      'steps',
      'logs',
      'usage',
      'error',
      'failures',
      'failuresOmitted',
    ]);
    const text = '\x1b[2J\u009b31m\u202e\u2028\r\n✔ completed\x1b]0;title\x07\x7f';
    expect(report.store).toEqual({ [text]: { [text]: text } });
    expect(report.logs).toMatchObject([{ text: `${text} {"from":"stdin"}` }, { level: 'error', text }]);
    expect(report.error).toMatchObject({ message: text });
  });

  it('prints plain lines to a pipe, and no warning of Node', async () => {
    const { status, out, err } = await startCli(['run', hostile]).finished;
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).not.toMatch(notPlain);
    expect(out.split('\n').filter((line) => line.startsWith('✔') || line.startsWith('completed'))).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with %i', async (signal, status) => {
    const cli = startCli(['run', waiting]);
    await cli.said('waits for 1 d');
    cli.signal(signal);
    const finished = await cli.finished;
    expect(finished.status).toBe(status);
    expect(finished.err).toBe('Stopping. Once more ends it at once.\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('goes on with a run that is kept in a file after %s', async (signal, status) => {
    const store = join(mkdtempSync(join(tmpdir(), 'stepwell-cli-')), 'runs.db');
    const args = ['run', waiting, '--store', store, '--run-id', 'kept'];
    const first = startCli(args);
    await first.said('waits for 1 d');
    first.signal(signal);
    const { status: ended, err } = await first.finished;
    expect(ended).toBe(status);
    if (status !== null) expect(err).toContain('The same command with --run-id kept goes on with it.\n');
    const second = await startCli([...args, '--skip-delays', '--json']).finished;
    const { steps } = JSON.parse(second.out);
    expect([second.status, steps]).toEqual([0, { armed: 2, completed: 2, failed: 0, retried: 0 }]);
    const third = await startCli([...args, '--json']).finished; // It has ended: its outcome is kept as well.
    expect(third.out).toBe(second.out);
    rmSync(dirname(store), { recursive: true });
  });

  it('says what is wrong with a store', async () => {
    const { status, err } = await startCli(['run', waiting, '--store', waiting]).finished;
    expect(status).toBe(1);
    expect(err).toMatch(
      /^stepwell: The file ".*waiting\.js" is not a store of Stepwell\. Choose another file\. \[STORE_FOREIGN\]\n$/,
    );
  });

  it('goes on quietly when nobody reads its output any more', async () => {
    const cli = startCli(['run', talkative]);
    await cli.said('line 0');
    cli.closeStdout();
    const { status, err } = await cli.finished;
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('gives 2 for wrong use, without a stack', async () => {
    const { status, out, err } = await startCli(['run', waiting, '--nonsense']).finished;
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toBe("stepwell: Unknown option '--nonsense'.\nTry `stepwell --help`.\n");
  });
});

describe('bin/stepwell.js', () => {
  /** Makes a Node take itself for an older one. */
  const asNode20 = [
    '--import',
    "data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })",
  ];

  it('runs the command line', async () => {
    const { status, out, err } = await startNode([bin, '--version']).finished;
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  it('runs it on the Node that the checkout brings, if it was started on an older one', async () => {
    const { status, out, err } = await startNode([...asNode20, bin, 'run']).finished;
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('Expected the file of a workflow');
  });

  it('says which Node it needs, if there is none', async () => {
    const { status, err } = await startNode([...asNode20, bin, '--version'], '', { STEPWELL_BUNDLED_NODE: '1' })
      .finished;
    expect({ status, err }).toEqual({ status: 2, err: 'stepwell needs Node 24 or newer; this is Node 20.1.0.\n' });
  });
});
