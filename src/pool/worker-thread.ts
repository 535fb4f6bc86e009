// A thread that serves cells, as those see it who place steps in it: in this process or in another.
import type { Channel } from '../protocol/channel.ts';

/** How a thread ended. `crash`: its process died of itself. `fault`: it broke the protocol. `worker`: any other way. */
export interface ThreadEnd {
  readonly reason: 'crash' | 'fault' | 'worker';
  readonly detail: string;
}

/** What the operating system says of the process that a thread lives in. */
export interface Vitals {
  readonly residentBytes: number;
  /** CPU time of all its threads. */
  readonly cpuMs: number;
  /** Whether none of its threads runs or waits for a processor. */
  isAsleep(): boolean;
}

export interface WorkerThread {
  /** Of its own process; null for a thread of this one. */
  readonly pid: number | null;
  readonly channel: Channel;
  /** Resolves when nothing more will come from it. Never rejects. */
  readonly ended: Promise<ThreadEnd>;
  /** Ends it at once, whatever it is doing; null for a thread of this process: nothing does that. */
  readonly kill: (() => void) | null;
  /** Null where there is no telling. */
  vitals(): Vitals | null;
  /** Whoever made it sees to it that it answers, in his own time: it is not to be judged by how long that takes. */
  readonly isUnwatched?: true;
  /** Bytes that have gone over its channel, in both directions: whether they do is a sign of life. */
  bytesMoved(): number;
}

export interface WorkerPool {
  /** Starts serving on one more thread. */
  serve(): WorkerThread;
  /** Ends every thread. Idempotent. */
  close(): Promise<void>;
}
