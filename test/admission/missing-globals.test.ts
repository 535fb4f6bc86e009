// What a source needs and a step does not have, in other shapes than a bare name: a member of the global object, a part of a global, a guard that throws.
import { describe, expect, it } from 'vitest';
import { reportOn } from '../../src/admission/report.ts';

const around = (body: string): string => `class Workflow { async start(data, headers, api) { ${body} } }`;
const bundled = (code: string, step = ''): string =>
  `//#region node_modules/a/index.js\n${code}\n//#endregion\n${around(step)}`;
const missing = (source: string): (string | undefined)[] =>
  reportOn(source).warnings.map(({ code, message }) => (code === 'GLOBAL_UNKNOWN' ? message.split('"')[1] : code));

describe('needs of a bundle', () => {
  it.each([
    ['new globalThis.Headers();', 'Headers'],
    ['new self.Headers();', 'Headers'],
    ['globalThis.fetch("a:b");', 'fetch'],
    ['globalThis.process.cwd();', 'process'],
    ['const root = typeof self === "object" ? self : globalThis; new root.Headers();', 'Headers'],
    ['const a = {} instanceof globalThis.Headers;', 'Headers'],
    ['const { AbortController } = globalThis; new AbortController();', 'AbortController'],
    [
      'const { Headers: H } = typeof globalThis !== "undefined" ? globalThis : window; const made = new H();',
      'Headers',
    ],
    ['const key = crypto.subtle.importKey("raw", new Uint8Array(1));', 'crypto.subtle'],
    ['globalThis.crypto.subtle.digest("SHA-256", new Uint8Array(1));', 'crypto.subtle'],
    ['const webCrypto = globalThis.crypto; webCrypto.subtle.digest("SHA-256", new Uint8Array(1));', 'crypto.subtle'],
    ['const decoder = new TextDecoder("latin1");', "TextDecoder('latin1')"],
    ['if (typeof WebAssembly === "undefined") throw new Error("no");', 'WebAssembly'],
    ['if (typeof WebAssembly > "u") { const text = "no"; throw new Error(text); }', 'WebAssembly'],
    ['if ("function" != typeof fetch || typeof Headers == "undefined") throw new Error("no");', 'fetch'],
  ])('are told where the top of a package has them: %s', (code, name) => {
    expect(
      missing(bundled(code)).filter((one) => !['self', 'window', 'Headers'].includes(one ?? '') || one === name),
    ).toEqual([name]);
  });

  it.each([
    [
      '(() => { var modules = { 12: (e, t, r) => { e.exports = r(34); }, 34(e) { e.exports = URL.prototype; } }; function r(id) { return modules[id]({}, {}, r); } r(12); })();',
      '',
    ],
    [
      '(() => { var modules = { "./src/a.js": (m) => { m.exports = URL; } }; function r(id) { return modules[id]({}); } r("./src/a.js"); })();',
      '',
    ],
    [
      'function load() { return run(this, void 0, void 0, function* () { yield new URL("a:b"); }); } function run(a, b, c, f) { return f; }',
      'return load();',
    ],
    ['function load(base) { if (base === void 0) base = new URL("a:b"); return base; }', 'return load();'],
    ['class Key { sign(x) { return new URL(x); } }', 'return new Key().set().sign(data);'],
  ])('are told through what compilers and bundlers make: %s', (code, step) => {
    expect(missing(bundled(code, step))).toEqual(['URL']);
  });

  it('are told of modules of Node that a minified bundle asks for', () => {
    const code =
      'var r=(e=>typeof require<"u"?require:e)(function(e){throw Error("Dynamic require of "+e)});var f=r("node:fs");';
    expect(missing(bundled(code)).filter((name) => name === 'require')).toEqual(['require']);
  });

  it.each([
    ['const a = globalThis.Headers; const b = globalThis.Headers?.prototype;'],
    ['if (globalThis.Headers) new globalThis.Headers();'],
    ['const a = globalThis.Headers && new globalThis.Headers();'],
    ['const a = (() => { if (!("navigator" in globalThis)) return 0; return globalThis.navigator.userAgent; })();'],
    [
      'const { ReadableStream } = globalThis; const has = isFunction(ReadableStream); function isFunction(x) { return typeof x === "function"; }',
    ],
    ['const { Headers } = globalThis; const made = Headers ? new Headers() : null;'],
    ['const { Headers = class {} } = globalThis; const made = new Headers();'],
    ['const root = globalThis; function on(x) { root.addEventListener("a", x); } if (root.b) on();'],
    ['globalThis.Headers = class {}; const made = new globalThis.Headers();'],
    ['const a = globalThis.crypto?.subtle; const b = crypto.getRandomValues(new Uint8Array(1));'],
    ['const a = crypto.subtle ? crypto.subtle.digest("SHA-256", new Uint8Array(1)) : null;'],
    ['const a = new TextDecoder(), b = new TextDecoder("UTF8"), c = new TextDecoder(data); var data;'],
    ['if (typeof WebAssembly === "object") throw new Error("no");'],
    ['if (typeof WebAssembly !== "undefined") throw new Error("no");'],
    ['const modules = { 12() { return URL; } }; function r(id) { return id; }'],
    ['var window = {}; window.Headers(1);'],
  ])('are not told where a package asks first, or does not lead there: %s', (code) => {
    expect(missing(bundled(code))).toEqual([]);
  });
});

it('are told once of a bundle that names them more often than a call can have arguments', () => {
  expect(missing(bundled('missingName;'.repeat(200_000)))).toEqual(['missingName']);
});

describe("needs of the author's own code", () => {
  it.each([
    ['return new globalThis.Headers();', 'Headers'],
    ["return await crypto.subtle.digest('SHA-256', new Uint8Array(1));", 'crypto.subtle'],
    ["if (data) return new TextDecoder('utf-16le').decode(data);", "TextDecoder('utf-16le')"],
  ])('are told: %s', (body, name) => {
    expect(missing(around(body))).toEqual([name]);
  });
});

describe('globals that are replaced', () => {
  it.each([
    'const g = globalThis; g.Date = class {}; return new Date();',
    "globalThis['setTimeout'] = () => 1; return setTimeout();",
    'Object.assign(globalThis, { setTimeout: () => 1 }); return setTimeout();',
    "Object.defineProperty(globalThis, 'Math', { value: {} }); return Math.abs;",
  ])('by a way that the bare name does not show are told: %s', (body) => {
    expect(reportOn(around(body)).warnings).toMatchObject([{ code: 'GLOBAL_NOT_REPLACED' }]);
  });

  it.each([
    'globalThis.Date = class {}; return new Date();',
    'const g = globalThis; g.answer = 1; return answer;',
    'const g = globalThis; g.Date = class {}; return new g.Date();',
    'const g = {}; g.Date = class {}; return new Date();',
  ])('by one that it shows are not: %s', (body) => {
    expect(reportOn(around(body)).warnings).toEqual([]);
  });
});

describe('values that JSON does not have, by a variable', () => {
  it.each([
    "const m = new Map(); m.set(1, 2); await api.runStore.set('m', ▲m);",
    'const due = new Date(); await api.scheduleNextStep({ action: "next", payload: ▲due });',
    "function f() {} await api.runStore.push('list', ▲f);",
    "let value = { at: [new Set()] }; await api.runStore.set('m', ▲value);",
  ])('are told where they are handed over: %s', (body) => {
    const marked = `${around(body).slice(0, -1)} next() {} }`;
    const { warnings } = reportOn(marked.replace('▲', ''));
    const told = warnings.filter(({ code }) => code === 'VALUE_NOT_JSON');
    expect(told).toMatchObject([{ column: marked.indexOf('▲') + 1 }]);
  });

  it.each([
    "let m = new Map(); m = [...m]; await api.runStore.set('m', m);",
    "const value = { at: new Map() }; value.at = []; await api.runStore.set('m', value);",
    "const m = { a: 1 }, n = m; await api.runStore.set('m', n);",
    "for (const m of data) await api.runStore.set('m', m);",
  ])('and not where they may be others: %s', (body) => {
    expect(reportOn(around(body)).warnings).toEqual([]);
  });
});
