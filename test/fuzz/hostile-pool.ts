// A pool of workers in this process, of which those of the shared lane that come first may say what they like: what they
// answer goes through damage. Keeps the books on who was where, so that a test knows whom a lie may have reached.
import type { ThreadEnd, WorkerPool, WorkerThread } from '../../src/pool/worker-thread.ts';
import { decodeToWorker, encodeFrame, type FromWorker, type ToWorker } from '../../src/protocol/frames.ts';
import { inboxLetters, opLetters } from '../../src/protocol/records.ts';
import type { Random } from '../random.ts';
import type { Damage, Scene } from './damage.ts';
import { recordsOf, type WarmCells, WarmServer } from './warm-cells.ts';

/** Decides about one answer; null leaves it as it is. */
export type Mischief = (scene: Scene) => Damage | null;

const ends: readonly string[] = [opLetters.completed, opLetters.failed, opLetters.stalled];

export class HostileWorker implements WorkerThread {
  readonly pid = null;
  readonly vitals = (): null => null;
  readonly bytesMoved = (): number => 0;
  readonly ended: Promise<ThreadEnd>;
  readonly kill: () => void;
  readonly channel;
  kills = 0;
  closes = 0;
  /** Whether any of its frames has been damaged so that it had to be ended. */
  hasBreached = false;
  /** Runs that it may have lied for. */
  readonly liedFor: Set<string> = new Set();
  readonly #pool: HostilePool;
  readonly #mischief: Mischief | null;
  readonly #server: WarmServer;
  readonly #inbox: ToWorker[] = [];
  readonly #outbox: { readonly frame: Uint8Array; readonly isBreach: boolean }[] = [];
  #later: readonly Uint8Array[] = [];
  readonly #sent: Uint8Array[] = [];
  /** The run of each step, by the cell that it was started in. */
  readonly #runs: Map<number, Map<number, string>> = new Map();
  /** The run whose steps are started in a cell. */
  readonly #started: Map<number, string> = new Map();
  readonly #over: Set<number> = new Set();
  #budgetMs = 0;
  #onFrame: (frame: Uint8Array) => void = () => {};

  constructor(pool: HostilePool, mischief: Mischief | null) {
    this.#pool = pool;
    this.#mischief = mischief;
    this.#server = new WarmServer(pool.warm);
    const { promise, resolve } = Promise.withResolvers<ThreadEnd>();
    this.ended = promise;
    this.kill = () => {
      this.kills++;
      this.#server.close();
      this.#inbox.length = 0;
      resolve({ reason: 'worker', detail: 'it was ended by SIGKILL' });
    };
    this.channel = {
      send: (frame: Uint8Array) => {
        if (this.kills === 0) this.#inbox.push(...decodeToWorker(Uint8Array.from(frame)));
      },
      receive: (onFrame: (frame: Uint8Array) => void) => {
        this.#onFrame = onFrame;
      },
      close: () => {
        this.closes++;
      },
    };
  }

  /** Does one thing that it has to do. False if there is nothing. What a thread has sent arrives even when it has ended. */
  work(): boolean {
    const out = this.#outbox.shift();
    if (out !== undefined) {
      this.#pool.deliver(this, out.frame, out.isBreach, this.#onFrame);
      return true;
    }
    const message = this.#inbox.shift();
    if (message === undefined) return false;
    const answer = this.#heed(message);
    if (answer !== null) this.#post(answer);
    return true;
  }

  /** What it has held back goes out. False if there is none. */
  relent(): boolean {
    const held = this.#later;
    this.#later = [];
    for (const frame of held) this.#outbox.push({ frame, isBreach: false });
    return held.length > 0;
  }

  #heed(message: ToWorker): FromWorker | null {
    if (message[0] === 'open') this.#runs.set(message[1], new Map());
    if (message[0] === 'deliver') {
      const runs = this.#runs.get(message[1]);
      this.#budgetMs = message[4];
      for (const [letter, first = ''] of recordsOf(message[3])) {
        if (letter === inboxLetters.run) this.#started.set(message[1], JSON.parse(first));
        if (letter === inboxLetters.start) runs?.set(Number(first), this.#started.get(message[1]) ?? '');
      }
    }
    return this.#server.answer(message);
  }

  #post(answer: FromWorker): void {
    const frame = Uint8Array.from(encodeFrame([answer]));
    const scene = this.#scene(answer, frame);
    const damage = this.#mischief?.(scene) ?? null;
    if (answer[0] === 'turn') {
      for (const [letter = '', ref] of recordsOf(answer[3])) if (ends.includes(letter)) this.#over.add(Number(ref));
    }
    if (damage?.kind === 'lie') for (const run of scene.runs) this.liedFor.add(run);
    const frames = damage?.frames ?? [frame];
    for (const [i, next] of frames.entries()) {
      this.#outbox.push({ frame: next, isBreach: damage?.kind === 'breach' && i === frames.length - 1 });
    }
    this.relent();
    this.#later = damage?.later ?? [];
    this.#sent.push(frame);
    this.#pool.remember(this, frame);
  }

  #scene(answer: FromWorker, frame: Uint8Array): Scene {
    const own = answer[0] === 'pong' ? new Map<number, string>() : (this.#runs.get(answer[2]) ?? new Map());
    const all = [...this.#runs.values()].flatMap((runs) => [...runs.keys()]);
    return {
      random: this.#pool.random,
      answer,
      frame,
      sent: this.#sent,
      foreign: this.#pool.foreignTo(this),
      budgetMs: this.#budgetMs,
      runs: [...new Set(own.values())],
      own: [...own.keys()].filter((ref) => !this.#over.has(ref)),
      elsewhere: all.filter((ref) => !own.has(ref) && !this.#over.has(ref)),
      gone: [...this.#over],
      unknown: 1_000 + Math.max(0, ...all),
      cells: [...this.#runs.keys()],
    };
  }
}

export class HostilePool implements WorkerPool {
  readonly workers: HostileWorker[] = [];
  readonly warm: WarmCells;
  readonly random: Random;
  /** What the main thread has thrown at whoever brought it a frame: it would have ended the process. */
  readonly thrown: unknown[] = [];
  /** Breaches after which the thread was not ended at once. */
  readonly overlooked: HostileWorker[] = [];
  readonly #mischief: (index: number) => Mischief | null;
  #last: { readonly from: HostileWorker; readonly frame: Uint8Array }[] = [];

  /** `mischief` of the worker that is started as the so manieth. */
  constructor(warm: WarmCells, random: Random, mischief: (index: number) => Mischief | null) {
    this.warm = warm;
    this.random = random;
    this.#mischief = mischief;
  }

  serve(): WorkerThread {
    const worker = new HostileWorker(this, this.#mischief(this.workers.length));
    this.workers.push(worker);
    return worker;
  }

  async close(): Promise<void> {}

  /** Lets some of the workers do something. False if none had anything to do. */
  work(): boolean {
    let hasWorked = false;
    for (const worker of this.workers) {
      for (let most = this.random.below(4); most > 0 && worker.work(); most--) hasWorked = true;
    }
    return hasWorked || this.workers.some((worker) => worker.work()) || this.workers.some((worker) => worker.relent());
  }

  deliver(to: HostileWorker, frame: Uint8Array, isBreach: boolean, onFrame: (frame: Uint8Array) => void): void {
    const wasAlive = to.kills === 0;
    try {
      onFrame(frame);
    } catch (error) {
      this.thrown.push(error);
    }
    if (!isBreach || !wasAlive) return;
    to.hasBreached = true;
    if (to.kills !== 1) this.overlooked.push(to);
  }

  remember(from: HostileWorker, frame: Uint8Array): void {
    this.#last = [...this.#last.filter((last) => last.from !== from), { from, frame }];
  }

  foreignTo(worker: HostileWorker): Uint8Array | null {
    return this.#last.findLast(({ from }) => from !== worker)?.frame ?? null;
  }
}
