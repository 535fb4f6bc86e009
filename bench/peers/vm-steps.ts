// Steps in node:vm, a context each: what is often taken for a sandbox. Node's documentation says that it is none.
import { createContext, Script } from 'node:vm';
import { serve, spread } from './serve.ts';

const script = new Script(`(async () => { await increment('key', 1); await increment('key', 1); })()`);

async function steps(count: number): Promise<void> {
  const store = new Map<string, number>();
  const increment = async (key: string, delta: number): Promise<number> => {
    const next = (store.get(key) ?? 0) + delta;
    store.set(key, next);
    return next;
  };
  await spread(count, () => script.runInContext(createContext({ increment })));
  if (store.get('key') !== 2 * count) throw new Error('Ops were lost.');
}

serve({ steps });
