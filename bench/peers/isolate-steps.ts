// Untrusted steps the plain ways with isolated-vm: for each step a fresh isolate, or one isolate and for each step a fresh context; for each op
// one callback into the host. Everything is in one thread, which is kinder than real life.
import ivm from 'isolated-vm';
import { serve } from './serve.ts';

const source = `(async () => { await increment('key', 1); await increment('key', 1); })()`;
const memoryLimit = 64;
let store = new Map<string, number>();

const callback = new ivm.Callback((key: string, delta: number) => {
  const next = (store.get(key) ?? 0) + delta;
  store.set(key, next);
  return next;
});

async function step(isolate: ivm.Isolate, script: ivm.Script): Promise<void> {
  const context = await isolate.createContext();
  await context.global.set('increment', callback);
  await script.run(context, { promise: true, timeout: 5_000 });
  context.release();
}

async function inFreshIsolates(count: number): Promise<void> {
  store = new Map();
  for (let i = 0; i < count; i++) {
    const isolate = new ivm.Isolate({ memoryLimit });
    await step(isolate, await isolate.compileScript(source));
    isolate.dispose();
  }
  check(count);
}

let shared: { readonly isolate: ivm.Isolate; readonly script: ivm.Script } | null = null;

async function inFreshContexts(count: number): Promise<void> {
  store = new Map();
  if (shared === null) {
    const isolate = new ivm.Isolate({ memoryLimit });
    shared = { isolate, script: await isolate.compileScript(source) };
  }
  for (let i = 0; i < count; i++) await step(shared.isolate, shared.script);
  check(count);
}

function check(count: number): void {
  if (store.get('key') !== 2 * count) throw new Error('Ops were lost.');
}

serve({ 'a fresh isolate a step': inFreshIsolates, 'a fresh context a step': inFreshContexts });
