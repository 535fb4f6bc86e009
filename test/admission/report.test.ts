// What is said of a source beyond whether it can run: what is hardly meant so, at its place, and how its steps hang together.
import { describe, expect, it } from 'vitest';
import { reportOn } from '../../src/admission/report.ts';
import { mermaidOf } from '../../src/mermaid.ts';
import type { StepEdge } from '../../src/workflow-report.ts';

/** A workflow with this as the body of `start`, and this beside it. */
const around = (body: string, more = 'next() {}'): string =>
  `class Workflow { async start(data, headers, api) { ${body} } ${more} }`;

/** Expects one warning at each `▲`, in this order and with these codes, and nothing else. */
function expectWarnings(marked: string, ...codes: string[]): void {
  const pieces = marked.split('▲');
  const columns = codes.map((_, index) => pieces.slice(0, index + 1).join('').length + 1);
  const { ok, errors, warnings } = reportOn(pieces.join(''));
  expect({ ok, errors }).toEqual({ ok: true, errors: [] });
  expect(warnings.map(({ code, column }) => [code, column])).toEqual(codes.map((code, at) => [code, columns[at]]));
  expect(pieces).toHaveLength(codes.length + 1);
}

describe('calls of the api', () => {
  it.each([
    ["▲api.runStore.set('k', 1);", 'CALL_NOT_AWAITED'],
    ["▲api.runStore['increment']('k');", 'CALL_NOT_AWAITED'],
    ["const { runStore } = api; ▲runStore.push('k', 1);", 'CALL_NOT_AWAITED'],
    ["▲api.scheduleNextStep({ action: 'next' });", 'CALL_NOT_AWAITED'],
    ["if (data) { ▲api.scheduleNextStep({ action: 'next' }) }", 'CALL_NOT_AWAITED'],
    ["▲data.forEach(async (item) => { await api.runStore.push('k', item); });", 'CALL_NOT_AWAITED'],
    ["return ▲api.runStore.get('k') + 1;", 'PROMISE_USED_AS_VALUE'],
    ["if (▲api.runStore.get('k')) return 1;", 'PROMISE_USED_AS_VALUE'],
    ["return ▲api.runStore.get('k') ?? 0;", 'PROMISE_USED_AS_VALUE'],
    ["return ▲api.runStore.get('k').length;", 'PROMISE_USED_AS_VALUE'],
    ['return `$' + "{▲api.runStore.get('k')}`;", 'PROMISE_USED_AS_VALUE'],
    ["for (const item of ▲api.runStore.get('k')) api.log(item);", 'PROMISE_USED_AS_VALUE'],
    ["return !▲api.runStore.delete('k');", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); await api.runStore.set('m', ▲n + 1);", 'PROMISE_USED_AS_VALUE'],
    ["let n; n = api.runStore.get('n'); if (▲n > 1) return n;", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); const m = n; return ▲m - 1;", 'PROMISE_USED_AS_VALUE'],
    ["const n = data ? api.runStore.get('n') : api.runStore.get('m'); return ▲n.length;", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); await api.runStore.set('m', ▲n);", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); await api.runStore.push('m', { a: [▲n] });", 'PROMISE_USED_AS_VALUE'],
    [
      "const n = api.runStore.get('n'); await api.scheduleNextStep({ action: 'next', payload: { ▲n } });",
      'PROMISE_USED_AS_VALUE',
    ],
    ["await api.scheduleNextStep({ action: 'next', payload: ▲api.runStore.get('n') });", 'PROMISE_USED_AS_VALUE'],
    ["await api.runStore.set('m', ▲api.runStore.get('n'));", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); return JSON.stringify(▲n);", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); api.log('n is', ▲n);", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); console.log(▲n);", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); return `n: $" + '{▲n}`;', 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); return { ▲n };", 'PROMISE_USED_AS_VALUE'],
    ["return { n: ▲api.runStore.get('n') };", 'PROMISE_USED_AS_VALUE'],
    ["const { a } = ▲api.runStore.get('n'); return a;", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); const [a] = ▲n; return a;", 'PROMISE_USED_AS_VALUE'],
    ["let a; ({ a } = ▲api.runStore.get('n')); return a;", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.get('n'); for (const x of ▲n) api.log(x);", 'PROMISE_USED_AS_VALUE'],
    ["const n = api.runStore.increment('n'); let m = 1; m += ▲n; return m;", 'PROMISE_USED_AS_VALUE'],
    [
      "const [a, b] = ▲Promise.all([api.runStore.get('a'), api.runStore.get('b')]); return a + b;",
      'PROMISE_USED_AS_VALUE',
    ],
    ["const store = api.runStore; return ▲store.get('k') + 1;", 'PROMISE_USED_AS_VALUE'],
    ["const { runStore: { get } } = api; return ▲get('k') + 1;", 'PROMISE_USED_AS_VALUE'],
    ["const ▲done = api.runStore.set('k', 1);", 'CALL_NOT_AWAITED'],
  ])('that nobody waits for are told: %s', (body, code) => {
    expectWarnings(around(`${body} await api.scheduleNextStep({ action: 'next' });`), code);
  });

  it.each([
    "await api.runStore.set('k', 1);",
    "void api.runStore.set('k', 1);",
    "const set = api.runStore.set('k', 1); await set;",
    "api.runStore.get('k').then((value) => api.log(value));",
    "const n = api.runStore.get('n'); return (await n) + 1;",
    "const n = api.runStore.get('n'); const m = api.runStore.get('m'); const [a, b] = await Promise.all([n, m]); return a + b;",
    "let n = api.runStore.get('n'); n = await n; return n + 1;",
    "let n = 0; if (data) n = await api.runStore.get('n'); return n + 1;",
    "const n = api.runStore.get('n'); { const n = 1; return n + 1; } await n;",
    "const n = api.runStore.get('n'); return n;",
    "const n = api.runStore.get('n'); return n.then((value) => value + 1);",
    "const n = api.runStore.get('n'); return data ? n : null;",
    "const all = []; all.push(api.runStore.get('n')); await Promise.all(all);",
    "const pending = { n: api.runStore.get('n') }; return await pending.n;",
    "const both = () => { const n = api.runStore.get('n'); return { n }; }; const { n } = both(); return await n;",
    "const n = api.runStore.get('n'); return wait(n); async function wait(p) { return (await p) + 1; }",
    "const n = api.runStore.get('n'); if (n instanceof Promise) return await n;",
    "for (const n of [api.runStore.get('n')]) { const m = await n; return m + 1; }",
    'const tasks = data.map((k) => api.runStore.get(k)); return (await Promise.all(tasks)).length;',
    "const JSON = { stringify: async (p) => await p }; return JSON.stringify(api.runStore.get('k'));",
    "await Promise.all([api.runStore.get('k'), api.runStore.get('l')]);",
    "await Promise.all(data.map((item) => api.runStore.push('k', item)));",
    "return api.runStore.get('k');",
    "return data || api.runStore.get('k');",
    'data.forEach((item) => api.log(item));',
    "api.log('k'); console.log('k');",
    "const map = new Map(); map.set('k', 1); map.get('k').length;",
    "const runStore = new Map(); runStore.set('k', 1); return runStore.get('k').length;",
    "this.runStore = new Map(); this.runStore.set('k', 1);",
    "const mine = { runStore: new Map() }; mine.runStore.set('k', 1);",
    'const scheduleNextStep = () => {}; scheduleNextStep();',
  ])('that are seen to are not: %s', (body) => {
    expectWarnings(around(`await api.scheduleNextStep({ action: 'next' }); ${body}`));
  });
});

it('what a workflow has of its own by a name of the api’s is not the api', () => {
  expectWarnings(
    around(
      'this.scheduleNextStep({ payload: data });',
      "runStore = new Map(); async scheduleNextStep(more) { await this.api.scheduleNextStep({ action: 'next', ...more }); this.runStore.set(1, 1); } next() {}",
    ),
  );
  const taken = 'const { runStore } = api; this.runStore = api.runStore; ';
  expectWarnings(around(`${taken} ▲this.runStore.set('k', 1);`, ''), 'CALL_NOT_AWAITED');
});

describe('names that there are not', () => {
  it('are told once, where they first stand', () => {
    expectWarnings(around("▲fetch('x'); await fetch('y'); new ▲Buffer(1); ▲process.env;", ''), ...unknown(3));
    expectWarnings(around('return { a: ▲missing, [▲other]: 1, ▲short };', ''), ...unknown(3));
    expectWarnings(around('return (a = ▲missing) => a;', ''), ...unknown(1));
    expectWarnings(around('', 'static { ▲WebAssembly.compile; }'), ...unknown(1));
    expectWarnings(around('try { data(); } catch { ▲fetch(); } finally { ▲process.exit(); }', ''), ...unknown(2));
    expectWarnings(around('try { ▲fetch(); } finally { data(); }', ''), ...unknown(1));
  });

  it.each([
    'const { a, b: [c, ...d], e = 1, ...f } = data; return [a, c, d, e, f];',
    'for (const k in data) for (let [x] of data) api.log(k, x);',
    'try { null.x; } catch ({ message }) { return message; }',
    'class A extends Array {} function f(g, { h } = {}, ...i) { return [A, g, h, i, f, arguments]; } return f;',
    'outer: for (;;) { break outer; }',
    'return { key: 1, method() {}, get accessor() { return 1; } }.key;',
    "return typeof window === 'undefined' ? null : window.name;",
    'return [globalThis, console, Math, Date, crypto, performance, setTimeout, structuredClone, TextEncoder, atob];',
    'return [undefined, NaN, Infinity, eval, isNaN, Object, Map, Intl, Temporal, Reflect, Proxy, JSON, Float16Array];',
    'return new.target;',
    "return 'Buffer' in globalThis ? Buffer : null;",
    'try { return [1].map(() => Buffer.from(data)); } catch { return null; }',
    'globalThis.URL = class {}; return new URL();',
    'return globalThis.process === undefined ? 1 : process.env;',
    'later = 1; var later; return hoisted(); function hoisted() {}',
  ])('and names that there are: %s', (body) => {
    expectWarnings(around(body, ''));
  });
});

describe('members that there are not', () => {
  it.each([
    ["await api.runStore.▲increase('n');", '`increment`'],
    ["await api.runStore.▲incr('n');", '`increment`'],
    ["await api.runStore.▲gett('n');", '`get`'],
    ["await api.▲sheduleNextStep({ action: 'next' });", '`scheduleNextStep`'],
    ["await api.▲scheduleNextstep({ action: 'next' });", '`scheduleNextStep`'],
    ["const { runStore } = api; await runStore.▲remove('n');", '`delete`'],
    ["const store = api.runStore; await store.▲append('n', 1);", '`push`'],
    ['const { ▲runStor } = api; return runStor;', '`runStore`'],
    ['const { runStore: { ▲incr } } = api; return incr;', '`increment`'],
    ["await api['runStore'][▲'put']('n', 1);", '`set`'],
    ['return api.▲runid;', '`runId`'],
    ["console.▲lgo('n');", '`log`'],
    ['/a(b)/.exec(data); return RegExp.▲$1;', '`exec`'],
    ['[1].map(() => api.▲zebra);', '`runStore`'],
  ])('are told, with what was meant: %s', (body, meant) => {
    const marked = around(body, '');
    const source = marked.replace('▲', '');
    const [warning, ...more] = reportOn(source).warnings.filter(({ code }) => code !== 'CALL_NOT_AWAITED');
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ code: 'MEMBER_UNKNOWN', column: marked.indexOf('▲') + 1 });
    expect(warning?.message).toContain(meant);
  });

  it.each([
    'return [api.runId, api.stepId, api.attempt, api.idempotencyKey, api.toString(), api.runStore.hasOwnProperty];',
    'api.metrics?.("a"); if (api.debug) return 1; return api.tracing ?? typeof api.tracing;',
    'console.time("a"); console.group(); console.table([]);',
    'return api.log === undefined ? api.logs !== undefined : 1;',
    'const console = { put() {} }; console.put(1);',
    '[{ zebra: 1 }].map((api) => api.zebra);',
    'return RegExp.escape ? RegExp.prototype : null;',
  ])('and members that there are, or that are asked for, are not: %s', (body) => {
    expectWarnings(around(body, ''));
  });
});

describe('what is written out for scheduleNextStep and the store', () => {
  it.each([
    ["await api.scheduleNextStep({ action: 'next', delayMs: ▲50 });", 'OPTION_UNKNOWN', '`delay`'],
    ["await api.scheduleNextStep({ action: 'next', 'data': ▲{ n: 1 } });", 'OPTION_UNKNOWN', '`payload`'],
    ["await api.scheduleNextStep({ action: 'next', zebra: ▲1 });", 'OPTION_UNKNOWN', '`action`'],
    ["await api.scheduleNextStep({ action: 'next', payload: ▲new Map() });", 'VALUE_NOT_JSON', 'Map'],
    [
      "await api.scheduleNextStep({ action: 'next', payload: { due: ▲new Date(0) } });",
      'VALUE_NOT_JSON',
      'toISOString',
    ],
    ["await api.scheduleNextStep({ action: 'next', payload: ▲undefined });", 'VALUE_NOT_JSON', 'undefined'],
    ["await api.scheduleNextStep({ action: 'next', payload: [▲() => 1] });", 'VALUE_NOT_JSON', 'function'],
    [
      "await api.runStore.set('k', { a: [▲new Set([1])] }); await api.scheduleNextStep({ action: 'next' });",
      'VALUE_NOT_JSON',
      'Set',
    ],
    ["await api.runStore.push('k', ▲10n); await api.scheduleNextStep({ action: 'next' });", 'VALUE_NOT_JSON', 'BigInt'],
    [
      "await api.runStore.set('k', { m▲() {} }); await api.scheduleNextStep({ action: 'next' });",
      'VALUE_NOT_JSON',
      'function',
    ],
    ["await api.runStore.set('k', ▲NaN); await api.scheduleNextStep({ action: 'next' });", 'VALUE_NOT_JSON', 'NaN'],
  ])('is told where it cannot be meant: %s', (body, code, text) => {
    expectWarnings(around(body), code);
    expect(reportOn(around(body.replace('▲', ''))).warnings[0]?.message).toContain(text);
  });

  it.each([
    "await api.scheduleNextStep({ action: 'next', delay: 5, payload: { a: undefined, b: null, c: [1, 'x', true], d: data } });",
    "await api.scheduleNextStep({ action: 'next', ...data, payload: new Date().toISOString() });",
    "class Map {} await api.runStore.set('k', new Map()); await api.scheduleNextStep({ action: 'next' });",
    "const store = new Map(); store.set('k', new Date()); await api.scheduleNextStep({ action: 'next' });",
  ])('and not where it can: %s', (body) => expectWarnings(around(body)));
});

describe('names that there are not, in a bundle', () => {
  /** The package, as bundlers mark it, and a step that does this with it. */
  const bundled = (code: string, step: string): string =>
    `//#region node_modules/a/index.js\n${code}\n//#endregion\n${around(step, '')}`;
  const missing = (source: string): (string | undefined)[] =>
    reportOn(source).warnings.map(({ code, message }) => (code === 'GLOBAL_UNKNOWN' ? message.split('"')[1] : code));

  it.each([
    ['const base = new URL("a:b");', ''],
    ['function load() { return new URL("a:b"); }', 'return load();'],
    ['const load = () => new URL("a:b");', 'if (data) return [1].map(() => load());'],
    ['function load(x) { if (!x) return null; return new URL(x); }', 'return load(data);'],
    ['class A { constructor() { this.url = new URL("a:b"); } }', 'return new A();'],
    ['class A { url = new URL("a:b"); } class B extends A {}', 'return new B();'],
    [
      'class A { constructor() { new URL("a:b"); } } class B extends A { constructor() { super(); } }',
      'return new B();',
    ],
    ['class A { get(x) { return this.#load(x); } #load(x) { return new URL(x); } }', 'return new A().get(data);'],
    ['class A { request(x) { return this.load(x); } load(x) { return new URL(x); } }', 'return new A().request(data);'],
    ['const client = { request: (x) => new URL(x) };', 'return client.request(data);'],
    [
      'var wrap = (f, m) => () => (m || f((m = { exports: {} }).exports, m), m.exports); var require_a = wrap((exports) => { exports.a = URL; });',
      'return require_a();',
    ],
    ['var e = class { static base = new URL("a:b"); };', ''],
    ['(() => { new URL("a:b"); })();', ''],
    ['(function () { new URL("a:b"); }).call(this);', ''],
    ['const later = new Promise((resolve) => resolve(new URL("a:b")));', ''],
    ['let a; try { a = 1; } finally { a = URL; }', ''],
    ['{ const URL = 1; } const base = URL;', ''],
  ])('are told where it leads to them: %s', (code, step) => {
    expect(missing(bundled(code, step).replaceAll('URL', 'Missing'))).toEqual(['Missing']);
  });

  it.each([
    ['function load() { return new Missing(); }', ''],
    ['class A { load() { return new Missing(); } constructor() {} }', 'return new A();'],
    ['const a = typeof Missing === "undefined" ? null : new Missing();', ''],
    ['const a = typeof Missing !== "undefined" && new Missing();', ''],
    ['if (typeof Missing === "function") new Missing();', ''],
    ['const a = globalThis.Missing; const b = self.Missing?.c;', ''],
    ['try { new Missing(); } catch {}', ''],
    ['function load() { new Missing(); } try { load(); } catch {}', ''],
    ['function load(x = new Missing()) { return x; }', 'return load(1);'],
    ['function load(x) { if (x instanceof Array) return new Missing(); }', 'return load(data);'],
    ['function* load() { yield Missing; }', 'return load();'],
    ['const root = typeof self === "object" ? self : globalThis; root.Missing = class {}; new Missing();', ''],
    ['Object.defineProperty(globalThis, "Missing", { value: 1 }); Missing;', ''],
    ['Object.assign(globalThis, { Missing: 1 }); Missing;', ''],
    ['const a = toString, b = hasOwnProperty;', ''],
    ['function a() { return b; } function b() { return a; } a = b;', 'return a();'],
  ])('and not where it does not, or asks first: %s', (code, step) => {
    expect(missing(bundled(code, step)).filter((name) => name !== 'self')).toEqual([]);
  });

  it('are told of modules of Node that a bundler leaves behind', () => {
    const code = 'var __require = (id) => { throw Error(id); }; var fs = __require("node:fs");';
    expect(missing(bundled(code, ''))).toEqual(['require']);
  });

  it('are told with advice that holds', () => {
    for (const name of ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly']) {
      const [warning] = reportOn(around(`return ${name};`, '')).warnings;
      expect(warning).toMatchObject({ code: 'GLOBAL_UNKNOWN', message: expect.stringMatching(/: .*`|Use a package/) });
    }
  });
});

const unknown = (count: number): string[] => Array.from({ length: count }, () => 'GLOBAL_UNKNOWN');

describe('members of the class', () => {
  it('that do nothing are told', () => {
    expectWarnings(around('', '▲next() {}'), 'STEP_UNREACHABLE');
    expectWarnings(around('', '▲onComplete() {} ▲onWorkflowerror() {}'), 'HOOK_MISSPELLED', 'HOOK_MISSPELLED');
    const hooks = '▲static onWorkflowComplete() {} ▲onWorkflowError = () => {};';
    expectWarnings(around('', hooks), 'HOOK_NOT_CALLED', 'HOOK_NOT_CALLED');
    expectWarnings(around('', 'onWorkflowComplete() {} ▲onWorkflowComplete() {}'), 'METHOD_REPEATED');
    expectWarnings(around('', '▲twice() {} ▲onError() {}'), 'STEP_UNREACHABLE', 'HOOK_MISSPELLED');
    expectWarnings(around('', '▲start = async () => {};'), 'METHOD_REPEATED');
    const base = 'class Base { onWorkflowError() {} helper() {} } ';
    expectWarnings(`${base}▲${around('', '').replace('Workflow', 'Workflow extends Base')}`, 'HOOK_NOT_CALLED');
  });

  it.each([
    ["await api.scheduleNextStep({ action: 'next' });", 'next() {}'],
    ['await this.next();', 'next() {}'],
    ["const name = data ? 'next' : 'other'; await api.scheduleNextStep({ action: name });", 'next() {} other() {}'],
    ['await api.scheduleNextStep({ action: `next` });', 'next() {}'],
    ["await api.scheduleNextStep({ action: 'onError' });", 'onError() {}'],
    ['', 'onWorkflowComplete() {} onWorkflowError() {} constructor() {} static helper() {} #own() {}'],
    ["const action = 'on' + data; await api.scheduleNextStep({ action });", 'onPaid() {}'],
    ["await this['on' + data](api);", 'onPaid() {}'],
    ['const { helper } = this; helper();', 'helper() {} other() {}'],
  ])('that are used, or may be, are not: %s %s', (body, more) => expectWarnings(around(body, more)));
});

describe('the graph of steps', () => {
  const edges = (source: string): readonly StepEdge[] => reportOn(source).graph?.edges ?? [];
  const edge = (from: string, to: string | null, { isRepeated = false, delay = null as string | null } = {}) => ({
    from,
    to,
    isRepeated,
    delay,
  });

  it('has what each step schedules, also through what it calls', () => {
    const source = `
      const plan = async (api) => { await api.scheduleNextStep({ action: 'b', delay: '5 min' }); };
      class Workflow {
        async start(data, headers, api) {
          for (const item of data) await api.scheduleNextStep({ action: 'a', payload: item });
          await plan(api);
        }
        async a(data, headers, api) { await this.helper(api); }
        async helper(api) { await Promise.all([1].map(() => api.scheduleNextStep({ action: 'c', delay: 60 }))); }
        async b(data, headers, api) { await api.scheduleNextStep({ action: data.next }); }
        async c() {}
        async onWorkflowComplete() {}
      }`;
    const report = reportOn(source);
    expect(report).toMatchObject({ ok: true, errors: [], warnings: [] });
    expect(report.graph).toEqual({
      steps: [
        { name: 'start', kind: 'start' },
        { name: 'a', kind: 'step' },
        { name: 'b', kind: 'step' },
        { name: 'c', kind: 'step' },
        { name: 'onWorkflowComplete', kind: 'hook' },
      ],
      edges: [
        edge('start', 'a', { isRepeated: true }),
        edge('start', 'b', { delay: '5 min' }),
        edge('a', 'c', { isRepeated: true, delay: '60 s' }),
        edge('b', null),
      ],
    });
  });

  it('has what is scheduled under another name', () => {
    const start =
      "const { scheduleNextStep: arm } = api; await arm({ action: 'next', payload: 1 }); api.log({ action: 'none' });";
    expect(edges(around(start))).toEqual([edge('start', 'next')]);
  });

  it('has each edge once, loops, and methods that call one another', () => {
    const again = "await api.scheduleNextStep({ action: 'start2' });";
    const source = `class Workflow { start(d, h, api) { return this.x(api); } x(api) { return this.y(api); }
      async y(api) { this.x(api); ${again} ${again} } async start2(d, h, api) { ${again} } }`;
    expect(edges(source)).toEqual([edge('start', 'start2'), edge('start2', 'start2')]);
  });

  it('is there for a source that cannot run, as far as it can be read', () => {
    const report = reportOn(around("await api.scheduleNextStep({ action: 'gone' });", ''));
    expect(report).toMatchObject({
      ok: false,
      errors: [{ code: 'ACTION_UNKNOWN' }],
      graph: { edges: [{ to: 'gone' }] },
    });
    expect(reportOn('const a = fetch;')).toMatchObject({ graph: null, warnings: [{ code: 'GLOBAL_UNKNOWN' }] });
    expect(reportOn('class {')).toMatchObject({
      ok: false,
      errors: [{ code: 'SYNTAX_ERROR' }],
      warnings: [],
      graph: null,
    });
  });

  it('of a TypeScript source has the author’s lines', () => {
    const source =
      'type A = 1;\nclass Workflow {\n  async start(data: A, headers: unknown, api: any) {\n    fetch(data);\n  }\n}';
    expect(reportOn(source).warnings).toMatchObject([{ code: 'GLOBAL_UNKNOWN', line: 4, column: 5 }]);
  });

  it('as Mermaid has hostile names as labels only', () => {
    const name = '"]; click s0 href "javascript:alert(1)" %% <b>\\n';
    const source = around(
      `await api.scheduleNextStep({ action: '${name}', delay: '1 day' }); await api.scheduleNextStep({ action: data });`,
      `'${name}'() {}`,
    );
    const chart = mermaidOf(reportOn(source).graph ?? { steps: [], edges: [] });
    expect(chart.split('\n')).toHaveLength(7);
    expect(chart).not.toMatch(/javascript:|<b>|%%|"\]; c/);
    expect(chart).toContain('s0 -->|"after 1 day"| s1');
    expect(chart).toContain('s0 --> any');
  });
});

it('takes time that grows with the source, not faster', () => {
  // Each would take minutes if any of it were quadratic.
  const names = Array.from({ length: 20_000 }, (_, at) => `m${at}`);
  const methods = names.map(
    (name) => `${name}(d, h, api) { this.${name}(); return api.scheduleNextStep({ action: '${name}' }); }`,
  );
  const { graph } = reportOn(
    `class Workflow { start(d, h, api) { ${names.map((name) => `this.${name}();`).join('')} } ${methods.join('\n')} }`,
  );
  expect(graph?.steps).toHaveLength(20_001);
  expect(graph?.edges).toHaveLength(40_000);
  expect(reportOn(around(names.map((name) => `${name}();`).join(''))).warnings).toHaveLength(101);
  // One list of so many, and one helper of all steps that schedules all of them.
  expect(reportOn(around(`return [${'1,'.repeat(200_000)}];`, '')).ok).toBe(true);
  const many = names.slice(0, 2_000);
  const all = many.map((name) => `api.scheduleNextStep({ action: '${name}' });`).join('');
  const shared = many.map((name) => `${name}(d, h, api) { this.all(api); }`).join(' ');
  const told = reportOn(`class Workflow { start(d, h, api) { this.all(api); } all(api) { ${all} } ${shared} }`);
  expect(told.graph?.edges.length).toBeLessThan(110_000);
});
