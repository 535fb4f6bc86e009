// What an author sees of a bundle that ends with its source map: the author's own files and lines, in failures and in findings.
import { describe, expect, it } from 'vitest';
import { findingLine } from '../../src/cli/input.ts';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ retry: { maxAttempts: 1 }, limits: { stepCpuMs: 200 } });

/** Each line of the source is said to be 100 lines further down in another file. */
function mapped(source: string, changes: object = {}): string {
  const mappings = [
    'AAoGA',
    ...source
      .split('\n')
      .slice(1)
      .map(() => 'AACA'),
  ].join(';');
  const map = { version: 3, names: [], sources: ['src/order.ts'], mappings, ...changes };
  const text = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${source}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${text}\n`;
}

const failing = `export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('seen', 'at start (workflow.js:1:1)');
    switch (data.how) {
      case 'reject':
        Promise.reject(new Error('(workflow.js:6:1)', { cause: new Error('why') }));
        return new Promise((resolve) => setTimeout(resolve, 1_000));
      case 'spin':
        for (;;);
      case 'late':
        return new Promise(() => setTimeout(() => { throw new Error('late'); }, 1));
      default:
        throw new AggregateError([new Error('one')], 'at start (workflow.js:12:1)', { cause: new Error('two') });
    }
  }
}`;

describe.each(['realm', 'context'] as const)('with %s', (isolation) => {
  const errorOf = async (how: string, source = mapped(failing)) => {
    const { outcome } = await runToEnd(runner(), source, { data: { how }, isolation });
    expect(outcome.store).toEqual({ seen: 'at start (workflow.js:1:1)' });
    return outcome.error;
  };

  it('the stack of what is thrown has them, and of what belongs to it', async () => {
    expect(await errorOf('throw')).toMatchObject({
      message: 'at start (workflow.js:12:1)',
      stack: expect.stringMatching(/^at .*start \(src\/order\.ts:113:1\)$/),
      causes: [{ stack: expect.stringMatching(/^at .*start \(src\/order\.ts:113:1\)$/) }],
      errors: [{ stack: expect.stringMatching(/^at .*start \(src\/order\.ts:113:1\)$/) }],
    });
  });

  it('the stack of a rejection that nobody handles has them', async () => {
    const error = await errorOf('reject');
    expect(error?.message).toContain('(workflow.js:6:1)');
    expect(error?.stack).toMatch(/^at .*start \(src\/order\.ts:106:1\)$/);
    expect(error?.causes).toMatchObject([{ stack: error?.stack }]);
  });

  it('the stack of what a timer throws has them', async () => {
    expect((await errorOf('late'))?.stack).toMatch(/^at .*src\/order\.ts:111:1\)?$/);
  });

  it('the stack of a step that was stopped has them', async () => {
    expect((await errorOf('spin'))?.stack).toMatch(/^at start \(src\/order\.ts:109:1\)$/);
  });

  it.each([
    ['is no map', { mappings: '!' }],
    ['is of another version', { version: 4 }],
    ['names no files', { sources: null }],
    ['has numbers that are too great', { mappings: 'AAAA;'.repeat(12).replace('AAAA', 'AAggggggggggC') }],
  ])('a map that %s leaves the stack', async (_, changes) => {
    expect((await errorOf('throw', mapped(failing, changes)))?.stack).toMatch(/^at .*start \(workflow\.js:13:\d+\)$/);
  });

  it('what a map calls a file is one printable line', async () => {
    const sources = ['../../../etc/\u001b[31m\n"x"\u2028.ts'];
    const error = await errorOf('throw', mapped(failing, { sources }));
    expect(error?.stack).toMatch(/^at .*start \(\.\.\/\.\.\/\.\.\/etc\/\?\[31m\?"x"\?\.ts:113:1\)$/);
  });
});

describe('a finding', () => {
  const misspelt = 'class Workflow {\n  start(data, headers, api) {\n    return api.zebra;\n  }\n}';

  it('says where its author wrote it', async () => {
    const { warnings } = await runner().check(mapped(misspelt));
    expect(warnings).toMatchObject([{ line: 3, column: 16, original: { file: 'src/order.ts', line: 103, column: 1 } }]);
    expect(warnings.map((warning) => findingLine('bundle.js', warning))[0]).toMatch(
      /^bundle\.js:3:16 \(src\/order\.ts:103:1\): /,
    );
  });

  it('says so too where it refuses the source', async () => {
    const source = mapped('class Workflow {\n  start() { await 1; }\n}');
    await expect(runner().start({ tenant: 'a', workflow: source })).rejects.toMatchObject({
      findings: [{ line: 2, original: { file: 'src/order.ts', line: 102, column: 1 } }],
    });
  });

  it('says nothing of it where there is no map, or a wrong one', async () => {
    for (const source of [misspelt, mapped(misspelt, { sources: [] })]) {
      const { warnings } = await runner().check(source);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).not.toHaveProperty('original');
    }
  });
});
