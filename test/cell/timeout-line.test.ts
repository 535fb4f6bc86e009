// A turn that was stopped says where its author's code was then, and nothing of where the host's code is.
import { afterAll, describe, expect, it } from 'vitest';
import { createCellFactory } from '../../src/cell/cell.ts';
import { lossOf } from '../../src/cell/loss.ts';
import { shortMs, turnOf } from './cells.ts';

const factory = createCellFactory();
afterAll(() => factory.close());

function detailOf(body: string): string {
  const result = turnOf(factory, body, shortMs);
  expect(result).toMatchObject({ kind: 'lost', reason: 'cpu' });
  return result.kind === 'lost' ? result.detail : '';
}

const frame = /^at (.* \()?workflow\.js:\d+:\d+\)?$/;

describe('a turn stopped for its time', () => {
  it('names the line of the author, and those that led there', () => {
    const detail = detailOf('function spin() {\n  for (;;);\n}\n\nspin();');
    expect(detail).toMatch(/^at spin \(workflow\.js:3:\d+\)\nat start \(workflow\.js:6:1\)$/);
  });

  it('names it in a reaction, in a getter and in a callback of a built-in', () => {
    expect(detailOf('await null;\nfor (;;);')).toMatch(/^at start \(workflow\.js:3:\d+\)$/);
    expect(detailOf('throw { get message() { for (;;); } };')).toMatch(/^at get message \(workflow\.js:2:\d+\)$/);
    expect(detailOf('[1].map(() => {\n for (;;); });')).toMatch(/^at workflow\.js:3:\d+$/);
  });

  it('leaves out what is not of the author', () => {
    const detail = detailOf("JSON.parse('[1]', function each() {\n for (;;);\n});");
    expect(detail.split('\n').filter((line) => !frame.test(line))).toEqual([]);
    expect(detail).toMatch(/^at each /);
  });

  it('has at most ten frames, and a kilobyte', () => {
    expect(detailOf('(function down(n) { if (n > 0) down(n - 1); for (;;); })(50);').split('\n').length).toBe(10);
    const long = 'f'.repeat(400);
    const detail = detailOf(`(function ${long}(n) { if (n > 0) ${long}(n - 1); for (;;); })(50);`);
    expect(detail.split('\n').length).toBe(2);
    expect(detail.length).toBeLessThan(1_024);
  });

  it('says nothing where a function has the name of a book', () => {
    const detail = detailOf(
      "const f = () => { for (;;); };\nObject.defineProperty(f, 'name', { value: 'x'.repeat(1e6) });\nf();",
    );
    expect(detail).toBe('');
  });
});

describe('the stack of a stopped call', () => {
  const boundary = '    at (<isolated-vm boundary>)';
  function detail(...lines: readonly string[]): string {
    const error = new Error('Script execution timed out.');
    error.stack = [`Error: ${error.message}`, ...lines].join('\n');
    return lossOf(error, false, true).detail;
  }

  it('is read up to the host', () => {
    const lines = ['    at a (workflow.js:1:2)', boundary, '    at b (workflow.js:3:4)'];
    expect(detail(...lines)).toBe('at a (workflow.js:1:2)');
  });

  it('tells nothing of the host, even where the host has a file of that name', () => {
    expect(detail('    at run (/app/workflow.js:1:2)', boundary)).toBe('');
    expect(detail('    at file:///app/workflow.js:1:2', boundary)).toBe('');
    expect(detail('    at run (workflow.js:1:2)')).toBe('');
    expect(detail()).toBe('');
  });

  it('is not read before its time', () => {
    const error = new Error('Script execution timed out.');
    expect(lossOf(error, false, false)).toEqual({ reason: 'rejection', detail: `Error: ${error.message}` });
  });
});
