// What a host answers to a check is read as if a tenant had written it: what a correct host may say is taken, and nothing else.
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import { reportOn } from '../../src/admission/report.ts';
import type { CheckPurpose } from '../../src/admission/worker.ts';
import { decodeChecked, encodeChecked } from '../../src/host/check-frames.ts';
import { corpus } from '../corpus/payloads/index.ts';
import { workflowOf } from '../harness.ts';

const good = 'class Workflow { async start() {} }';
/** The large sources of the corpus take minutes to be read. */
const shortLength = 5_000;
const reachedBackwards = `class Workflow {
  b() {}
  a(data, headers, api) { return api.scheduleNextStep({ action: 'b' }); }
  start(data, headers, api) { return api.scheduleNextStep({ action: 'a' }); }
}`;

/** What is made of an answer, as JSON, about a source. */
function answered(result: string, purpose: CheckPurpose, source = good): unknown {
  const frame = Buffer.from(`{"id":1,"source":"${hash('sha256', source)}","result":${result}}`);
  return decodeChecked(frame, { id: 1, purpose, source });
}

describe('an answer of a host that is no answer', () => {
  const program = { code: good, methods: ['start'], identifiers: [], sharedFunctions: [] };
  const finding = { code: 'X', message: '', line: 1, column: 1 };
  it.each([
    '',
    '{',
    'null',
    '5',
    '"other"',
    '[]',
    '{"ok":true}',
    JSON.stringify({ ok: true, program: { ...program, code: 1 } }),
    JSON.stringify({ ok: true, program: { ...program, methods: [1] } }),
    JSON.stringify({ ok: true, program: { ...program, identifiers: 'start' } }),
    JSON.stringify({ ok: true, program: { ...program, identifiers: ['a) { evil(); } function f(b'] } }),
    JSON.stringify({ ok: true, program: { ...program, identifiers: ['n'.repeat(101)] } }),
    JSON.stringify({ ok: true, program: { ...program, identifiers: Array(513).fill('n') } }),
    JSON.stringify({ ok: true, program: { ...program, sharedFunctions: 1 } }),
    JSON.stringify({ ok: true, program: { ...program, sharedFunctions: ['f](); ['] } }),
    JSON.stringify({ ok: 1, program }),
    JSON.stringify({ ok: false }),
    JSON.stringify({ ok: false, findings: [{ ...finding, line: 0 }] }),
    JSON.stringify({ ok: false, findings: [{ ...finding, message: null }] }),
  ])('is refused: %s', (text) => {
    expect(answered(text === '' ? 'x' : text, 'admit')).toBeNull();
  });

  const report = { ok: true, errors: [], warnings: [finding], graph: null };
  const graph = { steps: [{ name: 'start', kind: 'start' }], edges: [] };
  const edge = { from: 'start', to: null, isRepeated: false, delay: null };
  it.each([
    { ok: true, program },
    { ...report, ok: 1 },
    { ...report, errors: null },
    { ...report, warnings: [{ ...finding, column: 0.5 }] },
    { ...report, graph: undefined },
    { ...report, graph: { ...graph, edges: null } },
    { ...report, graph: { ...graph, steps: [{ name: 1, kind: 'start' }] } },
    { ...report, graph: { ...graph, steps: [{ name: 'start', kind: 'end' }] } },
    { ...report, graph: { ...graph, edges: [{ ...edge, to: 1 }] } },
    { ...report, graph: { ...graph, edges: [{ ...edge, delay: undefined }] } },
    { ...report, graph: { ...graph, edges: [{ ...edge, isRepeated: null }] } },
  ])('is refused as a report: %j', (result) => {
    expect(answered(JSON.stringify(result), 'report')).toBeNull();
  });

  it('is told from one that is', () => {
    const expectAnswer = (answer: unknown, purpose: CheckPurpose): void => {
      const frame = Buffer.from(JSON.stringify({ id: 7, source: hash('sha256', good), result: answer }));
      expect(decodeChecked(frame, { id: 7, purpose, source: good })).toEqual(answer);
      expect(decodeChecked(frame, { id: 8, purpose, source: good })).toBeNull();
      expect(decodeChecked(frame, { id: -1, purpose, source: good })).toBeNull();
      expect(decodeChecked(frame, { id: 7, purpose, source: `${good} ` })).toBeNull(); // It is for another source.
    };
    const checked = ['late', 'died', { ok: true, program }, { ok: false, findings: [finding] }];
    for (const answer of checked) expectAnswer(answer, 'admit');
    const edges = [edge, { ...edge, to: 'next', delay: '1 s' }];
    for (const answer of ['late', report, { ...report, graph: { ...graph, edges } }]) expectAnswer(answer, 'report');
  });
});

describe('an answer of a host that was taken over', () => {
  const source = 'export class Workflow { async start(data, headers, api) { if (data.isPaid) ship(); } next() {} }';
  const program = {
    code: source.replace('export', '      '),
    methods: ['start', 'next'],
    identifiers: [],
    sharedFunctions: null,
  };
  const finding = { code: 'X', message: '', line: 1, column: 1 };
  const admitted = (more: object): unknown =>
    answered(JSON.stringify({ ok: true, program: { ...program, ...more } }), 'admit', source);
  const refused = (...findings: object[]): unknown =>
    answered(JSON.stringify({ ok: false, findings }), 'admit', source);

  it('may be the right one', () => {
    expect(admitted({})).not.toBeNull();
    expect(refused({ ...finding, column: source.length })).not.toBeNull();
  });

  it.each([
    ['code of another source', { code: good }],
    ['code with more behind it', { code: `${program.code} steal();` }],
    ['code with something in its place', { code: program.code.replace('ship()', 'drop()') }],
    ['code that is shorter', { code: program.code.slice(0, -1) }],
    ['code that names another class', { code: `${program.code}\n;export default Other` }],
    ['a method that is not there', { methods: ['start', 'steal'] }],
    ['a method twice', { methods: ['start', 'start'] }],
    ['no start', { methods: ['next'] }],
    ['methods in another order', { methods: ['next', 'start'] }],
  ])('with %s is refused', (_, more) => {
    expect(admitted(more)).toBeNull();
  });

  it.each([
    ['in a line that is not there', [{ ...finding, line: source.length + 2 }]],
    ['in a column that is not there', [{ ...finding, column: source.length + 2 }]],
    ['with a code that is none', [{ ...finding, code: 'steal()' }]],
    ['with a long message', [{ ...finding, message: 'x'.repeat(1_001) }]],
    ['without end', Array(102).fill(finding)],
  ])('with findings %s is refused', (_, findings) => {
    expect(refused(...findings)).toBeNull();
  });

  it('that is longer than a true one is not read', () => {
    const long = JSON.stringify({ ok: false, findings: [], more: 'x'.repeat(2 ** 20 + 16 * source.length) });
    expect(answered(long, 'admit', source)).toBeNull();
  });
});

describe('the true answer is taken for', () => {
  const start = 'async start(data, headers, api) {}';
  it.each([
    ['a byte order mark and a first line for a shell', `\ufeff#!/usr/bin/env node\nclass Workflow { ${start} }`],
    [
      'types in many scripts',
      `interface 日本 { é: string }\nexport class Workflow { private x?: 日本; async start<T,>(d: T): Promise<\n Ünï> {} }`,
    ],
    [
      'a type that is erased where a line begins',
      `const a = (x: number): {\n a: 1 } => ({ a: 1 });\nclass Workflow { public x: 1\n declare y: 2\n ${start} }`,
    ],
    ['a class without a name', `export default class { ${start} }`],
    [
      'a class without a name beside one',
      `class Workflow2 {}\nconst Workflow = 1; export default class extends Workflow2 { ${start} }`,
    ],
    ['a class by another name', `class e { ${start} } export { e as Workflow };`],
    ['a class in a variable', `var W = class { ${start} }; export default W;`],
    ['import() in code that never runs', `class Workflow { ${start} async no() { await import('x'); } }`],
    [
      'import() and a class by another name, where pieces of the source meet',
      `${'// \n'.repeat(1_023)}a = () => import('x');\nclass e { ${start} } export { e as Workflow };`,
    ],
    ['steps that are reached in another order than they are written', reachedBackwards],
    ['no start', 'class Workflow { begin() {} }'],
    ['names that are numbers', `class Workflow { ${start} 1e20() {} 1e300() {} 0x10() {} 1n() {} 1e999() {} .5() {} }`],
    ['names in escapes', `class Workflow { ${start} '\\ud800'() {} \\u0061bc() {} 'a\\nb'() {} }`],
    [
      'a name that comes before itself',
      `class Workflow { async start(d, h, api) { await api.scheduleNextStep({ action: 'b' }); } b() {} a() {} b() {} }`,
    ],
    ['a name that is an accessor first', `class Workflow { get b() {} a() {} ${start} b() {} }`],
    [
      'an import of types',
      `import type { A } from 'a';\nimport { type B } from 'b';\nexport class Workflow { ${start} }`,
    ],
    ['findings without end', `class Workflow { ${start} } ${'import.meta;'.repeat(500)}`],
    ['a source that ends too early', 'class Workflow {'],
    ['nothing', ''],
    ['lines that are empty', '\n\n\n'],
    ['globals by name', `class Workflow { ${start} f() { globalThis.x = Date.now(); return x + y; } }`],
  ])('%s', (_, source) => expectTrue(source));

  it.each(corpus)('every attack of: $title', ({ attacks }) => {
    for (const { source, before } of attacks) {
      const text = typeof source === 'string' ? source : workflowOf(source, before);
      if (text.length < shortLength) expectTrue(text);
    }
  });
});

/** What a correct host says of the source is taken as it is. */
function expectTrue(source: string): void {
  const checked = checkSource(source);
  const frame = encodeChecked({ id: 1, source }, checked);
  expect(decodeChecked(frame, { id: 1, purpose: 'admit', source }), source).toEqual(checked);
  const report = reportOn(source);
  const reported = encodeChecked({ id: 1, source }, report);
  expect(decodeChecked(reported, { id: 1, purpose: 'report', source }), source).toEqual(report);
}
