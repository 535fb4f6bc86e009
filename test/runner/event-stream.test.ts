// What waits for a reader that lags is bounded by count and by bytes, and it is told how much it has missed.
import { describe, expect, it } from 'vitest';
import { EventStream } from '../../src/runner/event-stream.ts';
import { Newsroom } from '../../src/runner/news.ts';

interface TestEvent {
  readonly at: number;
  readonly text?: string;
  readonly dropped?: number;
}

const eventBytes = 256;
const textLength = 1_000;

function streamOf(eventsBuffered: number, eventBytesBuffered: number): EventStream<TestEvent> {
  return new EventStream((dropped, { at }) => ({ at, dropped }), { eventsBuffered, eventBytesBuffered });
}

function emit(stream: EventStream<TestEvent>, first: number, last: number, length = textLength): void {
  for (let at = first; at <= last; at++) stream.emit({ at, text: 'x'.repeat(length) });
}

/** What a reader gets: when events happened, and `-n` for n that are missing. */
async function taken(events: AsyncIterable<TestEvent>): Promise<number[]> {
  return Array.fromAsync(events, ({ at, dropped }) => (dropped === undefined ? at : -dropped));
}

describe('of the events that wait for a reader the oldest go', () => {
  it('when there are more than there may be', async () => {
    const stream = streamOf(3, 1e9);
    const events = stream.read();
    emit(stream, 1, 10);
    stream.end();
    expect(await taken(events)).toEqual([-7, 8, 9, 10]);
  });

  it('when they hold more than they may, and not before', async () => {
    const stream = streamOf(1_000, 3 * (eventBytes + textLength));
    const [first, second] = [stream.read(), stream.read()];
    emit(stream, 1, 3);
    await second.next();
    emit(stream, 4, 4);
    stream.end();
    expect([await taken(first), await taken(second)]).toEqual([
      [-1, 2, 3, 4],
      [2, 3, 4],
    ]);
  });

  it('as many as a large one needs to have room, which is there also if it needs all', async () => {
    const stream = streamOf(1_000, 10 * (eventBytes + textLength));
    const events = stream.read();
    emit(stream, 1, 10);
    emit(stream, 11, 11, 4 * textLength);
    expect([(await events.next()).value, (await events.next()).value]).toMatchObject([{ dropped: 4 }, { at: 5 }]);
    emit(stream, 12, 12, 100 * textLength);
    stream.end();
    expect(await taken(events)).toEqual([-6, 12]);
  });

  it('and one that is alone stays, however large it is', async () => {
    const stream = streamOf(1_000, 1);
    const events = stream.read();
    emit(stream, 1, 2);
    stream.end();
    expect(await taken(events)).toEqual([-1, 2]);
  });
});

describe('an event holds', () => {
  const [long, none] = ['x'.repeat(10_000), ''];

  it.each([
    { text: long },
    { detail: long },
    { error: { name: long, message: none, stack: none } },
    { error: { name: none, message: long, stack: none } },
    { error: { name: none, message: none, stack: long } },
  ])('its texts: case %#', async (texts) => {
    const bounds = { eventsBuffered: 1_000, eventBytesBuffered: 2 * (eventBytes + long.length) };
    const stream = new EventStream<TestEvent>((dropped, { at }) => ({ at, dropped }), bounds);
    const events = stream.read();
    for (const at of [1, 2, 3]) stream.emit({ at, ...texts });
    stream.end();
    expect(await taken(events)).toEqual([-1, 2, 3]);
  });
});

it('news of a runner are held to 16 MiB', async () => {
  const newsroom = new Newsroom();
  const events = newsroom.events();
  const detail = 'x'.repeat(2 ** 20);
  for (let at = 1; at <= 20; at++) newsroom.tell({ type: 'store_stalled', at, code: 'STORE_FULL', detail });
  newsroom.close();
  const [first, ...others] = await Array.fromAsync(events);
  expect(first).toEqual({ type: 'events_dropped', at: 6, count: 5 });
  expect(others).toHaveLength(15);
});
