// Hosts for the lanes, one thread each. Keeps a warm spare: a host that is lost is replaced by one that is up already.
import { clearTimeout, setTimeout } from '../machine-timers.ts';
import type { WorkerPool, WorkerThread } from '../pool/worker-thread.ts';
import { type Host, type HostOptions, startHost } from './host-process.ts';

/** The spare is started when the one before it has been out for so long: a host needs the processor to start. */
const spareAfterMs = 250;

export class HostPool implements WorkerPool {
  readonly #options: HostOptions;
  readonly #alive: Set<Host> = new Set();
  readonly #ends: Set<Promise<unknown>> = new Set();
  #spare: Host | null = null;
  #refill: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: Omit<HostOptions, 'entry'>) {
    this.#options = { ...options, entry: 'main' };
  }

  serve(): WorkerThread {
    const thread = this.#spare ?? this.#start();
    this.#spare = null;
    if (this.#refill !== null) clearTimeout(this.#refill);
    this.#refill = setTimeout(() => {
      this.#refill = null;
      if (!this.#closed) this.#spare = this.#start();
    }, spareAfterMs);
    this.#refill.unref();
    return thread;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#refill !== null) clearTimeout(this.#refill);
    for (const thread of this.#alive) thread.kill();
    await Promise.all(this.#ends);
  }

  #start(): Host {
    const thread = startHost(this.#options);
    this.#alive.add(thread);
    const end = thread.ended.then(() => {
      this.#alive.delete(thread);
      this.#ends.delete(end);
      if (this.#spare === thread) this.#spare = null;
    });
    this.#ends.add(end);
    return thread;
  }
}
