// The readers of events. A reader that lags holds at most so many of them; then the oldest go, and it is told.
import { Fifo } from '../fifo.ts';

interface Reader<E> {
  readonly held: Fifo<E>;
  dropped: number;
  wake: (() => void) | null;
  /** Whether it has said that it wants no more. */
  isGone: boolean;
}

export class EventStream<E> {
  readonly #dropped: (count: number, next: E) => E;
  readonly #most: number;
  readonly #readers: Set<Reader<E>> = new Set();
  readonly #onReaders: (count: number) => void;
  #ended = false;

  /**
   * `dropped` makes the event that says how many are missing before the `next` one. `onReaders` hears how many readers there
   * are, each time that changes.
   */
  constructor(dropped: (count: number, next: E) => E, most: number, onReaders: (count: number) => void = () => {}) {
    this.#dropped = dropped;
    this.#most = most;
    this.#onReaders = onReaders;
  }

  emit(event: E): void {
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

  /** Events from this call on, until there are no more or the reader stops. */
  read(): AsyncIterableIterator<E> {
    const reader: Reader<E> = { held: new Fifo(), dropped: 0, wake: null, isGone: false };
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

  async *#iterate(reader: Reader<E>): AsyncGenerator<E> {
    try {
      for (;;) {
        const event = reader.held.shift();
        if (event !== undefined) {
          if (reader.dropped > 0) yield this.#takeDropped(reader, event);
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

  #remove(reader: Reader<E>): void {
    reader.isGone = true;
    reader.wake?.();
    this.#readers.delete(reader);
    this.#onReaders(this.#readers.size);
  }

  #takeDropped(reader: Reader<E>, next: E): E {
    const count = reader.dropped;
    reader.dropped = 0;
    return this.#dropped(count, next);
  }
}
