// Threads that are imagined, each as fast or slow as chance has it. What the runner sends them waits until chance picks it, and then one
// thing at a time is done; now and then a thread is lost, or a step fails that had done all. Everything that happens follows from the seed.
import { setImmediate } from '../machine-timers.ts';
import type { WorkerPool, WorkerThread } from '../pool/worker-thread.ts';
import type { FromWorker } from '../protocol/frames.ts';
import type { Cells } from './cells.ts';
import type { Chance } from './chance.ts';
import { ImaginedThread } from './imagined-thread.ts';

export interface Mishaps {
  /** Threads that are lost in a run, at most. */
  readonly threadsLost: number;
  /** Attempts that fail, at most; none of them is a step's last. */
  readonly failures: number;
  readonly maxAttempts: number;
}

/** The fastest thread is 2 to the power of this, less one, times as fast as the slowest. */
const speedsMost = 9;

export class ShuffledPool implements WorkerPool {
  readonly #cells: Cells;
  readonly #chance: Chance;
  readonly #threads: Set<ImaginedThread> = new Set();
  #threadsLost: number;
  #failures: number;
  readonly #maxAttempts: number;
  #isPumping = false;
  /** Of threads that were lost, and whose places the runner has not filled again. */
  #vacant = 0;

  constructor(cells: Cells, chance: Chance, { threadsLost, failures, maxAttempts }: Mishaps) {
    this.#cells = cells;
    this.#chance = chance;
    this.#threadsLost = threadsLost;
    this.#failures = failures;
    this.#maxAttempts = maxAttempts;
  }

  serve(): WorkerThread {
    const speed = 2 ** this.#chance.below(speedsMost);
    const thread = new ImaginedThread(this.#cells, speed, () => this.#pump());
    this.#threads.add(thread);
    this.#vacant = Math.max(0, this.#vacant - 1);
    this.#pump();
    return thread;
  }

  async close(): Promise<void> {
    for (const thread of this.#threads) thread.end('the exploration is over');
    this.#threads.clear();
  }

  /** Goes on as long as there is something to do, each thing in a turn of the event loop of its own. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(async () => {
      await this.#doNext();
      this.#isPumping = false;
      if (this.#vacant === 0 && [...this.#threads].some(({ isWaiting }) => isWaiting)) this.#pump();
    });
  }

  async #doNext(): Promise<void> {
    if (this.#vacant > 0) return;
    const waiting = [...this.#threads].filter(({ isWaiting }) => isWaiting);
    const thread = this.#pick(waiting);
    if (thread === undefined) return;
    // Before or after it has done what it was sent: either way nobody hears of it.
    const isLost = this.#threadsLost > 0 && this.#chance.oneIn(32);
    const isDone = !isLost || this.#chance.oneIn(2);
    const answer = isDone ? await thread.doNext() : null;
    if (isLost) return this.#lose(thread);
    if (answer !== null) thread.answer(this.#withFailures(thread, answer));
  }

  /** One that is twice as fast is picked twice as often. */
  #pick(waiting: readonly ImaginedThread[]): ImaginedThread | undefined {
    const speeds = waiting.reduce((sum, { speed }) => sum + speed, 0);
    let left = this.#chance.below(Math.max(1, speeds));
    return waiting.find(({ speed }) => {
      left -= speed;
      return left < 0;
    });
  }

  #lose(thread: ImaginedThread): void {
    this.#threadsLost--;
    this.#vacant++;
    this.#threads.delete(thread);
    thread.end('chance had it so');
  }

  #withFailures({ steps }: ImaginedThread, answer: FromWorker): FromWorker {
    if (answer[0] !== 'turn') return answer;
    const [kind, turn, cell, text, ...cost] = answer;
    const fails = (attempt: number): boolean => {
      if (this.#failures === 0 || attempt >= this.#maxAttempts || !this.#chance.oneIn(16)) return false;
      this.#failures--;
      return true;
    };
    return [kind, turn, cell, steps.withFailures(cell, text, fails), ...cost];
  }
}
