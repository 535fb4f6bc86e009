// A runner whose threads can be ended at any moment, as a crash would. In its statistics a thread's id stands as `pid`.
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { RunnerOptions } from '../../src/index.ts';
import type { CellBounds } from '../../src/pool/cell-server.ts';
import { createCheckPool } from '../../src/pool/threads.ts';
import type { ThreadEnd, WorkerPool } from '../../src/pool/worker-thread.ts';
import { portChannel } from '../../src/protocol/channel.ts';
import { resolveOptions } from '../../src/runner/options.ts';
import { runnerOn } from '../../src/runner/runner.ts';
import type { Mortals } from './mortals.ts';

// A thread that dies while V8 marks would take the process along: see src/pool/marking.ts.
setFlagsFromString('--no-incremental-marking');

const entry = new URL('./mortal-worker.ts', import.meta.url);

export function mortalThreads(options: RunnerOptions): Mortals {
  const workers = new Map<number, Worker>();
  const resolved = resolveOptions(options);
  const { limits, region } = resolved;
  const runner = runnerOn(resolved, mortalPool(workers, { ...limits, region }), createCheckPool(limits.workerMemoryMb));
  return {
    runner,
    kill: (pid) => {
      void workers.get(pid)?.terminate();
    },
    close: () => runner.close(),
  };
}

function mortalPool(workers: Map<number, Worker>, { frameBytes, cellMemoryMb, region }: CellBounds): WorkerPool {
  return {
    serve() {
      const { port1, port2 } = new MessageChannel();
      const execArgv = ['--disable-warning=ExperimentalWarning'];
      const worker = new Worker(entry, {
        workerData: { port: port2, frameBytes, cellMemoryMb, region },
        transferList: [port2],
        execArgv,
      });
      const pid = worker.threadId;
      workers.set(pid, worker);
      const ended = new Promise<ThreadEnd>((resolve) => {
        worker.on('exit', (code) => {
          workers.delete(pid);
          resolve({ reason: 'worker', detail: `its thread ended with ${code}` });
        });
      });
      return { pid, channel: portChannel(port1), ended, kill: null, vitals: () => null, bytesMoved: () => 0 };
    },
    async close() {
      await Promise.all([...workers.values()].map((worker) => worker.terminate()));
    },
  };
}
