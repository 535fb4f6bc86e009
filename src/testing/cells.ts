// The one thread in which the cells of an exploration are, whichever of its imagined threads they belong to. Does one thing at a time.
// A cell that is empty when it is closed is kept for the next who wants one like it: making one takes longer than most runs.
import type { WorkerPool, WorkerThread } from '../pool/worker-thread.ts';
import { type CellSpec, decodeFromWorker, encodeFrame, type FromWorker, type ToWorker } from '../protocol/frames.ts';

export type Answer = Exclude<FromWorker, readonly ['pong' | 'opened', ...unknown[]]>;

const keptMost = 64;

export class Cells {
  readonly #thread: WorkerThread;
  /** Cells that nobody has, by what they were made of. */
  readonly #kept: Map<string, number[]> = new Map();
  readonly #keys: Map<number, string> = new Map();
  #made = 0;
  #turns = 0;
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  constructor(pool: WorkerPool) {
    this.#thread = pool.serve();
    this.#thread.channel.receive((frame) => {
      for (const message of decodeFromWorker(frame)) {
        if (message[0] !== 'pong' && message[0] !== 'opened') this.#settle?.resolve(message);
      }
    });
    void this.#thread.ended.then(({ detail }) => this.#settle?.reject(new Error(`The cells are lost: ${detail}`)));
  }

  open(spec: CellSpec): number {
    const key = JSON.stringify(spec);
    const kept = this.#kept.get(key)?.pop();
    if (kept !== undefined) return kept;
    const id = this.#made++;
    this.#keys.set(id, key);
    this.#send(['open', id, spec]);
    return id;
  }

  /** One turn of a cell. Rejects if the thread is lost. */
  deliver(id: number, text: string, budgetMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#send(['deliver', id, this.#turns++, text, budgetMs]);
    });
  }

  /** The cell is wanted no more. `isEmpty`: no step is in it. */
  close(id: number, isEmpty: boolean): void {
    const key = this.#keys.get(id) ?? '';
    const kept = this.#kept.get(key) ?? [];
    if (isEmpty && kept.length < keptMost) {
      kept.push(id);
      this.#kept.set(key, kept);
      return;
    }
    this.#keys.delete(id);
    this.#send(['close', id]);
  }

  /** The cell is gone by itself. */
  forget(id: number): void {
    this.#keys.delete(id);
  }

  /** A thread that is ended while it has cells takes the process along: it lets go of them first, and ends by itself. */
  async end(): Promise<void> {
    this.#thread.channel.close();
    await this.#thread.ended;
  }

  #send(message: ToWorker): void {
    this.#thread.channel.send(encodeFrame([message]));
  }
}
