// Loads modules of the realm into a real isolate, as a cell does, so that tests see what a tenant would see.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import ivm from 'isolated-vm';

const realmUrl = new URL('../../src/realm/', import.meta.url);

export interface TestRealm {
  /**
   * Runs the body of a strict function and lets microtasks drain. It sees the loaded modules as parameters, and `kept`, an
   * object that stays from one run to the next. What it returns comes out as JSON.
   */
  run(source: string): unknown;
  dispose(): void;
}

/** `modules` are paths below src/realm. Each one's namespace is a parameter of every script, named by its last part. */
export function loadRealm(modules: readonly string[]): TestRealm {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  const context = isolate.createContextSync();
  const load = createLoader(isolate, context);
  const names = modules.map((path) => (path.split('/').pop() ?? '').replace('.ts', '').replaceAll('-', ''));
  const namespaces = modules.map((path) => load(new URL(path, realmUrl)).namespace);
  const kept = context.evalSync('({})', { reference: true });
  return {
    run(source) {
      const body = `'use strict'; return ((body) => JSON.stringify(body()) ?? 'null')(() => { ${source} });`;
      const script = isolate.compileScriptSync(`(function (${['kept', ...names].join(', ')}) { ${body} })`);
      const run: ivm.Reference<(...args: unknown[]) => unknown> = script.runSync(context, { reference: true });
      const args = [kept, ...namespaces].map((reference) => reference.derefInto());
      const text: unknown = run.applySync(undefined, args, { timeout: 120_000 });
      return JSON.parse(String(text));
    },
    dispose: () => isolate.dispose(),
  };
}

/** Like the loader of cells: one module for each URL, types stripped, imports only by relative path. */
function createLoader(isolate: ivm.Isolate, context: ivm.Context): (url: URL) => ivm.Module {
  const modules = new Map<string, ivm.Module>();
  const urls = new Map<ivm.Module, URL>();
  const compile = (url: URL): ivm.Module => {
    const known = modules.get(url.href);
    if (known !== undefined) return known;
    const code = stripTypeScriptTypes(readFileSync(url, 'utf8'));
    const module = isolate.compileModuleSync(code, { filename: url.pathname.split('/').pop() ?? '' });
    modules.set(url.href, module);
    urls.set(module, url);
    return module;
  };
  return (url) => {
    const module = compile(url);
    module.instantiateSync(context, (specifier, referrer) => compile(new URL(specifier, urls.get(referrer))));
    module.evaluateSync({ timeout: 30_000 });
    return module;
  };
}
