// Untrusted steps in QuickJS (quickjs-emscripten), a context each: the source is evaluated in it and its ops are calls into the host, which
// answers at once.
import { getQuickJS, type QuickJSContext } from 'quickjs-emscripten';
import { serve } from '../peers/serve.ts';

const source = `(async () => { await increment('key', 1); await increment('key', 1); })()`;
const runtime = (await getQuickJS()).newRuntime();
runtime.setMemoryLimit(64 * 2 ** 20);

function step(store: Map<string, number>): void {
  const context: QuickJSContext = runtime.newContext();
  const increment = context.newFunction('increment', (key, delta) => {
    const name = context.getString(key);
    const next = (store.get(name) ?? 0) + context.getNumber(delta);
    store.set(name, next);
    return context.newNumber(next);
  });
  context.setProp(context.global, 'increment', increment);
  increment.dispose();
  context.unwrapResult(context.evalCode(source)).dispose();
  runtime.executePendingJobs();
  context.dispose();
}

async function steps(count: number): Promise<void> {
  const store = new Map<string, number>();
  for (let i = 0; i < count; i++) step(store);
  if (store.get('key') !== 2 * count) throw new Error('Ops were lost.');
}

serve({ steps });
