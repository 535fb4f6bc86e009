// What the runner of an exploration takes for a thread. It does what it was sent when it is told to, in order, in cells that it has for
// the time being.
import { queueMicrotask } from '../machine-timers.ts';
import type { ThreadEnd, WorkerThread } from '../pool/worker-thread.ts';
import { type CellSpec, decodeToWorker, encodeFrame, type FromWorker, type ToWorker } from '../protocol/frames.ts';
import type { Cells } from './cells.ts';
import { StepsInside } from './steps-inside.ts';

/** What a turn is said to have cost: what it really took would differ from time to time, and with it what the runner does next. */
const turnMicros = 100;
const heapBytes = 1_000_000;

export class ImaginedThread implements WorkerThread {
  readonly pid = null;
  readonly kill = null;
  readonly isUnwatched = true;
  readonly vitals = (): null => null;
  readonly bytesMoved = (): number => 0;
  readonly channel;
  readonly ended: Promise<ThreadEnd>;
  readonly steps = new StepsInside();
  /** Against that of others. */
  readonly speed: number;
  readonly #cells: Cells;
  /** The cells that it has, by what the runner calls them. */
  readonly #own: Map<number, number> = new Map();
  readonly #inbox: ToWorker[] = [];
  readonly #end: (end: ThreadEnd) => void;
  #onFrame: ((frame: Uint8Array) => void) | null = null;
  #isOver = false;

  /** `wake` is called when there is something to do. */
  constructor(cells: Cells, speed: number, wake: () => void) {
    this.#cells = cells;
    this.speed = speed;
    const { promise, resolve } = Promise.withResolvers<ThreadEnd>();
    this.ended = promise;
    this.#end = resolve;
    this.channel = {
      send: (frame: Uint8Array): void => {
        if (this.#isOver) return;
        this.#inbox.push(...decodeToWorker(Uint8Array.from(frame)));
        queueMicrotask(() => {
          this.#doWhatTakesNoTurn();
          wake();
        });
      },
      receive: (onFrame: (frame: Uint8Array) => void): void => {
        this.#onFrame = onFrame;
      },
      close: (): void => this.end('the runner has let go of it'),
    };
  }

  /** Whether it has been sent a turn that it has not answered. */
  get isWaiting(): boolean {
    return this.#inbox[0]?.[0] === 'deliver';
  }

  /** Does the turn that waits. Null: it was for a cell that is gone. */
  async doNext(): Promise<FromWorker | null> {
    const next = this.#inbox.shift();
    if (next?.[0] !== 'deliver') return null;
    const [, cell, turn, text, budgetMs] = next;
    const own = this.#own.get(cell);
    if (own === undefined) return null;
    this.steps.delivered(cell, text);
    const answer = await this.#cells.deliver(own, text, budgetMs);
    if (answer[0] === 'turn') return ['turn', turn, cell, answer[3], turnMicros, heapBytes];
    this.#own.delete(cell);
    this.#cells.forget(own);
    return ['lost', turn, cell, answer[3], answer[4], turnMicros];
  }

  answer(message: FromWorker): void {
    if (message[0] === 'turn') this.steps.said(message[2], message[3]);
    this.#say(message);
    this.#doWhatTakesNoTurn();
  }

  end(detail: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbox.length = 0;
    for (const cell of [...this.#own.keys()]) this.#close(cell);
    this.#end({ reason: 'worker', detail });
  }

  /** Up to the next turn that it was sent: nothing hangs on when these are done. */
  #doWhatTakesNoTurn(): void {
    for (let next = this.#inbox[0]; next !== undefined && next[0] !== 'deliver'; next = this.#inbox[0]) {
      this.#inbox.shift();
      if (next[0] === 'open') this.#open(next[1], next[2]);
      else if (next[0] === 'close') this.#close(next[1]);
      else this.#say(['pong', next[1]]);
    }
  }

  #open(cell: number, spec: CellSpec): void {
    this.steps.opened(cell, spec.methods);
    this.#own.set(cell, this.#cells.open(spec));
  }

  #close(cell: number): void {
    const own = this.#own.get(cell);
    this.#own.delete(cell);
    if (own !== undefined) this.#cells.close(own, this.steps.areOver(cell));
  }

  #say(message: FromWorker): void {
    if (!this.#isOver) this.#onFrame?.(encodeFrame([message]));
  }
}
