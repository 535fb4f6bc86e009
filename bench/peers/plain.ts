// The plain way to run untrusted steps: for each one a fresh isolate, and for each op one callback into the host. The
// ops stay in the worker thread, which is kinder to it than real life.
import { isMainThread, type MessagePort, parentPort, Worker } from 'node:worker_threads';
import ivm from 'isolated-vm';

const source = `(async () => { await increment('key', 1); await increment('key', 1); })()`;

export interface Plain {
  /** Runs so many steps of two ops, one after the other. */
  run(steps: number): Promise<void>;
  close(): Promise<void>;
}

export function createPlain(): Plain {
  const worker = new Worker(new URL(import.meta.url));
  return {
    run: (steps) =>
      new Promise((resolve) => {
        worker.once('message', () => resolve());
        worker.postMessage(steps);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

function serve(port: MessagePort): void {
  port.on('message', async (steps: number) => {
    const store = new Map<string, number>();
    for (let i = 0; i < steps; i++) await runStep(store);
    port.postMessage('done');
  });
}

async function runStep(store: Map<string, number>): Promise<void> {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  const context = await isolate.createContext();
  const increment = new ivm.Callback((key: string, delta: number) => {
    const next = (store.get(key) ?? 0) + delta;
    store.set(key, next);
    return next;
  });
  await context.global.set('increment', increment);
  await context.eval(source, { promise: true, timeout: 5_000 });
  isolate.dispose();
}

if (!isMainThread && parentPort !== null) serve(parentPort);
