// How a runner stands, at the moment it is asked.
import type { WorkerLink } from '../schedule/worker-link.ts';
import type { Usage } from '../state/usage.ts';

export interface HostStats {
  /** Process id; null for a thread of this process. */
  readonly pid: number | null;
  readonly lane: 'shared' | 'exclusive';
  /** Whether it has answered since it was started. */
  readonly isUp: boolean;
  readonly cells: number;
  /** Steps in its cells. */
  readonly steps: number;
  /** Turns it has answered. */
  readonly turns: number;
  /** V8 heap of its cells, as measured now and then. */
  readonly heapBytes: number;
  /** What the process takes of the machine's memory; null where the system does not tell, and for a thread. */
  readonly residentBytes: number | null;
}

export interface LaneStats {
  readonly hosts: number;
  readonly cells: number;
  /** Steps in cells. */
  readonly active: number;
  /** Steps that are due and wait for room. */
  readonly waiting: number;
}

export interface RunnerStats {
  readonly hosts: readonly HostStats[];
  readonly lanes: { readonly shared: LaneStats; readonly exclusive: LaneStats };
  /** Steps, sleeps and deadlines that wait for their time. */
  readonly timers: number;
  readonly runsOpen: number;
  /** What the steps of all tenants have used since the runner was created. */
  readonly usage: Readonly<Usage>;
  /** Hosts that took the place of one that was lost. */
  readonly restarts: number;
  readonly hostsLost: number;
  readonly cellsLost: number;
}

export function hostStats(link: WorkerLink): HostStats {
  const { lane, isUp, load, turns, thread } = link;
  const cells = [...link.cells.values()];
  return {
    pid: thread.pid,
    lane,
    isUp,
    cells: cells.length,
    steps: load.steps,
    turns,
    heapBytes: cells.reduce((sum, { heapBytes }) => sum + heapBytes, 0),
    residentBytes: thread.vitals()?.residentBytes ?? null,
  };
}

export function laneStats(hosts: readonly HostStats[], lane: HostStats['lane'], waiting: number): LaneStats {
  const own = hosts.filter((host) => host.lane === lane);
  return {
    hosts: own.length,
    cells: own.reduce((sum, { cells }) => sum + cells, 0),
    active: own.reduce((sum, { steps }) => sum + steps, 0),
    waiting,
  };
}
