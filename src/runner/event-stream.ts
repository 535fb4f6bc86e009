// The readers of events. A reader that lags holds at most so many of them, of so many bytes; then the oldest go, and it is told.
import { Fifo } from '../fifo.ts';
import type { Limits } from '../limits.ts';
import { eventBytesOf, type HeldEvent } from '../state/events.ts';

/** What a reader that lags may hold. */
export type EventBounds = Pick<Limits, 'eventsBuffered' | 'eventBytesBuffered'>;

/** Where events that wait are counted, beside those of other streams. */
export interface EventAccount {
  hasRoom(bytes: number): boolean;
  /** Below 0: gives back. */
  take(bytes: number): void;
}

const unbounded: EventAccount = { hasRoom: () => true, take() {} };

/** A reader that was let go of without a word holds nothing any more. */
const abandoned = new FinalizationRegistry<() => void>((remove) => remove());

interface Reader<E> {
  readonly held: Fifo<E>;
  /** Of the events held. */
  bytes: number;
  dropped: number;
  wake: (() => void) | null;
  /** Whether it has said that it wants no more. */
  isGone: boolean;
}

export class EventStream<E extends HeldEvent> {
  readonly #dropped: (count: number, next: E) => E;
  readonly #bounds: EventBounds;
  readonly #readers: Set<Reader<E>> = new Set();
  readonly #onReaders: (count: number) => void;
  readonly #account: EventAccount;
  #ended = false;

  /**
   * `dropped` makes the event that says how many are missing before the `next` one. `onReaders` hears how many readers there
   * are, each time that changes.
   */
  constructor(
    dropped: (count: number, next: E) => E,
    bounds: EventBounds,
    onReaders: (count: number) => void = () => {},
    account: EventAccount = unbounded,
  ) {
    this.#dropped = dropped;
    this.#bounds = bounds;
    this.#onReaders = onReaders;
    this.#account = account;
  }

  emit(event: E): void {
    if (this.#readers.size === 0) return; // As most of the time: then nothing is weighed.
    const bytes = eventBytesOf(event);
    for (const reader of this.#readers) {
      while (!this.#hasRoom(reader, bytes)) {
        this.#shift(reader);
        reader.dropped++;
      }
      reader.held.push(event);
      this.#count(reader, bytes);
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
    const reader: Reader<E> = { held: new Fifo(), bytes: 0, dropped: 0, wake: null, isGone: false };
    if (!this.#ended) this.#readers.add(reader);
    this.#onReaders(this.#readers.size);
    const events = this.#iterate(reader);
    const iterator: AsyncIterableIterator<E> = {
      next: () => events.next(),
      return: () => {
        this.#remove(reader); // A generator that was never asked does not hear that it is not wanted.
        return events.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    abandoned.register(iterator, () => this.#remove(reader));
    return iterator;
  }

  async *#iterate(reader: Reader<E>): AsyncGenerator<E> {
    try {
      for (;;) {
        const event = this.#shift(reader);
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

  /** One event is held however large it is, or its reader would never hear of it. */
  #hasRoom({ held, bytes }: Reader<E>, more: number): boolean {
    const { eventsBuffered, eventBytesBuffered } = this.#bounds;
    if (held.size === 0) return true;
    return held.size < eventsBuffered && bytes + more <= eventBytesBuffered && this.#account.hasRoom(more);
  }

  #shift(reader: Reader<E>): E | undefined {
    const event = reader.held.shift();
    if (event !== undefined) this.#count(reader, -eventBytesOf(event));
    return event;
  }

  #count(reader: Reader<E>, bytes: number): void {
    reader.bytes += bytes;
    this.#account.take(bytes);
  }

  #remove(reader: Reader<E>): void {
    reader.isGone = true;
    reader.held.clear();
    this.#count(reader, -reader.bytes);
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
