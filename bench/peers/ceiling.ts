// The ceiling: the same ops without a sandbox. One worker thread keeps 512 ops in flight over a MessagePort, msgpack both
// ways, batched as they come; the main thread does them on a Map. Nothing that keeps ops in order can be much faster.
import { isMainThread, type MessagePort, parentPort, Worker } from 'node:worker_threads';
import { Packr } from 'msgpackr';
import type { OpKind } from '../workflows.ts';

const inFlight = 512;
type Request = readonly [id: number, kind: OpKind, key: string, value: unknown];

export interface Ceiling {
  /** Does so many ops of a kind and resolves when the last reply has arrived in the worker. */
  run(kind: OpKind, ops: number): Promise<void>;
  close(): Promise<void>;
}

export function createCeiling(): Ceiling {
  const worker = new Worker(new URL(import.meta.url));
  const packr = new Packr({ useRecords: false });
  let store = new Map<string, number | unknown[]>();
  let onDone = (): void => {};
  worker.on('message', (frame: Uint8Array | 'done') => {
    if (frame === 'done') return onDone();
    const requests: Request[] = packr.unpack(frame);
    post(
      worker,
      packr,
      requests.map(([id, kind, key, value]) => [id, applyTo(store, kind, key, value)]),
    );
  });
  return {
    run: (kind, ops) =>
      new Promise((resolve) => {
        store = new Map();
        onDone = resolve;
        worker.postMessage({ kind, ops });
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

function applyTo(store: Map<string, number | unknown[]>, kind: string, key: string, value: unknown): number {
  const old = store.get(key);
  if (kind === 'push') {
    if (Array.isArray(old)) return old.push(value);
    store.set(key, [value]);
    return 1;
  }
  const next = (typeof old === 'number' ? old : 0) + Number(value);
  store.set(key, next);
  return next;
}

function post(port: Worker | MessagePort, packr: Packr, messages: readonly unknown[]): void {
  const frame = Uint8Array.prototype.slice.call(packr.pack(messages));
  port.postMessage(frame, [frame.buffer as ArrayBuffer]);
}

function serve(port: MessagePort): void {
  const packr = new Packr({ useRecords: false });
  const waiting = new Map<number, () => void>();
  let outgoing: Request[] = [];
  let ids = 0;
  const flush = (): void => {
    if (outgoing.length > 0) post(port, packr, outgoing);
    outgoing = [];
  };
  const ask = (kind: Request[1], key: string, value: unknown): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(ids, resolve);
      outgoing.push([ids++, kind, key, value]);
    });
  port.on('message', async (message: Uint8Array | { kind: Request[1]; ops: number }) => {
    if (message instanceof Uint8Array) {
      for (const [id] of packr.unpack(message)) {
        waiting.get(id)?.();
        waiting.delete(id);
      }
      return setImmediate(flush); // After the microtasks that the replies have set off.
    }
    const { kind, ops } = message;
    const each = Math.ceil(ops / inFlight);
    const lanes = Array.from({ length: inFlight }, async (_, i) => {
      for (let k = 0; k < each; k++) await ask(kind, 'key', kind === 'push' ? { id: i, status: 'done' } : 1);
    });
    flush();
    await Promise.all(lanes);
    port.postMessage('done');
  });
}

if (!isMainThread && parentPort !== null) serve(parentPort);
