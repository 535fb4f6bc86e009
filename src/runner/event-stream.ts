// The readers of one run's events. A reader that lags holds at most so many events; then the oldest go, and it is told.
import type { RunId } from '../ids.ts';
import { Fifo } from '../schedule/fifo.ts';
import type { RunEvent } from '../state/events.ts';

interface Reader {
  readonly held: Fifo<RunEvent>;
  dropped: number;
  wake: (() => void) | null;
  /** Whether it has said that it wants no more. */
  isGone: boolean;
}

export class EventStream {
  readonly #runId: RunId;
  readonly #most: number;
  readonly #readers: Set<Reader> = new Set();
  readonly #onReaders: (count: number) => void;
  #ended = false;

  /** `onReaders` hears how many readers there are, each time that changes. */
  constructor(runId: RunId, most: number, onReaders: (count: number) => void) {
    this.#runId = runId;
    this.#most = most;
    this.#onReaders = onReaders;
  }

  emit(event: RunEvent): void {
    for (const reader of this.#readers) {
      if (reader.held.size >= this.#most) {
        reader.held.shift();
        reader.dropped++;
      }
      reader.held.push(event);
      reader.wake?.();
    }
  }

  /** No more events come. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.wake?.();
  }

  /** Events from this call on, until the run ends or the reader stops. */
  read(): AsyncIterableIterator<RunEvent> {
    const reader: Reader = { held: new Fifo(), dropped: 0, wake: null, isGone: false };
    if (!this.#ended) this.#readers.add(reader);
    this.#onReaders(this.#readers.size);
    const events = this.#iterate(reader);
    return {
      next: () => events.next(),
      return: () => {
        this.#remove(reader); // A generator that was never asked does not hear that it is not wanted.
        return events.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#iterate(reader: Reader): AsyncGenerator<RunEvent> {
    try {
      for (;;) {
        const event = reader.held.shift();
        if (event !== undefined) {
          if (reader.dropped > 0) yield this.#takeDropped(reader, event.at);
          yield event;
        } else if (this.#ended || reader.isGone) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
          reader.wake = null;
        }
      }
    } finally {
      this.#remove(reader);
    }
  }

  #remove(reader: Reader): void {
    reader.isGone = true;
    reader.wake?.();
    this.#readers.delete(reader);
    this.#onReaders(this.#readers.size);
  }

  #takeDropped(reader: Reader, at: number): RunEvent {
    const count = reader.dropped;
    reader.dropped = 0;
    return { type: 'events_dropped', runId: this.#runId, at, count };
  }
}
