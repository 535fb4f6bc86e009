// What one worker thread has said and has not been read yet, in order. It is read a part at a time: when the slice of this turn of the event
// loop is used, the rest waits for a later one, and so does what comes after it.
import { Fifo } from '../fifo.ts';
import type { LoopSlices } from '../loop-slices.ts';
import type { LinkEnd } from './turns.ts';
import type { WorkerLink } from './worker-link.ts';

export interface InboxReader {
  /** Reads a frame, and stops where the rest may be put off. Gives why the thread must be ended, if it must. */
  read(link: WorkerLink, frame: Uint8Array): Generator<void, LinkEnd | null>;
  /** A frame has been read, or a part of it: what that caused can be carried out. */
  settled(): void;
  /** All that came before has been read. */
  ended(end: LinkEnd): void;
}

export class Inbox {
  readonly #link: WorkerLink;
  readonly #slices: LoopSlices;
  readonly #reader: InboxReader;
  readonly #frames: Fifo<Uint8Array> = new Fifo();
  /** The frame that has been read in part. */
  #underWay: Generator<void, LinkEnd | null> | null = null;
  /** How the thread has ended, once all else is read. */
  #end: LinkEnd | null = null;
  #isReading = false;
  #isClosed = false;

  constructor(link: WorkerLink, slices: LoopSlices, reader: InboxReader) {
    this.#link = link;
    this.#slices = slices;
    this.#reader = reader;
  }

  add(frame: Uint8Array): void {
    if (this.#isClosed) return;
    this.#frames.push(frame);
    this.#begin();
  }

  /** The first end counts. */
  addEnd(end: LinkEnd): void {
    if (this.#isClosed) return;
    this.#end ??= end;
    this.#begin();
  }

  /** Nothing of it is read any more. */
  close(): void {
    this.#isClosed = true;
    this.#frames.clear();
    this.#underWay = null;
  }

  /** Unless what came before is still to be read: then this is read after it. */
  #begin(): void {
    if (!this.#isReading && !this.#link.isBehind) this.#read();
  }

  readonly #read = (): void => {
    this.#link.isBehind = false;
    this.#isReading = true;
    try {
      this.#slices.spend(() => this.#readWhileThereIsTime());
    } finally {
      this.#isReading = false;
    }
  };

  #readWhileThereIsTime(): void {
    while (!this.#isClosed && this.#readPart()) {
      if (!this.#slices.isUsed) continue;
      this.#link.isBehind = true;
      this.#slices.later(this.#read);
      if (this.#underWay !== null) this.#reader.settled();
      return;
    }
  }

  /** Whether there may be more to read. */
  #readPart(): boolean {
    if (this.#underWay === null) {
      const frame = this.#frames.shift();
      if (frame === undefined) {
        if (this.#end !== null) this.#over(this.#end);
        return false;
      }
      this.#underWay = this.#reader.read(this.#link, frame);
    }
    const { done, value } = this.#underWay.next();
    if (done !== true) return true;
    this.#underWay = null;
    if (value) this.#over(value);
    else this.#reader.settled();
    return this.#frames.size > 0 || this.#end !== null;
  }

  #over(end: LinkEnd): void {
    this.close();
    this.#reader.ended(end);
  }
}
