// The ceiling of a single op that is awaited: one message to a worker thread and back, and nothing else.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { serve } from './serve.ts';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  let answered = (): void => {};
  worker.on('message', () => answered());
  const trip = (i: number): Promise<void> =>
    new Promise((resolve) => {
      answered = resolve;
      worker.postMessage(i);
    });
  serve({
    async 'round trips'(count) {
      for (let i = 0; i < count; i++) await trip(i);
    },
  });
} else parentPort?.on('message', (message) => parentPort?.postMessage(message));
