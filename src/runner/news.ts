// What happens to a runner as a whole: told to readers of `runner.events()`, and on Node's diagnostics channels to
// whoever subscribes in this process, as monitoring does.
import { channel } from 'node:diagnostics_channel';
import type { ErrorCode } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { RunEvent } from '../state/events.ts';
import { EventStream } from './event-stream.ts';

interface News {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface OfHost extends News {
  /** Process id; null for a thread of this process. */
  readonly pid: number | null;
  readonly lane: 'shared' | 'exclusive';
}

/** `detail` and what comes from a run may hold a tenant's text: treat it as hostile. */
export type RunnerEvent =
  /** A host answers: it takes steps. */
  | (OfHost & { readonly type: 'host_started' })
  /** A host has ended in good order: nobody needs it, or another one has taken its place (`cellsOpenedPerHost`). */
  | (OfHost & { readonly type: 'host_retired' })
  /**
   * A host is gone, with `steps` attempts in it, which go on elsewhere. `crash`: it died of itself. `cpu`, `memory`: it
   * was killed for that. `fault`: it was killed for what it said. `replaced`: killed after a cell ran out of memory.
   * `worker`: any other way, such as a kill from outside.
   */
  | (OfHost & {
      readonly type: 'host_lost';
      readonly reason: 'crash' | 'cpu' | 'memory' | 'fault' | 'replaced' | 'worker';
      readonly detail: string;
      readonly steps: number;
    })
  /** A cell is gone, with `steps` attempts in it, which go on elsewhere. */
  | (OfHost & {
      readonly type: 'cell_lost';
      readonly tenant: string;
      /** SHA-256 of the workflow's source, in hex. */
      readonly workflow: string;
      readonly reason: 'cpu' | 'memory' | 'rejection' | 'fault';
      readonly detail: string;
      readonly steps: number;
    })
  /**
   * A tenant has used its CPU time of this minute: none of its steps starts before `resumesAt`, which may be several minutes later. Told
   * once for all of that time; `runner.tenant(id).resumesAt` also says what has changed since, by steps that ran on or another budget.
   */
  | (News & {
      readonly type: 'tenant_suspended';
      readonly tenant: string;
      readonly usedMs: number;
      readonly budgetMs: number;
      readonly resumesAt: number;
    })
  /** The store has no room (`STORE_FULL`) or does not answer (`STORE_UNAVAILABLE`): nothing starts until it is `store_recovered`. */
  | (News & { readonly type: 'store_stalled'; readonly code: ErrorCode; readonly detail: string })
  | (News & { readonly type: 'store_recovered' })
  | Extract<RunEvent, { type: 'step_moved' | 'step_diverged' }>
  /** The reader lagged: this many events are missing here. */
  | (News & { readonly type: 'events_dropped'; readonly count: number });

type Told = Exclude<RunnerEvent, { type: 'events_dropped' }>;

/** Node keeps a channel by its name, for all of the process. */
const channels: Readonly<Record<Told['type'], ReturnType<typeof channel>>> = {
  host_started: channel('stepwell:host_started'),
  host_retired: channel('stepwell:host_retired'),
  host_lost: channel('stepwell:host_lost'),
  cell_lost: channel('stepwell:cell_lost'),
  tenant_suspended: channel('stepwell:tenant_suspended'),
  store_stalled: channel('stepwell:store_stalled'),
  store_recovered: channel('stepwell:store_recovered'),
  step_moved: channel('stepwell:step_moved'),
  step_diverged: channel('stepwell:step_diverged'),
};

export class Newsroom {
  readonly #stream = new EventStream<RunnerEvent>(
    (count, { at }) => ({ type: 'events_dropped', at, count }),
    defaultLimits,
  );

  tell(event: Told): void {
    this.#stream.emit(event);
    channels[event.type].publish(event);
  }

  events(): AsyncIterableIterator<RunnerEvent> {
    return this.#stream.read();
  }

  close(): void {
    this.#stream.end();
  }
}
