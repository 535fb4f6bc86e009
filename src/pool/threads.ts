// Threads for tenant-facing work: a Piscina pool, and the only importer of Piscina. Piscina starts, bounds, replaces and
// ends threads; which step runs on which thread is not its business, so each worker thread runs one long task.
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { CheckResult } from '../admission/check.ts';
import { type Channel, portChannel } from '../protocol/channel.ts';

export interface WorkerThread {
  readonly channel: Channel;
  /** Resolves when the thread has stopped serving: with an error if it died. Never rejects. */
  readonly ended: Promise<Error | null>;
}

export interface ThreadPool {
  /** Starts serving on one more thread; at most `threads` serve at once. */
  serve(): WorkerThread;
  /** Ends every thread. Idempotent. */
  close(): Promise<void>;
}

export function createThreadPool(threads: number, memoryMb: number): ThreadPool {
  const pool = new Piscina({ ...threadOptions('./worker', threads, memoryMb), minThreads: 0 });
  return {
    serve() {
      const { port1, port2 } = new MessageChannel();
      // Piscina takes an array here and refuses all else, but derives the type from postMessage's other overload.
      const transferList = [port2] as never;
      const task: Promise<void> = pool.run({ port: port2 }, { name: 'serve', transferList });
      const ended = task.then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
      return { channel: portChannel(port1), ended };
    },
    close: () => pool.destroy(),
  };
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
