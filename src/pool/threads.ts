// Threads for tenant-facing work: a Piscina pool, and the only importer of Piscina. Piscina starts, bounds, replaces and
// ends threads; which step runs on which thread is not its business, so each worker thread runs one long task.
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { CheckResult } from '../admission/check.ts';
import { portChannel } from '../protocol/channel.ts';
import type { WorkerTask } from './worker.ts';
import type { WorkerPool } from './worker-thread.ts';

/** Threads of this process, at most so many at once. */
export function createThreadPool(threads: number, memoryMb: number, frameBytes: number): WorkerPool {
  const pool = new Piscina({ ...threadOptions('./worker', threads, memoryMb), minThreads: 0 });
  return {
    serve() {
      const { port1, port2 } = new MessageChannel();
      // Piscina takes an array here and refuses all else, but derives the type from postMessage's other overload.
      const transferList = [port2] as never;
      const task: WorkerTask = { port: port2, frameBytes };
      const ended = pool.run(task, { name: 'serve', transferList }).then(
        () => 'its thread ended',
        (error: unknown) => String(error),
      );
      return {
        pid: null,
        channel: portChannel(port1),
        ended: ended.then((detail) => ({ reason: 'worker', detail })),
        kill: null,
        vitals: () => null,
      };
    },
    close: () => pool.destroy(),
  };
}

/** One thread that serves a pipe which this process has inherited. Resolves, or rejects, when the thread is gone. */
export function servePipe(fd: number, memoryMb: number, frameBytes: number): Promise<void> {
  const pool = new Piscina(hostThreadOptions('./worker', memoryMb));
  const task: WorkerTask = { fd, frameBytes };
  return pool.run(task, { name: 'serve' });
}

export interface CheckPool {
  /** Checks one source. A thread that takes longer, or that dies of it, is replaced. Never rejects. */
  check(source: string, wallMs: number): Promise<CheckResult | 'late' | 'died'>;
  close(): Promise<void>;
}

/** One thread of its own for parsing: a parser is a program that a tenant feeds. */
export function createCheckPool(memoryMb: number): CheckPool {
  const pool = new Piscina({ ...threadOptions('../admission/worker', 1, memoryMb), minThreads: 1 });
  let previous: Promise<unknown> = Promise.resolve();
  return {
    check(source, wallMs) {
      // One after the other, so that the time of one source is its own and not that of those before it.
      const result = previous.then(() => run(pool, source, wallMs));
      previous = result;
      return result;
    },
    close: () => pool.destroy(),
  };
}

async function run(pool: Piscina, source: string, wallMs: number): Promise<CheckResult | 'late' | 'died'> {
  const signal = AbortSignal.timeout(wallMs);
  try {
    return await pool.run(source, { signal });
  } catch {
    return signal.aborted ? 'late' : 'died';
  }
}

/**
 * For the one thread of a host. A thread that is given options of its own has none of its process's: without those of the
 * permission model it would be free of all bounds (Node 24 and 26). So would a thread that it starts: it may not.
 */
export function hostThreadOptions(module: string, memoryMb: number) {
  const options = threadOptions(module, 1, memoryMb);
  const isForThread = (option: string): boolean => /^--(permission$|allow-(?!worker))/.test(option);
  return { ...options, execArgv: [...options.execArgv, ...process.execArgv.filter(isForThread)] };
}

function threadOptions(module: string, threads: number, memoryMb: number) {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return {
    filename: new URL(module + extension, import.meta.url).href,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    // A thread that serves has to hear its channel: it may not sleep in Atomics.wait between tasks.
    atomics: 'disabled' as const,
    env: {},
    // A checkout strips the realm's types with an API that Node calls experimental; a published build does not.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  };
}
