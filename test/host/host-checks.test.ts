// Sources are checked in a process of their own: one that ends it is refused, and nobody else's is.
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import { reportOn } from '../../src/admission/report.ts';
import type { CheckPurpose } from '../../src/admission/worker.ts';
import { decodeChecked, encodeChecked } from '../../src/host/check-frames.ts';
import { HostChecks } from '../../src/host/host-checks.ts';
import { hostFlags } from '../../src/host/host-process.ts';

const good = 'class Workflow { async start() {} }';
let checks: HostChecks;

beforeEach(() => {
  checks = new HostChecks({
    workerMemoryMb: 64,
    frameBytes: 2 ** 28,
    hostMemoryMb: 1_024,
    inherited: [],
    flags: hostFlags(),
  });
});

afterEach(() => checks.close());

/** Children of this process that check sources. */
function checkHosts(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const pids = children.trim().split(/\s+/).map(Number);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('stepwell checks');
    } catch {
      return false; // The `ps` that has just ended.
    }
  });
}

describe('the check of a source', () => {
  it('gives a program, or what is wrong', async () => {
    expect(await checks.check(good, 5_000, 'acme')).toMatchObject({ ok: true, program: { methods: ['start'] } });
    expect(await checks.check('class Workflow {', 5_000, 'acme')).toMatchObject({ ok: false });
    expect(await checks.check('class Workflow { async start(data: string) {} }', 5_000, 'acme')).toMatchObject({
      ok: true,
    });
  });

  it('that exhausts its memory is refused, and the next one is not', async () => {
    const nodes = `class Workflow { async start() { return [${'[0],'.repeat(300_000)}]; } }`;
    const [large, next] = await Promise.all([checks.check(nodes, 30_000, 'acme'), checks.check(good, 5_000, 'acme')]);
    expect(large).toBe('died');
    expect(next).toMatchObject({ ok: true });
  });

  it('in a host that takes too much of the machine is refused, and the next one is not', async () => {
    const small = new HostChecks({
      workerMemoryMb: 512,
      frameBytes: 2 ** 28,
      hostMemoryMb: 180,
      inherited: [],
      flags: hostFlags(),
    });
    const nodes = `class Workflow { async start() { return [${'[0],'.repeat(300_000)}]; } }`;
    const [large, next] = await Promise.all([small.check(nodes, 30_000, 'acme'), small.check(good, 5_000, 'acme')]);
    await small.close();
    expect(large).toBe('died');
    expect(next).toMatchObject({ ok: true });
  });

  it.runIf(process.platform === 'linux')('goes on in another host when somebody kills the first', async () => {
    const first = checks.check(good, 5_000, 'acme');
    await first;
    const [pid] = checkHosts();
    const second = checks.check(good, 5_000, 'acme');
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await second).toMatchObject({ ok: true });
    expect(await checks.check(good, 5_000, 'acme')).toMatchObject({ ok: true });
  });

  it('takes turns among tenants: who sends many waits for himself', async () => {
    const order: string[] = [];
    const tenants = [...Array(6).fill('many'), 'one'];
    await Promise.all(tenants.map((tenant) => checks.check(good, 5_000, tenant).then(() => order.push(tenant))));
    expect(order.indexOf('one')).toBe(1); // One was at work.
  });

  it('ends with the pool', async () => {
    const pending = checks.check(good, 5_000, 'acme');
    await checks.close();
    expect(await pending).toBe('died');
    expect(await checks.check(good, 5_000, 'acme')).toBe('died');
  });
});

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
  ])('%s', (_, source) => {
    const frame = encodeChecked({ id: 1, source }, checkSource(source));
    expect(decodeChecked(frame, { id: 1, purpose: 'admit', source })).toEqual(checkSource(source));
    const report = reportOn(source);
    const reported = encodeChecked({ id: 1, source }, report);
    expect(decodeChecked(reported, { id: 1, purpose: 'report', source })).toEqual(report);
  });
});
