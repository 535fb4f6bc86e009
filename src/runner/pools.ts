// Where steps run and sources are checked, by containment: threads of hosts, or of this process.
import { HostChecks } from '../host/host-checks.ts';
import { HostPool } from '../host/host-pool.ts';
import { hostFlags } from '../host/host-process.ts';
import { inheritedDescriptors } from '../host/inherited.ts';
import type { Limits } from '../limits.ts';
import { SlicedChecks } from '../pool/sliced-checks.ts';
import { type CheckPool, createCheckPool, createThreadPool } from '../pool/threads.ts';
import type { WorkerPool } from '../pool/worker-thread.ts';
import { threadsMost } from '../schedule/placement.ts';
import type { ResolvedOptions } from './options.ts';

type PoolOptions = Pick<ResolvedOptions, 'containment' | 'workers' | 'limits' | 'region'>;

/** Threads for steps. */
export function createThreads({ containment, workers, limits, region }: PoolOptions): WorkerPool {
  const { workerMemoryMb, frameBytes, cellMemoryMb } = limits;
  if (containment === 'process') return new HostPool({ ...hostBounds(limits), cellMemoryMb, region });
  return createThreadPool(threadsMost(workers), workerMemoryMb, { frameBytes, cellMemoryMb, region });
}

export function createChecks(options: Pick<PoolOptions, 'containment' | 'limits'>): CheckPool {
  return new SlicedChecks(createCheckHost(options), () => createCheckHost(options));
}

function createCheckHost({ containment, limits }: Pick<PoolOptions, 'containment' | 'limits'>): CheckPool {
  if (containment === 'thread') return createCheckPool(limits.workerMemoryMb);
  return new HostChecks({ ...hostBounds(limits), hostMemoryMb: limits.hostMemoryMb });
}

function hostBounds({ workerMemoryMb, frameBytes }: Limits) {
  return { workerMemoryMb, frameBytes, flags: hostFlags(), inherited: inheritedDescriptors() };
}
