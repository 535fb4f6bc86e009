// Threads for tenant-facing work: a Piscina pool, and the only importer of Piscina. Piscina starts, bounds, replaces and
// ends threads; which step runs on which thread is not its business, so each worker thread runs one long task.
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { CheckResult } from '../admission/check.ts';
import type { CheckTask } from '../admission/worker.ts';
import { monotonicTime } from '../machine-timers.ts';
import { permissionsForThread } from '../permissions.ts';
import { portChannel } from '../protocol/channel.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import type { CellBounds } from './cell-server.ts';
import { createTurnTaking, likelyMsOf } from './turn-taking.ts';
import type { WorkerTask } from './worker.ts';
import type { WorkerPool } from './worker-thread.ts';

/** Threads of this process, at most so many at once. */
export function createThreadPool(threads: number, memoryMb: number, bounds: CellBounds): WorkerPool {
  // A thread whose channel was closed ends: one that is needed later is started then.
  const pool = survivingPool({ ...threadOptions('./worker', threads, memoryMb), minThreads: 0, idleTimeout: 0 });
  return {
    serve() {
      const { port1, port2 } = new MessageChannel();
      // Piscina takes an array here and refuses all else, but derives the type from postMessage's other overload.
      const transferList = [port2] as never;
      const task: WorkerTask = { port: port2, ...bounds };
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
        bytesMoved: () => 0,
      };
    },
    close: () => pool.destroy(),
  };
}

/** One thread that serves a pipe which this process has inherited. Resolves, or rejects, when the thread is gone. */
export function servePipe(fd: number, memoryMb: number, bounds: CellBounds): Promise<void> {
  const pool = survivingPool(threadOptions('./worker', 1, memoryMb));
  const task: WorkerTask = { fd, ...bounds };
  return pool.run(task, { name: 'serve' });
}

/** Why a source was not checked. `unavailable`: for reasons that are not the source's. */
export type Unchecked = 'late' | 'died' | 'unavailable';
export type Checked = CheckResult | Unchecked;
export type Reported = WorkflowReport | Unchecked;

/** Takes the CPU time of a check, in ms, once it is over. */
export type CheckUsed = (cpuMs: number) => void;

/** Whatever takes longer, or dies of it, is replaced. Never rejects. `used` is called for each try, if there is one. */
export interface CheckPool {
  /** Whether the source may run. */
  check(source: string, wallMs: number, tenant: string, used?: CheckUsed): Promise<Checked>;
  /** All that can be said of the source. */
  report(source: string, wallMs: number, tenant: string, used?: CheckUsed): Promise<Reported>;
  close(): Promise<void>;
}

/** One thread of its own for parsing: a parser is a program that a tenant feeds. */
export function createCheckPool(memoryMb: number): CheckPool {
  const pool = survivingPool({ ...threadOptions('../admission/worker', 1, memoryMb, true), minThreads: 1 });
  const queue = createTurnTaking();
  function ask<Result>(task: CheckTask, wallMs: number, tenant: string, used?: CheckUsed) {
    return queue(tenant, likelyMsOf(task.source), async () => {
      const began = monotonicTime();
      const result = await run<Result>(pool, task, wallMs);
      used?.(monotonicTime() - began); // A thread that had to be ended does not tell its CPU time.
      return result;
    });
  }
  return {
    check: (source, ...rest) => ask<CheckResult>({ source, purpose: 'admit' }, ...rest),
    report: (source, ...rest) => ask<WorkflowReport>({ source, purpose: 'report' }, ...rest),
    close: () => pool.destroy(),
  };
}

async function run<Result>(pool: Piscina, task: CheckTask, wallMs: number): Promise<Result | Unchecked> {
  const signal = AbortSignal.timeout(wallMs);
  try {
    return await pool.run(task, { signal });
  } catch {
    return signal.aborted ? 'late' : 'died';
  }
}

/** A thread that dies between two tasks ends no process: the next task tells what is wrong. */
function survivingPool(options: ConstructorParameters<typeof Piscina>[0]): Piscina {
  const pool = new Piscina(options);
  pool.on('error', () => {});
  return pool;
}

/** How every thread is started, in this process or in a host. */
export function threadOptions(module: string, threads: number, memoryMb: number, mayStartThreads = false) {
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
    execArgv: ['--disable-warning=ExperimentalWarning', ...permissionsForThread({ mayStartThreads })],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  };
}
