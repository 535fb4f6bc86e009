// A pool whose threads a test can end at any moment, as a crash would.
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ThreadEnd, WorkerPool } from '../../src/pool/worker-thread.ts';
import { portChannel } from '../../src/protocol/channel.ts';

export interface MortalPool extends WorkerPool {
  /** Ends one thread that serves, chosen by `pick` out of so many. */
  kill(pick: (count: number) => number): void;
  readonly killed: number;
}

// A thread that dies while V8 marks would take the process along: see src/pool/marking.ts.
setFlagsFromString('--no-incremental-marking');

const entry = new URL('./mortal-worker.ts', import.meta.url);

export function mortalPool(): MortalPool {
  const workers = new Set<Worker>();
  let killed = 0;
  return {
    serve() {
      const { port1, port2 } = new MessageChannel();
      const execArgv = ['--disable-warning=ExperimentalWarning'];
      const worker = new Worker(entry, {
        workerData: { port: port2, frameBytes: 2 ** 28 },
        transferList: [port2],
        execArgv,
      });
      workers.add(worker);
      const ended = new Promise<ThreadEnd>((resolve) => {
        worker.on('exit', (code) => {
          workers.delete(worker);
          resolve({ reason: 'worker', detail: `its thread ended with ${code}` });
        });
      });
      return { pid: null, channel: portChannel(port1), ended, kill: null, vitals: () => null };
    },
    kill(pick) {
      const victim = [...workers][pick(workers.size)];
      if (victim === undefined) return;
      killed++;
      void victim.terminate();
    },
    get killed() {
      return killed;
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}
