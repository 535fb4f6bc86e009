// The cells of one worker thread, and what the main thread wants of them. Every numbered message is answered in its turn.
import { type Cell, type CellFactory, createCellFactory } from '../cell/cell.ts';
import { clearTimeout, setTimeout } from '../machine-timers.ts';
import type { Channel } from '../protocol/channel.ts';
import { type CellSpec, encodeFrame, type FromWorker, type ToWorker } from '../protocol/frames.ts';
import type { Region } from '../protocol/region.ts';

/** Every so many turns of a cell its heap is measured; that takes longer than a short turn. */
const turnsPerHeapSample = 64;
/** Room in a frame for all but the text of a turn. */
const framingBytes = 1_024;
/** With nothing to do for so long, a worker makes the next cell beforehand. */
const restMs = 20;
/** When it has just been started, whoever started it may be about to use it. */
const firstRestMs = 150;

/** What a thread is told of its cells beforehand. */
export interface CellBounds {
  readonly frameBytes: number;
  /** V8 heap of most of them: the first is made of that size before it is asked for. */
  readonly cellMemoryMb: number;
  /** That of most of them, likewise. */
  readonly region: Region;
}

type OpenCell =
  | { readonly kind: 'open'; readonly cell: Cell; turns: number; heapBytes: number }
  /** It could not be made: its first delivery is answered with that. */
  | { readonly kind: 'faulty'; readonly detail: string };

export class CellServer {
  readonly #channel: Channel;
  readonly #frameBytes: number;
  readonly #cells: Map<number, OpenCell> = new Map();
  readonly #factory: CellFactory;
  #rest: NodeJS.Timeout | null = null;
  #restMs = firstRestMs;

  constructor(channel: Channel, { frameBytes, cellMemoryMb: memoryMb, region }: CellBounds) {
    this.#channel = channel;
    this.#frameBytes = frameBytes;
    this.#factory = createCellFactory({ memoryMb, region });
    this.#restLater();
  }

  handle(message: ToWorker): void {
    this.#handle(message);
    if (this.#factory.lacksSpare) this.#restLater();
  }

  #handle(message: ToWorker): void {
    switch (message[0]) {
      case 'deliver':
        return this.#deliver(message[1], message[2], message[3], message[4]);
      case 'open':
        return this.#make(message[1], message[2]);
      case 'close':
        return this.#drop(message[1]);
      default:
        return this.#answer(['pong', message[1]]);
    }
  }

  close(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    for (const id of [...this.#cells.keys()]) this.#drop(id);
    this.#factory.close();
  }

  #restLater(): void {
    if (this.#rest !== null) {
      this.#rest.refresh();
      return;
    }
    this.#rest = setTimeout(() => {
      this.#rest = null;
      try {
        this.#factory.prepare();
      } catch {
        // The next cell is made when it is needed, and then it says what is wrong.
      }
    }, this.#restMs);
    this.#rest.unref();
  }

  #make(id: number, spec: CellSpec): void {
    const before = process.threadCpuUsage();
    this.#cells.set(id, this.#open(spec));
    const { user, system } = process.threadCpuUsage(before);
    this.#answer(['opened', id, user + system]);
  }

  #open(spec: CellSpec): OpenCell {
    if (this.#restMs !== restMs) {
      // It is in use: whoever comes next may come soon.
      this.#restMs = restMs;
      if (this.#rest !== null) clearTimeout(this.#rest);
      this.#rest = null;
    }
    try {
      return { kind: 'open', cell: this.#factory.open(spec), turns: 0, heapBytes: 0 };
    } catch (error) {
      return { kind: 'faulty', detail: String(error).slice(0, 1_024) };
    }
  }

  #drop(id: number): void {
    const open = this.#cells.get(id);
    this.#cells.delete(id);
    if (open?.kind === 'open') open.cell.dispose();
  }

  #deliver(id: number, turn: number, text: string, budgetMs: number): void {
    const open = this.#cells.get(id);
    if (open === undefined) return; // Lost before this arrived; the main thread has been told.
    const answer = open.kind === 'open' ? this.#turn(id, turn, open, text, budgetMs) : fault(id, turn, open.detail);
    if (answer[0] === 'lost') this.#drop(id);
    this.#answer(answer);
  }

  #turn(
    id: number,
    turn: number,
    open: OpenCell & { readonly kind: 'open' },
    text: string,
    budgetMs: number,
  ): FromWorker {
    const result = open.cell.turn(text, budgetMs);
    if (result.kind === 'lost') return ['lost', turn, id, result.reason, result.detail, result.cpuMicros];
    if (!fits(result.text, this.#frameBytes - framingBytes)) {
      return ['lost', turn, id, 'memory', 'its ops have more text than a frame may hold', result.cpuMicros];
    }
    if (open.turns++ % turnsPerHeapSample === 0) open.heapBytes = open.cell.heapBytes();
    return ['turn', turn, id, result.text, result.cpuMicros, open.heapBytes];
  }

  #answer(message: FromWorker): void {
    this.#channel.send(encodeFrame([message]));
  }
}

/** Whether a text has at most so many bytes. Most are so short that none need be counted. */
function fits(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes;
}

function fault(id: number, turn: number, detail: string): FromWorker {
  return ['lost', turn, id, 'fault', detail, 0];
}
