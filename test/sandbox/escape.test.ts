// What a step reaches for outside its cell is not there, and what it changes inside is there for no other step.
import { describe, expect, it } from 'vitest';
import { runToEnd, startRun, useRunner } from '../harness.ts';
import { attack, canaryCode } from './canary.ts';

const runner = useRunner({ retry: { maxAttempts: 1 } });

describe('nothing of the host is found by', () => {
  it.each([
    'process',
    'globalThis.process',
    'require("fs")',
    'module',
    '__dirname',
    'await new Function(\'return import("node:fs")\')()',
    'await eval(\'import("data:text/javascript,export default process")\')',
    'this.constructor.constructor("return process")()',
    'api.constructor.constructor("return globalThis")().process',
    'api.runStore.set.constructor("return this")().process',
    'api.log.constructor("return process")()',
    'data.constructor.constructor("return process")()',
    'headers.constructor.constructor("return process")()',
    'await (async () => {}).constructor("return process")()',
    '(function* () {}).constructor("return process")().next().value',
    'new Error().constructor.constructor("return process")()',
    'api.scheduleNextStep({ action: "next" }).constructor.constructor("return process")()',
    'await api.runStore.set("k", undefined).catch((e) => e.constructor.constructor("return process")())',
    '(() => { Error.prepareStackTrace = (e, s) => s.map((c) => c.getThis()); return new Error().stack[0].process; })()',
    'arguments.callee.caller',
    '(function f() { return f.caller; })()',
    'globalThis.WebAssembly',
    'globalThis.SharedArrayBuffer',
    'globalThis.Atomics',
    'eval("process")',
    '(0, eval)("process")',
    '(0, eval)("this").process',
    'Reflect.get(globalThis, "process")',
    'globalThis.constructor.constructor("return process")()',
    'setTimeout.constructor("return process")()',
    'console.log.constructor("return process")()',
    '(() => { throw new Proxy({}, { getPrototypeOf: () => process.prototype }); })()',
  ])('%s', async (expression) => {
    const start = `try { const found = ${expression}; return [typeof found, String(found)]; }
      catch (error) { return ['threw', String(error), String(error.stack)]; }`;
    const { outcome } = await attack(runner(), { start, next: '' });
    expect(outcome.status).toBe('completed');
    expect(['undefined', 'threw']).toContain((outcome.output as string[])[0]);
  });

  it('await import.meta.url, which is no part of a workflow', async () => {
    const started = startRun(runner(), { start: 'await import.meta.url;' });
    await expect(started).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
  });

  it('await import("node:fs"), which rejects', async () => {
    const { outcome } = await attack(runner(), { start: 'return import("node:fs").catch(({ code }) => code);' });
    expect(outcome).toMatchObject({ status: 'completed', output: 'IMPORT_NOT_ALLOWED' });
  });

  it('the stack of any error, which names lines of its own source only', async () => {
    const start = `const stacks = [new Error('own').stack, (await api.runStore.set('k').catch((e) => e)).stack,
        (await api.scheduleNextStep({ action: 'n' + 'ope' }).catch((e) => e)).stack];
      try { JSON.parse('{'); } catch (e) { stacks.push(e.stack); }
      try { (function deeper() { deeper(); })(); } catch (e) { stacks.push(e.stack); }
      api.log(...stacks);
      return stacks;`;
    const { outcome } = await attack(runner(), { start });
    expect(outcome.output).toHaveLength(5);
  });
});

describe('another step sees nothing of', () => {
  it.each([
    'globalThis.leak = 1',
    'Workflow.leak = 1; Workflow.prototype.leak = 1; this.constructor.leak = 1',
    'Object.prototype.leak = 1',
    'Object.prototype.toJSON = () => "leak"',
    'Object.defineProperty(Object.prototype, "then", { get() { return (resolve) => resolve("leak") } })',
    'Promise.prototype.then = () => "leak"',
    'Promise.resolve = () => "leak"',
    'Array.prototype[Symbol.iterator] = function* () { yield "leak" }',
    'Array.prototype.map = () => "leak"',
    'Map.prototype.get = () => "leak"',
    'Map.prototype.entries = () => ["leak"]',
    'JSON.stringify = () => "leak"; JSON.parse = () => "leak"',
    'Function.prototype.call = () => "leak"; Function.prototype.leak = 1',
    'Object.setPrototypeOf(Object.prototype, { leak: 1 })',
    '({}).__proto__.leak = 1; [].__proto__.leak = 1',
    'Object.assign(Object.prototype, JSON.parse(\'{"__proto__":{"leak":1},"leak":1}\'))',
    'String.prototype.split = () => "leak"; String.prototype.replace = () => "leak"',
    'RegExp.prototype.exec = () => null; RegExp.prototype[Symbol.replace] = () => "leak"',
    'Math.max = () => "leak"; Date.prototype.toISOString = () => "leak"; Number = parseInt = () => "leak"',
    'Error.prototype.name = "leak"; TypeError.prototype.name = "leak"; Object.defineProperty(TypeError, Symbol.hasInstance, { value: () => false })',
    'new Function("this.leak = 1")(); (0, eval)("var leak = 1"); (0, eval)("leak = 1")',
    'Object.defineProperty(globalThis, "undefined", { value: 1 })',
    'console.info = () => {}; api.log = () => {}; api.runStore.push = () => {}; api.runStore = null',
    'Object.freeze(api); Object.freeze(data); Object.freeze(globalThis)',
  ])('%s', async (hostile) => {
    // Each expression stands alone, so that one that throws does not keep the next from its attempt.
    const attempts = hostile.split('; ').map((text) => `try { ${text} } catch {}`);
    const start = `const { runStore } = api; const schedule = api.scheduleNextStep;
      ${attempts.join(' ')}
      await schedule({ action: 'next' });
      await schedule({ action: 'next' });`;
    const next = `await api.runStore.push('seen', ${canaryCode}); console.info('ran');`;
    const clean = await runToEnd(runner(), { start: next, next: '' }, { tenant: 'hostile' });
    const { outcome, logs } = await attack(runner(), { start, next });
    const [expected] = clean.outcome.store['seen'] as string[];
    expect(outcome).toMatchObject({ status: 'completed', store: { seen: [expected, expected] } });
    expect(logs.map(({ text }) => text)).toEqual(['ran', 'ran']);
  });
});

describe('a step that names others', () => {
  it('acts in its own run all the same', async () => {
    const victim = await startRun(
      runner(),
      { start: "await api.runStore.set('k', 'own'); return api.runId;" },
      { tenant: 'canary', runId: 'victim' },
    );
    const start = `Object.assign(api, { runId: 'victim', stepId: 'step_1', attempt: 99, idempotencyKey: 'victim', tenant: 'canary' });
      Object.assign(headers, { runId: 'victim', tenant: 'canary' });
      Object.assign(data, { runId: 'victim', tenant: 'canary' });
      await api.runStore.set('k', 'hostile');
      for (const name of ['runId', 'tenant', 'ref', 'step']) {
        await api.scheduleNextStep({ action: 'next', [name]: 1 }).catch((e) => api.runStore.push('refused', e.code));
      }
      await api.scheduleNextStep({ action: 'next' });`;
    const next = "await api.runStore.set('ids', [api.runId, api.stepId, api.attempt, headers]);";
    const { run, outcome } = await attack(runner(), { start, next });
    expect(await victim.result()).toMatchObject({ output: 'victim', store: { k: 'own' }, steps: { armed: 1 } });
    expect(outcome.store).toEqual({
      ...{ k: 'hostile', ids: [run.id, 'step_2', 1, {}] },
      refused: Array.from({ length: 4 }, () => 'OPTION_UNKNOWN'),
    });
  });

  it.each(['\t', '\n', '\r\n', '\u0000', '\u2028', '"', '\\'])(
    'or writes %j into whatever is sent says just that',
    async (mark) => {
      const text = `x${mark}c${mark}0${mark}"forged"${mark}`;
      const start = `await api.runStore.set(data, data); await api.runStore.push('list', data); api.log(data);
      await api.scheduleNextStep({ action: 'next', payload: data }); return data;`;
      const next = 'throw Object.assign(new Error(data), { name: data, code: data, stack: data });';
      const { outcome, logs } = await attack(runner(), { start, next }, { data: text, headers: text });
      expect(outcome.store).toEqual({ [text]: text, list: [text] });
      expect(outcome).toMatchObject({ output: text, error: { name: text, message: text, thrownCode: text } });
      expect(logs.map((line) => line.text)).toEqual([text]);
    },
  );
});
