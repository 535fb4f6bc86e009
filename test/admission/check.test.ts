import { describe, expect, it } from 'vitest';
import { type CheckedProgram, checkSource } from '../../src/admission/check.ts';
import type { Finding } from '../../src/errors.ts';

const workflow = 'class Workflow { start() {} next() {} }\n';

/** The program of a source that has to be accepted. */
function accepted(source: string): CheckedProgram {
  const result = checkSource(source);
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.findings)}`);
  return result.program;
}

function refused(source: string): readonly Finding[] {
  const result = checkSource(source);
  if (result.ok) throw new Error(`Accepted: ${source.slice(0, 200)}`);
  return result.findings;
}

/** Expects one finding at each `▲`, in this order and with these codes, and nothing else. */
function expectFindings(marked: string, ...codes: string[]): void {
  const pieces = marked.split('▲');
  const expected = codes.map((code, index) => {
    const lines = pieces
      .slice(0, index + 1)
      .join('')
      .split(/\r\n|[\n\r\u2028\u2029]/);
    return { code, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  });
  const findings = refused(pieces.join(''));
  expect(findings.map(({ code, line, column }) => ({ code, line, column }))).toEqual(expected);
  expect(pieces).toHaveLength(codes.length + 1);
}

describe('a source with class Workflow is accepted', () => {
  it.each([
    ['bare', 'class Workflow { start() {} }', 'class Workflow { start() {} }'],
    ['export class', 'export class Workflow { start() {} }', '       class Workflow { start() {} }'],
    [
      'export default class',
      'export default class Workflow { start() {} }',
      '               class Workflow { start() {} }',
    ],
    [
      'export list',
      'class Workflow { start() {} }\nexport { Workflow };',
      'class Workflow { start() {} }\n;                   ',
    ],
    [
      'export as default',
      'class Workflow { start() {} }\nexport { Workflow as default }',
      'class Workflow { start() {} }\n;                             ',
    ],
    [
      'export default name',
      'export default Workflow;\nclass Workflow { start() {} }',
      ';                       \nclass Workflow { start() {} }',
    ],
    [
      'as a bundler writes it',
      'var Workflow = class { start() {} };\nexport { Workflow };',
      'var Workflow = class { start() {} };\n;                   ',
    ],
    [
      'as a variable that is exported',
      'let a, Workflow = class Other { start() {} }',
      'let a, Workflow = class Other { start() {} }',
    ],
    [
      'inheriting',
      'class Base {}\nclass Workflow extends Base { start() {} }',
      'class Base {}\nclass Workflow extends Base { start() {} }',
    ],
  ])('%s', (_form, source, code) => {
    expect(accepted(source).code).toBe(code);
  });

  it('with other exports beside it, blanked as well', () => {
    const kept = [
      'const a = 1;',
      'let b = 2, c;',
      'var d;',
      'function e() {}',
      'async function f() {}',
      'function* g() {}',
      'class Other {}',
    ];
    const source = `${kept.map((line) => `export ${line}`).join('\n')}\nexport default function named() {}\n${workflow}`;
    const code = `${kept.map((line) => `       ${line}`).join('\n')}\n               function named() {}\n${workflow}`;
    expect(accepted(source).code).toBe(code);
  });

  it('and what goes with an export leaves its lines and its end behind', () => {
    const source = `let a = b\nexport {\n  a, // é😀\n}\n(a)\nexport /* x\n */ const c = 1;\n${workflow}`;
    const code = `let a = b\n;       \n          ${'  '}\n \n(a)\n             \n    const c = 1;\n${workflow}`;
    const got = accepted(source).code;
    expect(got.split('\n').map((line) => line.trim())).toEqual(code.split('\n').map((line) => line.trim()));
    expect(got).toHaveLength(source.length);
  });

  it('behind a byte order mark and a #! line, which do not move its columns', () => {
    expect(accepted(`#!/usr/bin/env node\n${workflow}`).code).toBe(`${' '.repeat(19)}\n${workflow}`);
    expect(accepted(`\ufeff${workflow}`).code).toBe(workflow);
    expect(accepted(`\ufeff#!x\r\n${workflow}`).code).toBe(`   \r\n${workflow}`);
    expect(refused(`\ufeffawait 1; ${workflow}`)[0]).toMatchObject({ line: 1, column: 1 });
  });
});

describe('what is said of an accepted source', () => {
  it('lists own methods, hooks included, in source order', () => {
    const { methods } = accepted(`class Workflow extends Object {
      constructor() { super(); }
      async second() {}
      start() {}
      'in quotes'() {}
      12() {}
      ['computed literal']() {}
      *generator() {}
      onWorkflowComplete() {}
      onWorkflowError() {}
      toString() {}
      static own() {}
      get read() { return 1; }
      set read(value) {}
      #hidden() {}
      [computed()]() {}
      field = () => {};
      twice() {}
      twice() {}
      replaced() {}
      get replaced() { return 1; }
      static {}
    }`);
    expect(methods).toEqual([
      'second',
      'start',
      'in quotes',
      '12',
      'computed literal',
      'onWorkflowComplete',
      'onWorkflowError',
      'toString',
      'twice',
    ]);
  });

  it('lists the per-step globals that it mentions, and no other name', () => {
    const { identifiers } = accepted(
      'class Workflow { #p; start({ a: b = c }) { \\u004dath.random().x; setTimeout; missing; d`text`; "Date"; } }',
    );
    expect(identifiers).toEqual(['Math', 'setTimeout']);
  });
});

describe('names that nothing in the source declares', () => {
  const free = (source: string): readonly string[] =>
    accepted(`${source}\n${workflow}`).identifiers.filter((name) => !['globalThis', 'Function', 'eval'].includes(name));

  it.each([
    ['globalThis.x = 1; x;', ['x']],
    ['const g = self; g.x = 1; x; y = 2;', ['self', 'x', 'y']],
    ['Function("return this")().x = 1; typeof x;', ['x']],
    ['eval("this").x = 1; x;', ['x']],
    ['globalThis.x = 1; ({ x, y: z, [w]: 1 });', ['w', 'x', 'z']],
    ['globalThis; function f(a, { b, c: [d] } = e, ...g) { return [a, b, d, g, arguments, f, c]; }', ['c', 'e']],
    ['globalThis; { let a; var b; function c() {} class D {} } [a, b, c, D];', ['D', 'a', 'c']],
    ['globalThis; const f = function g() { return g; }; g; new (class H { m() { return H; } })(); H;', ['H', 'g']],
    ['globalThis; try {} catch ({ e }) { e; } e; for (let i of []) i; i; for (var j;;) {} j;', ['e', 'i']],
    ['globalThis; class A { static { var s; s; } [k] = v; #p; m() { return this.#p; } } s;', ['k', 's', 'v']],
    ['globalThis; a: for (;;) break a; ({ q: 1 }).q; (function () { new.target; }); () => r => r;', []],
    ['globalThis; switch (1) { case 1: let s; } s; hoisted(); function hoisted() {} undefined; Object;', ['s']],
    ['x; y = 1;', []],
  ])('are listed where the source can reach the global object: %s', (source, names) => {
    expect(free(source)).toEqual(names);
  });

  it('are at most 256, of at most 100 characters', () => {
    const names = Array.from({ length: 5_000 }, (_, at) => `n${at}`);
    expect(free(`globalThis; ${'l'.repeat(101)}; ${names.join(';')};`)).toEqual(names.slice(0, 256).sort());
    const { identifiers } = accepted(`${names.map((name) => `var ${name}; a.${name};`).join('')} ${workflow}`);
    expect(identifiers).toEqual([]);
  });

  it('are found in time that grows with the source, not faster', () => {
    // Each of so many names, from below so many scopes.
    const deep = '{'.repeat(120);
    const names = Array.from({ length: 40_000 }, (_, at) => `n${at};`).join('');
    expect(free(`globalThis; ${deep}${names}${'}'.repeat(120)}`)).toHaveLength(256);
    expect(free(`globalThis; ${'a=>'.repeat(500)}{${names}}`)).toHaveLength(256);
  });
});

describe('class Workflow and its start', () => {
  it.each([
    [''],
    ['// nothing'],
    ['class Other { start() {} }'],
    ['const Workflow = Other; const Other = Workflow;'],
    ['const { Workflow } = { Workflow: class { start() {} } }'],
    ['{ class Workflow { start() {} } }'],
    ['function f() { class Workflow { start() {} } }'],
    ['const other = make();\nexport { other as Workflow }'],
    ['class Workflow { start() {} }\nconst other = make();\nexport { other as Workflow }'],
  ])('the class has to be declared at the top level: %j', (source) => {
    expectFindings(`▲${source}`, 'CLASS_MISSING');
  });

  it.each([
    ['▲class Workflow {}'],
    ['\n  export ▲class Workflow { static start() {} }'],
    ['export default ▲class Workflow { get start() { return 1; } }'],
    ['▲class Workflow { start() {} get start() { return 1; } }'],
    ['▲class Workflow { set start(value) {} }'],
    ['▲class Workflow { #start() {} }'],
    ['▲class Workflow { start = () => {} }'],
    ['▲class Workflow { [start]() {} }'],
    ['class Base { start() {} }\n▲class Workflow extends Base {}'],
  ])('start has to be a method of its own: %j', (marked) => {
    expectFindings(marked, 'START_MISSING');
  });

  it.each([
    ['class Workflow { ▲async *start() {} }', 'STEP_IS_GENERATOR'],
    ['class Workflow { ▲*start() {} }', 'STEP_IS_GENERATOR'],
    ['class Workflow { ▲async *"start"() { yield 1; } }', 'STEP_IS_GENERATOR'],
    ['class Workflow { start() {} ▲async *onWorkflowComplete() {} }', 'STEP_IS_GENERATOR'],
    ['class Workflow { start() {} ▲*onWorkflowError() {} }', 'STEP_IS_GENERATOR'],
    [
      'class Workflow { start(d, h, api) { api.scheduleNextStep({ action: ▲"next" }) } async *next() {} }',
      'STEP_IS_GENERATOR',
    ],
    [
      'class Workflow { start(d, h, api) { api.scheduleNextStep({ action: ▲"next" }) } next = async () => {} }',
      'ACTION_UNKNOWN',
    ],
    [
      'class Workflow { start(d, h, api) { api.scheduleNextStep({ action: ▲"next" }) } static async next() {} }',
      'ACTION_UNKNOWN',
    ],
    [
      'class Workflow { start(d, h, api) { api.scheduleNextStep({ action: ▲"next" }) } get next() { return 1; } }',
      'ACTION_UNKNOWN',
    ],
    [
      'class A { next() {} } class Workflow extends A { start(d, h, api) { api.scheduleNextStep({ action: ▲"next" }) } }',
      'ACTION_UNKNOWN',
    ],
  ])('what runs nothing, or nothing of its own, is no step: %s', (marked, code) => {
    expectFindings(marked, code);
  });

  it.each([
    ['class Workflow { start = async () => {} }', 'a field'],
    ['class Workflow { static async start() {} }', 'a static'],
    ['class Workflow { get start() { return 1; } }', 'an accessor'],
    ['class A { start() {} } class B extends A {} class Workflow extends B {}', 'super.start'],
    ['class Workflow { async run() {} }', '"run"'],
    ['class Workflow { async Start() {} }', '"Start"'],
    ['class Workflow { async strat() {} }', '"strat"'],
    ['class Workflow { async work() {} }', 'Add `async start'],
    ['export class Flow { start() {} }', '"Flow" has a `start`'],
    ['const Flow = class { start() {} }', '"Flow" has a `start`'],
    ['function Workflow() {} Workflow.prototype.start = function () {};', 'ES2015'],
    ['var W = (() => { class Workflow { start() {} } return { Workflow }; })();', 'format: "esm"'],
    ['"use strict"; !function () { class Workflow { start() {} } }.call(this);', 'format: "esm"'],
    ['class Workflow { start() {} } module.exports = { Workflow };', 'CommonJS'],
    ['class Workflow { start() {} } module.exports.Workflow = Workflow;', 'CommonJS'],
    ['class Workflow { start() {} } exports.Workflow = Workflow;', 'CommonJS'],
    [
      'Object.defineProperty(exports, "__esModule", { value: true }), exports.a = 1; class Workflow { start() {} }',
      'CommonJS',
    ],
    ['module.exports = class Workflow { start() {} };', 'CommonJS'],
  ])('and the finding says what there is instead: %s', (source, hint) => {
    expect(refused(source).map(({ message }) => message)).toEqual([expect.stringContaining(hint)]);
  });

  it.each([
    'if (typeof module !== "undefined") module.exports = {};',
    'var exports = {}; exports.a = 1;',
    'const module = {}; module.exports = {};',
  ])('but not where a source asks for CommonJS first, or has its own: %s', (line) => {
    expect(accepted(`${line}\n${workflow}`).methods).toEqual(['start', 'next']);
  });

  it('and a generator that only the class itself calls is none of its steps', () => {
    const { methods } = accepted('class Workflow { start() { return [...this.items()]; } *items() { yield 1; } }');
    expect(methods).toEqual(['start']);
  });

  it('and the names of its methods have a bound, for all that a step says has one', () => {
    const longest = 'm'.repeat(256);
    expect(accepted(`class Workflow { start() {} ${longest}() {} }`).methods).toEqual(['start', longest]);
    expectFindings(
      `class Workflow { start() {} ▲async ${longest}m() {} ▲'${'\\n'.repeat(257)}'() {} }`,
      'METHOD_NAME_TOO_LONG',
      'METHOD_NAME_TOO_LONG',
    );
  });

  it('and the class may be declared once', () => {
    expectFindings(`${workflow}class ▲Workflow {}`, 'SYNTAX_ERROR');
  });
});

describe('imports, exports and top-level await', () => {
  it.each([
    ['▲import fs from "node:fs";'],
    ['▲import "x";'],
    ['▲export * from "x";'],
    ['▲export * as x from "x";'],
    ['▲export { x } from "x";'],
    ['▲import {} from "x"; let a: number;'],
    ['▲import A from "x"; let b: A = A;'],
    ['▲import { A } from "x"; export { A }; let b: A;'],
    ['▲import "x"; let a: number;'],
    ['const a = ▲import.meta.url;'],
    ['▲import { type A, B } from "x"; let b: A;'],
  ])('an import is refused: %s', (line) => {
    expectFindings(`\n${line}\n${workflow}`, 'IMPORT_NOT_ALLOWED');
  });

  it('an import of types only is erased', () => {
    expect(accepted(`import type { A } from 'x';\n${workflow}`).code).toBe(`${' '.repeat(27)}\n${workflow}`);
  });

  it.each([
    'import { type A } from "x";',
    'import { type A, type B as C } from "x"; let b: C',
    'import { A } from "x"; let b: A;',
    'import A, { B } from "x"; function f(a: A<string>): B[] { return a as any; }',
    'import * as A from "x"; let b: A.B;',
    'import { A } from "x"; { let A: A = 1; A; }',
    'export { type A } from "x"; let b: number;',
  ])('and so is one that is used as types only: %s', (line) => {
    const { code } = accepted(`${line}\n${workflow}`);
    expect(code).toMatch(/^[ ;]+(?:let|function|\{|\n)/);
    expect(code).toHaveLength(line.length + 1 + workflow.length);
  });

  it('import() is a call that fails, at its place', () => {
    const { code } = accepted(`export const load = () => import("x").then(import\n("y"));\n${workflow}`);
    expect(code).toMatch(/^ {7}const load = \(\) => \$imprt\("x"\)\.then\(\$imprt\n\("y"\)\);\n/);
    expect(code).toMatch(/\n;async function \$imprt\(\) \{.*\}$/);
    expect(accepted(`const $imprt = 1, _imprt = 2; import("x");\n${workflow}`).code).toContain(' imprt_("x");');
    expectFindings(`/* $imprt _imprt imprt_ imprt$ */ ▲import("x");\n${workflow}`, 'IMPORT_NOT_ALLOWED');
  });

  it.each([
    ['▲@logged class A {}', 'DECORATOR_NOT_ALLOWED'],
    ['class A { ▲@logged() m() {} }', 'DECORATOR_NOT_ALLOWED'],
    ['class A { ▲@(x) m(a: string) {} }', 'DECORATOR_NOT_ALLOWED'],
    ['class A { m(▲@Inject() a: string) {} }', 'DECORATOR_NOT_ALLOWED'],
    ['class A { ▲accessor n = 1; }', 'ACCESSOR_NOT_ALLOWED'],
    ['class A { static ▲accessor #n: number = 1; }', 'ACCESSOR_NOT_ALLOWED'],
    ['const a = @▲;', 'SYNTAX_ERROR'],
  ])('what engines do not have yet is refused by its name: %s', (line, code) => {
    expectFindings(`${line}\n${workflow}`, code);
  });

  it.each([
    ['enum Status { Open, Done }', '`enum`', 'const Status'],
    ['const enum Status { Open }', '`enum`', 'const Status'],
    ['namespace A { export const b = 1 }', '`namespace`', 'top level'],
    ['class A { constructor(private readonly b: number) {} }', 'parameter property', 'in the constructor'],
    ['const a = <number>b;', '<Type>value', 'as Type'],
    ['import a = require("b");', 'require', 'import type'],
    ['export = 5;', '`export =`', 'export class Workflow'],
  ])('TypeScript that does more than go away is refused with what to write: %s', (line, name, instead) => {
    const [finding, ...more] = refused(`${line}\n${workflow}`);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'TYPES_NOT_ERASABLE', message: expect.stringContaining(name) });
    expect(finding?.message).toContain(instead);
  });

  it.each([
    ['▲export default 42;'],
    ['▲export default () => {};'],
    ['▲export default function () {}'],
    ['▲export default (class Workflow {});'],
    ['▲export default Workflow\n(1);'],
  ])('a default export without a name is refused: %s', (line) => {
    expectFindings(`${line}\n${workflow}`, 'EXPORT_NOT_ALLOWED');
  });

  it.each([
    ['const a = ▲await b;'],
    ['if (a) { ▲await b; }'],
    ['▲for await (const a of b);'],
    ['▲await using a = b;'],
    ['class A { [▲await b]() {} }'],
    ['let a: number = ▲await b;'],
  ])('await at the top level is refused: %s', (line) => {
    expectFindings(`\n ${line}\n${workflow}`, 'TOP_LEVEL_AWAIT');
  });

  it('await inside async functions is accepted', () => {
    const inside = 'async () => { await a; for await (const b of c); }; class A { async m() { await a; } }';
    expect(accepted(`${inside}\n${workflow}`).code).toContain(inside);
  });
});

describe('what a module and a function body read differently is refused', () => {
  it.each([
    ['a ▲<!--b'],
    ['f(`x`, a ▲<!--b)'],
    ['▲<!-- comment'],
    ['▲--> comment'],
    ['a\n  ▲--> b'],
    ['/*\n*/ ▲--> b'],
    ['let a: number = b ▲<!--c'],
  ])('HTML-like comment: %j', (line) => {
    expectFindings(`${line}\n${workflow}`, 'HTML_COMMENT');
  });

  it.each([
    ['while (n --> 0);'],
    ['"<!-- -->"'],
    ['`<!--\n-->`'],
    ['/<!--/'],
    ['// <!--\n/* --> */'],
    ['a << !--b; a < !--b'],
  ])('but not what only looks like one: %j', (line) => {
    expect(accepted(`${line}\n${workflow}`).code).toBe(`${line}\n${workflow}`);
  });

  it.each([
    ['▲arguments[0];'],
    ['() => ▲arguments;'],
    ['({ ▲arguments });'],
    ['({ [▲arguments]: 1 });'],
    ['class A { [▲arguments]() {} }'],
  ])('arguments outside a function: %s', (line) => {
    expectFindings(`${line}\n${workflow}`, 'ARGUMENTS_NOT_ALLOWED');
  });

  it('but not arguments of a function, nor a property or label of that name', () => {
    const line =
      'function f() { () => arguments; } a.arguments; ({ arguments: 1, m() { arguments; } }); arguments: for (;;) break arguments;';
    expect(accepted(`${line}\n${workflow}`).code).toContain(line);
  });

  it.each([
    ['▲return 1;'],
    ['▲new.target;'],
    ['let ▲await;'],
    ['▲with (a) {}'],
    ['a = ▲010;'],
    ['▲break;'],
    ['▲}'],
    ['/* a\u2028b */ \u2028 ▲return 1;'],
  ])('and what neither a module nor a strict function has: %j', (line) => {
    expectFindings(`${line}\n${workflow}`, 'SYNTAX_ERROR');
  });

  it('a source that is not valid Unicode', () => {
    expectFindings(`\n"😀▲\ud800"; ${workflow}`, 'TEXT_ILL_FORMED');
  });
});

describe('what is written out in scheduleNextStep', () => {
  const inStart = (body: string): string =>
    `class Workflow {\n  async start(data, headers, api) {\n    ${body}\n  }\n  next() {}\n  onWorkflowError() {}\n}`;

  it.each([
    ['api.scheduleNextStep({ action: ▲"nxt" })', 'ACTION_UNKNOWN'],
    ['api?.scheduleNextStep?.({ action: ▲"nxt" })', 'ACTION_UNKNOWN'],
    ['api["scheduleNextStep"]({ action: ▲`nxt` })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ action: ▲"toString" })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ action: ▲"constructor" })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ action: ▲7 })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ action: ▲null })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ action: "next", ["action"]: ▲"nxt" })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ ...rest, action: ▲"nxt" })', 'ACTION_UNKNOWN'],
    ['scheduleNextStep({ action: ▲"start" })', 'ACTION_IS_START'],
    ['scheduleNextStep({ action: ▲"onWorkflowComplete" })', 'ACTION_IS_HOOK'],
    ['scheduleNextStep({ action: ▲"onWorkflowError" })', 'ACTION_IS_HOOK'],
    ['scheduleNextStep(▲{})', 'ACTION_MISSING'],
    ['scheduleNextStep(▲{ delay: 1, payload: {} })', 'ACTION_MISSING'],
    ['scheduleNextStep({ action: "next", delay: ▲-1 })', 'DELAY_INVALID'],
    ['scheduleNextStep({ action: "next", delay: ▲34560001 })', 'DELAY_INVALID'],
    ['scheduleNextStep({ action: "next", delay: ▲"1 month" })', 'DELAY_INVALID'],
    ['scheduleNextStep({ action: "next", delay: ▲`soon` })', 'DELAY_INVALID'],
    ['scheduleNextStep({ action: "next", "delay": ▲null })', 'DELAY_INVALID'],
    ['scheduleNextStep({ action: someName, delay: ▲"soon" })', 'DELAY_INVALID'],
  ])('%s', (body, code) => {
    expectFindings(inStart(body), code);
  });

  it.each([
    ['scheduleNextStep({ action: "next" })'],
    ['scheduleNextStep({ "action": `next`, delay: "400 days", payload: null })'],
    ['scheduleNextStep({ action: "next", delay: +1.5 })'],
    ['scheduleNextStep({ action: "nxt", ...rest })'],
    ['scheduleNextStep({ delay: "soon", action: "nxt", [key]: 1 })'],
    ['scheduleNextStep({ ...rest })'],
    ['scheduleNextStep({ __proto__: options })'],
    ['scheduleNextStep({ action, delay })'],
    ['scheduleNextStep({ action: pick(), delay: 60 * 60 })'],
    ['scheduleNextStep({ action: "nxt", action: "next" })'],
    ['scheduleNextStep(options)'],
    ['scheduleNextStep()'],
    ['api.other({ action: "nxt" })'],
  ])('is no finding where it is right or not certain: %s', (body) => {
    expect(accepted(inStart(body)).methods).toEqual(['start', 'next', 'onWorkflowError']);
  });

  it.each([
    'class Workflow { start() { return this.scheduleNextStep({ payload: 1 }); } scheduleNextStep(more) {} }',
    'const scheduleNextStep = (more) => more;\nclass Workflow { start() { return scheduleNextStep({ delay: "later" }); } }',
    'class Workflow { start(d, h, api) { api.scheduleNextStep = () => {}; api.scheduleNextStep({}); } }',
    'class Workflow { start() { const mine = { scheduleNextStep() {} }; mine.scheduleNextStep({ action: 7 }); } }',
  ])('is none where the source has something of its own by that name: %s', (source) => {
    expect(accepted(source).methods).toContain('start');
  });

  it('is found where it is the api’s under its own name', () => {
    const start = 'const { scheduleNextStep } = api; return scheduleNextStep({ action: ▲"nxt" });';
    expectFindings(`class Workflow { start(d, h, api) { ${start} } }`, 'ACTION_UNKNOWN');
  });

  it('is found anywhere in the source, all of it, in source order', () => {
    expectFindings(
      'function f() { scheduleNextStep({ delay: ▲"x", action: ▲"start" }); }\n' +
        `const g = () => a(scheduleNextStep(▲{}));\n▲import "x";\n${workflow}▲await scheduleNextStep({ action: ▲"q" });`,
      'DELAY_INVALID',
      'ACTION_IS_START',
      'ACTION_MISSING',
      'IMPORT_NOT_ALLOWED',
      'TOP_LEVEL_AWAIT',
      'ACTION_UNKNOWN',
    );
  });

  it('tells which methods there are', () => {
    expect(refused(inStart('scheduleNextStep({ action: "nxt" })'))[0]?.message).toContain(
      '(such as "next"), got "nxt"',
    );
  });
});

describe('a line that begins with a pattern, or divides what stands before it', () => {
  it.each([
    ['const x = {};\nx?.of\n/re/g;'],
    ['async () => { await class {}\n/re/g; };'],
    ['const f = () => {}\n/re/.test(1);'],
    ['let m\n/x/.test(s) && (m = 1)'],
    ['for (;;) { if (1) break\n/x/.test(s) }'],
  ])('is accepted, and taken for anything: %j', (lines) => {
    const { code, identifiers, sharedFunctions } = accepted(`${lines}\n${workflow}`);
    expect([code, identifiers.includes('eval'), sharedFunctions]).toEqual([`${lines}\n${workflow}`, true, null]);
  });

  it.each([
    ['const n = 6\n/3/2;'],
    ['const a = 6, b = 3\nconst c = a\n/b/2'],
    ['function f() {}\nfunction g() { return /b/.test(1) }'],
  ])('is read as what it is where there is no doubt: %j', (lines) => {
    expect(accepted(`${lines}\n${workflow}`).identifiers).not.toContain('eval');
  });
});
