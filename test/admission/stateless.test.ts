// Which sources steps may share. Each that is none of them shows a way in which one step could leave something for the next.
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';

function isStateless(source: string): boolean {
  const result = checkSource(source);
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  return result.program.sharedFunctions !== null;
}

const ofClass = (members: string): string => `class Workflow { async start(data, headers, api) {} ${members} }`;
const ofStart = (body: string): string =>
  ofClass(`helper(x) { return x; } #own(x) { return x; } #n = 1; async work(data, headers, api) { ${body} }`);

it('names the functions that steps share', () => {
  const result = checkSource(`function f() {} const g = () => 1, n = 1; ${ofClass('')}`);
  expect(result).toMatchObject({ ok: true, program: { sharedFunctions: ['f', 'g'] } });
});

describe('is stateless', () => {
  it.each([
    ['export', `export ${ofClass('')}`],
    ['a default export', `export default ${ofClass('')}`],
    ['a variable', 'const Workflow = class { async start() {} };'],
    ['a class expression of the same name', 'export const Workflow = class Workflow { async start() {} };'],
    [
      'TypeScript',
      'interface A { b: number }\nexport class Workflow { private n: number = 1; async start(data: A): Promise<number> { return data.b; } }',
    ],
    ['a directive', `'use strict'; ${ofClass('')}`],
    ['constants', `const A = 1, B = 'b', C = null, D = -1, E = \`e\`, F = 10n, G = true; ${ofClass('')}`],
    ['a function', `function add(a, b) { return a + b; } ${ofClass('async work() { return add(1, add(2, 3)); }')}`],
    [
      'a function that calls itself',
      `export function f(n) { return n > 0 ? f(n - 1) : 0; } ${ofClass('async work() { return f(3); }')}`,
    ],
    [
      'functions in variables',
      `const add = (a, b) => a + b, sub = async function (a) { return a; }; ${ofClass('async work() { return add(1, await sub(2)); }')}`,
    ],
    [
      'fields',
      ofClass(
        'items = []; #n = 0; handler = () => this.items; async work() { this.items.push(1); this.#n++; this.more = this.#n; }',
      ),
    ],
    ['an export of its own', `${ofClass('')} export { Workflow };`],
    ['what a minifier makes', 'class e{async start(t,n,r){return o(1)}}function o(t){return t}export{e as Workflow};'],
    [
      'what a bundler makes',
      'var add = (a, b) => a + b; var Workflow = class { async start() { return add(1, 2); } }; export { Workflow };',
    ],
    ['a variable by another name', 'let e = class { async start() {} }; export { e as Workflow };'],
    ['a class that has two names', 'const e = class n { async start() {} }; export { e as Workflow };'],
    ['an export by default', 'class e { async start() {} } export default e;'],
    ['a constructor', ofClass('constructor() { this.items = new Map(); }')],
  ])('with %s', (_, source) => {
    expect(isStateless(source)).toBe(true);
  });

  it.each([
    'return this.helper(await this.#own(this.#n));',
    'return this?.helper?.(1);',
    'return data.#own(1) + this.#own?.(2) + (#n in data);',
    'const { a, ...rest } = data; const Workflows = [a, rest]; return Workflows.map((x) => this.helper(x));',
    'function inner() { inner.cache ??= {}; return inner.cache; } class Own { static n = 0; } Own.n++; return inner();',
    'const re = /x/g; re.lastIndex = 5; const o = { Workflow: 1, helper: 2, eval: 3, console: 4, random: 5 }; return o.Workflow + o.console + o.eval;',
    'return Math.floor(Math.max(1.5, 2)) + 2 * Math.PI;',
    "return new Intl.NumberFormat('en').format(1) + Intl.getCanonicalLocales('EN').length + Intl.Collator.supportedLocalesOf('en').length;",
    "return Temporal.PlainDate.from('2020-01-01').year + new Temporal.Duration(1).years;",
    'return structuredClone(new TextEncoder().encode(atob(btoa(data))));',
    'queueMicrotask(() => 1); label: for (;;) break label;',
    'for await (const x of [1]) api.log(x); try { throw new Error(); } catch { }',
    'return Object.keys(data).length + JSON.stringify(headers).length + [...new Set([1])].length;',
    'return new (class { get n() { return this.m; } constructor() { this.m = 1; } })().n;',
  ])('when a step does: %s', (body) => {
    expect(isStateless(ofStart(body))).toBe(true);
  });
});

describe('is not stateless', () => {
  it.each([
    ['a variable at the top', `let n = 0; ${ofClass('')}`],
    ['an old variable', `var n; ${ofClass('')}`],
    ['an object at the top', `const o = {}; ${ofClass('')}`],
    ['a list at the top', `const o = []; ${ofClass('')}`],
    ['a regular expression, which keeps where it was', `const re = /x/g; ${ofClass('')}`],
    ['a template that is worked out', `const t = \`\${{}}\`; ${ofClass('')}`],
    ['what is worked out', `const n = f(); function f() { return {}; } ${ofClass('')}`],
    ['a pattern', `const { n } = { n: {} }; ${ofClass('')}`],
    ['a generator at the top', `function* g() {} ${ofClass('')}`],
    ['a generator in a variable', `const g = function* () {}; ${ofClass('')}`],
    ['a function with a name of its own', `const f = function g() { g.n = 1; }; ${ofClass('')}`],
    ['another class', `class Other {} ${ofClass('')}`],
    ['a statement', `{ } ${ofClass('')}`],
    ['an expression', `1; ${ofClass('')}`],
    ['a class that extends', 'class Workflow extends Object { async start() {} }'],
    ['a static member', ofClass('static n = 0;')],
    ['a static method', ofClass('static f() {}')],
    ['a static block', ofClass('static { }')],
    ['a computed name', ofClass("['a']() {}")],
    ['a getter', ofClass('get n() { return 1; }')],
    ['a setter', ofClass('set n(x) {}')],
    ['a generator', ofClass('*items() {}')],
    ['an async generator', ofClass('async *items() {}')],
    ['a field in the place of a method', ofClass('work() {} work = Object.prototype.valueOf;')],
    ['a class by another name', 'const Workflow = class Other { async start() { Other.n = 1; } };'],
    [
      'a class by another name that a step writes to',
      'class e { async start() { e.n = 1; } } export { e as Workflow };',
    ],
    [
      'a class by another name that a step hands on',
      'class e { async start() { return [e]; } } export { e as Workflow };',
    ],
    ['a variable that is given another class', 'var e = class { async start() { e = 1; } }; export { e as Workflow };'],
    ['the other of two names', 'const e = class n { async start() { n.n = 1; } }; export { e as Workflow };'],
    ['a name that a parameter has too', 'class e { async start(e) { return e; } } export { e as Workflow };'],
    ['a class in two variables', 'var e = class { async start() {} }, n = e; export { e as Workflow };'],
    ['a function in a variable that is written to', `var f = () => 1; ${ofClass('async work() { f = () => 2; }')}`],
    ['a function in a variable that is counted up', `let f = () => 1; ${ofClass('async work() { f++; }')}`],
    ['a function in a variable that a pattern writes to', `let f = () => 1; ${ofClass('async work() { [f] = [2]; }')}`],
    [
      'a function in a variable that a loop writes to',
      `let f = () => 1; ${ofClass('async work() { for (f of [2]); }')}`,
    ],
    ['a variable', `var n = 1; ${ofClass('')}`],
    ['a variable that nothing is in', `let n = 1; ${ofClass('async work() { n++; }')}`],
    ['a function that is given away', `function f() {} ${ofClass('async work() { [1].map(f); }')}`],
    ['a function with a property', `function f() { f.n = 1; } ${ofClass('')}`],
    ['a function made anew', `function F() {} ${ofClass('async work() { new F().constructor.n = 1; }')}`],
    ['a function that is replaced', `function f() {} ${ofClass('async work() { f = 1; }')}`],
    ['a function in a template', `function f() {} ${ofClass('async work() { f``; }')}`],
    ['a function in an object', `function f() {} ${ofClass('async work() { return { f }; }')}`],
    ['a function as a default', `function f() {} ${ofClass('async work(g = f) {}')}`],
    ['a function in an export', `function f() {} ${ofClass('')} export { f };`],
  ])('with %s', (_, source) => {
    expect(isStateless(source)).toBe(false);
  });

  it.each([
    'Workflow.n = 1;',
    'new Workflow();',
    'return { Workflow };',
    'this.constructor.n = 1;',
    'this.__proto__.n = 1;',
    "this.__proto__['\\ud800'].n = 1;",
    "this['constructor'].n = 1;",
    'data.#own.n = 1;',
    'const f = data.#own;',
    'return data?.#own;',
    'data.#own`x`;',
    'new data.#own();',
    '(0, data.#own)();',
    'this[data].n = 1;',
    'this.helper.n = 1;',
    'this.#own.n = 1;',
    'const f = this.helper; f.n = 1;',
    'const { helper } = this; helper.n = 1;',
    'Object.getPrototypeOf(this).n = 1;',
    'const self = this; self.constructor.n = 1;',
    'return { ...this };',
    'for (const key in this) api.log(key);',
    'this.helper.call(this);',
    'this.helper`x`;',
    'this.work = 1;',
    'delete this.helper;',
    '({ helper: this.helper } = data);',
    'this.valueOf().constructor.n = 1;',
    'this.toString();',
    'this.f = [].concat; this.f()[0].constructor.n = 1;',
    'this.f = Object.prototype.valueOf; this.f().constructor.n = 1;',
    'this.f?.();',
    'this.f`x`;',
    '(this?.f)();',
    'this.f = [].concat; (this?.f)()[0].constructor.n = 1;',
    'return #own in this;',
    'return this;',
    'return () => this;',
    'return [this];',
    "return '' + this;",
    'new.target;',
    'super.n = 1;',
    'return super.valueOf();',
    'eval(data);',
    'Math.n = 1;',
    'return Math.random();',
    "return new Intl.DateTimeFormat('en').format();",
    'return Intl;',
    'Intl.NumberFormat.prototype.x = 1;',
    "return Intl.NumberFormat.constructor('return this')();",
    'return Intl.NumberFormat.prototype.format;',
    "return Intl['Number' + 'Format'];",
    'Intl.x = 1;',
    'return Temporal.Now.instant();',
    'const { Instant } = Temporal;',
    'return Temporal.Instant.prototype.toString.call(data);',
    'Math.floor = () => 1;',
    'Math.floor++;',
    '[Math.floor] = [1];',
    'delete Math.floor;',
    "return Math['random']();",
    'const { random } = Math;',
    'return Math.valueOf();',
    'Math.constructor.n = 1;',
    "return Math.hasOwnProperty('n');",
    'return Math;',
    'return Date.now();',
    'return new Date(0);',
    "console.log('x');",
    'setTimeout(() => {}, 1);',
    'return crypto.randomUUID();',
    'return performance.now();',
    'globalThis.n = 1;',
    'atob = 1;',
    'return { atob };',
    'structuredClone ??= 1;',
    'TextEncoder = class {};',
    'const items = function* () { yield Workflow; };',
  ])('when a step does: %s', (body) => {
    expect(isStateless(ofStart(body))).toBe(false);
  });
});
