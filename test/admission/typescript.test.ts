import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import { reportOn } from '../../src/admission/report.ts';
import { checkInThread, reportInThread } from '../../src/admission/worker.ts';

const typed = 'class Workflow { start(data: number) {} }';

describe('TypeScript', () => {
  it('keeps the line and column of all that is not a type', async () => {
    const source = [
      'import type { Data } from "./data";',
      'interface Order { readonly id: string; "é😀": 1 }',
      'type Pair<T> = [T, T];',
      'declare const outside: number;',
      'export default abstract class Workflow<T extends Order = Order> implements Step {',
      '  private readonly count?: number = 1;',
      '  declare late: string;',
      '  start(this: Workflow, data: Record<string, any>, headers?: Data): void;',
      '  async start(data: any): Promise<void> {',
      '    const a = data as unknown as Order, b = data!.x satisfies number;',
      '    const pair = <U,>(first: U, second: U): Pair<U> => [first, second];',
      '    /* 行 */ let c: "日本" | undefined = undefined; mark();',
      '  }',
      '}',
      'export type { Order };',
    ];
    const result = await checkInThread(source.join('\n'));
    if (!result.ok) throw new Error(JSON.stringify(result.findings));
    const { code } = result.program;
    // Each character is either the author's, at its place, or space where a type was.
    const moved = source
      .join('\n')
      .split('')
      .filter((_, at) => code[at] !== source.join('\n')[at] && !/[\s;]/.test(code[at] ?? ''));
    expect(moved).toEqual([]);
    expect(code.split('\n').map((line) => line.length)).toEqual(source.map((line) => line.length));
    for (const kept of ['class Workflow', 'async start(data', 'b = data', '[first, second]', 'mark();']) {
      expect(code).toContain(kept);
    }
    for (const gone of ['interface', 'implements', 'satisfies', 'private', 'import', 'type']) {
      expect(code).not.toContain(gone);
    }
    expect(result.program.methods).toEqual(['start']);
    expect(result.program.identifiers).not.toContain('Order');
  });

  it.each([
    ['▲enum Color {\n  Red,\n}'],
    ['\n  ▲const enum Color { Red }'],
    ['▲namespace Space { export const a = 1; }'],
    ['class A { constructor(private ▲a: number) {} }'],
    ['▲import a = require("a");'],
    ['const a = ▲<number>b;'],
  ])('that cannot be erased is refused in plain words: %j', (marked) => {
    const before = marked.slice(0, marked.indexOf('▲')).split('\n');
    const result = checkSource(`${marked.replace('▲', '')}\n${typed}`);
    expect(result).toMatchObject({
      ok: false,
      findings: [{ code: 'TYPES_NOT_ERASABLE', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }],
    });
  });

  it.each([
    ['const a = ▲;', 'JavaScript'],
    ['if (a ▲{ b }', 'JavaScript'],
    ['let a = ▲"text', 'JavaScript'],
    ['let a: number = ▲;', 'TypeScript'],
    ['let a: ▲= 1;', 'TypeScript'],
    ['\tlet a: number = 1 ▲2;', 'TypeScript, behind a tab'],
    ['let a: string = "日本😀á"; f(▲;', 'TypeScript, behind wide letters'],
    ['let a: number;\n\n\nf(1 ▲2);', 'TypeScript, behind empty lines'],
    ['let a: number;\r\nf(1 ▲2);', 'TypeScript, behind a carriage return'],
    ['let a: number; let b; let ▲b;', 'TypeScript, once its types are gone'],
  ])('with a mistake names its place: %j (%s)', (marked) => {
    const before = marked.slice(0, marked.indexOf('▲')).split('\n');
    const result = checkSource(`${marked.replace('▲', '')}\nclass Workflow { start() {} }`);
    expect(result).toMatchObject({
      ok: false,
      findings: [{ code: 'SYNTAX_ERROR', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }],
    });
  });

  it('that ends too early is said to end', () => {
    for (const source of ['class Workflow {\n  start() {\n', 'class Workflow {\n  start(a: number) {\n']) {
      expect(checkSource(source)).toMatchObject({
        findings: [{ message: expect.stringContaining('The source ends here') }],
      });
    }
  });
});

describe('the checking thread', () => {
  it('answers as the check does', async () => {
    for (const source of [
      typed,
      'class Workflow { start() {} }',
      'enum A {}',
      'let a: = 1',
      'await 1',
      '"\ud800"',
      '',
    ]) {
      expect(await checkInThread(source)).toEqual(checkSource(source));
      expect(await reportInThread(source)).toEqual(reportOn(source));
    }
  });

  it('can still erase types after a source that overflows the eraser', async () => {
    for (const hostile of ['('.repeat(3_000), '('.repeat(100_000), 'a + '.repeat(100_000), '!'.repeat(100_000)]) {
      expect(await checkInThread(`let a: number; ${hostile}1`)).toMatchObject({ findings: [{ code: 'TOO_NESTED' }] });
      expect(await checkInThread(typed)).toMatchObject({ ok: true });
    }
  });

  it('warns of nothing and leaves no thread behind', async () => {
    const entry = new URL('../../src/admission/worker.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(entry)})
      .then((worker) => worker.checkInThread(${JSON.stringify(typed)}))
      .then((result) => require('node:worker_threads').parentPort.postMessage(result));`;
    const thread = new Worker(code, { eval: true, stderr: true, execArgv: [] });
    const [[result], [status], warnings] = await Promise.all([
      once(thread, 'message'),
      once(thread, 'exit'),
      text(thread.stderr),
    ]);
    expect(result).toMatchObject({ ok: true });
    expect(warnings).toBe('');
    expect(status).toBe(0);
  });
});
