// Frames come out of a pipe as they went in, however the system cuts the bytes; whoever announces one that is too long
// is told of, once, and heard no more.
import { Duplex, duplexPair } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { FrameReader, pipeChannel, portChannel } from '../../src/protocol/channel.ts';
import { seededRandom, seeds } from '../random.ts';

const most = 64;

function headerOf(length: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(length);
  return header;
}

function piped(...frames: readonly Buffer[]): Buffer {
  return Buffer.concat(frames.flatMap((frame) => [headerOf(frame.length), frame]));
}

/** A reader, and what it has read: as text, since a frame is only valid while it is told. */
function createReader(): { reader: FrameReader; frames: string[] } {
  const frames: string[] = [];
  return { reader: new FrameReader(most, (frame) => frames.push(Buffer.from(frame).toString('latin1'))), frames };
}

const three = ['one', '', 'three '.repeat(9)];
const bytesOfThree = piped(...three.map((text) => Buffer.from(text)));

describe('a frame', () => {
  it('is read whole, at whatever byte the chunks are cut', () => {
    for (let first = 0; first <= bytesOfThree.length; first++) {
      for (let second = first; second <= bytesOfThree.length; second++) {
        const { reader, frames } = createReader();
        for (const [start, end] of [
          [0, first],
          [first, second],
          [second, bytesOfThree.length],
        ]) {
          expect(reader.read(bytesOfThree.subarray(start, end))).toBe(true);
        }
        expect(frames, `cut at ${first} and ${second}`).toEqual(three);
      }
    }
  });

  it('is read when its last byte has come, and not before', () => {
    const { reader, frames } = createReader();
    const counts = [...bytesOfThree].map((byte) => {
      reader.read(Buffer.of(byte));
      return frames.length;
    });
    const ends = [4 + 3, 4 + 3 + 4, bytesOfThree.length];
    expect(counts).toEqual(counts.map((_, at) => ends.filter((end) => end <= at + 1).length));
    expect(frames).toEqual(three);
  });

  it('is read in its order, however many come at once', () => {
    const { reader, frames } = createReader();
    const many = Array.from({ length: 1_000 }, (_, i) => String(i));
    expect(reader.read(piped(...many.map((text) => Buffer.from(text))))).toBe(true);
    expect(frames).toEqual(many);
  });

  it('may be empty, and may be as long as is allowed', () => {
    const { reader, frames } = createReader();
    const longest = 'x'.repeat(most);
    expect(reader.read(piped(Buffer.alloc(0), Buffer.from(longest), Buffer.alloc(0)))).toBe(true);
    expect(frames).toEqual(['', longest, '']);
  });

  it('comes out as it went in, whatever it is and however it is cut', () => {
    for (const seed of seeds()) {
      const { below } = seededRandom(seed);
      const sent = Array.from({ length: 300 }, () =>
        Buffer.from(Array.from({ length: below(most + 1) }, () => below(256))),
      );
      const { reader, frames } = createReader();
      const bytes = piped(...sent);
      for (let at = 0; at < bytes.length; ) {
        const length = below(2) === 0 ? below(8) : below(300);
        reader.read(bytes.subarray(at, at + length));
        at += length;
      }
      expect(frames, `seed ${seed}`).toEqual(sent.map((frame) => frame.toString('latin1')));
    }
  });
});

describe('a frame that is too long', () => {
  it.each([most + 1, 2 ** 16, 2 ** 31, 2 ** 32 - 1])('of %i bytes is refused by its header alone', (length) => {
    for (let cut = 0; cut <= 4; cut++) {
      const { reader, frames } = createReader();
      const bytes = Buffer.concat([piped(Buffer.from('before')), headerOf(length)]);
      const at = bytes.length - cut;
      const isRead = [bytes.subarray(0, at), bytes.subarray(at)].map((chunk) => reader.read(chunk));
      expect(isRead).toEqual([cut > 0, false]);
      expect(frames).toEqual(['before']);
    }
  });
});

/** Lets what is in a pipe arrive. */
async function arrive(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

interface Piped {
  readonly pipe: Duplex;
  readonly other: Duplex;
  readonly frames: string[];
  readonly breaches: string[];
}

function receiving(): Piped {
  const [pipe, other] = duplexPair();
  const frames: string[] = [];
  const breaches: string[] = [];
  const channel = pipeChannel(pipe, most, (message) => breaches.push(message));
  channel.receive((frame) => frames.push(Buffer.from(frame).toString('latin1')));
  return { pipe, other, frames, breaches };
}

describe('a channel over a pipe', () => {
  it('carries frames both ways, in order', async () => {
    const [here, there] = duplexPair();
    const heard: string[] = [];
    const channels = [here, there].map((pipe) => pipeChannel(pipe, most, expect.unreachable));
    for (const [i, channel] of channels.entries()) {
      channel.receive((frame) => heard.push(`${i} hears ${Buffer.from(frame).toString()}`));
      for (const text of ['', 'a', 'b'.repeat(most)]) channel.send(Buffer.from(text));
    }
    await arrive();
    for (const i of [0, 1]) {
      expect(heard.filter((line) => line.startsWith(String(i)))).toEqual(
        ['', 'a', 'b'.repeat(most)].map((text) => `${i} hears ${text}`),
      );
    }
  });

  it('has copied what it sends', async () => {
    const { other, frames } = receiving();
    const frame = Buffer.from('first');
    const channel = pipeChannel(other, most, expect.unreachable);
    channel.send(frame);
    frame.fill('x');
    await arrive();
    expect(frames).toEqual(['first']);
  });

  it('tells once of a frame that is too long, and hears nothing after it', async () => {
    const { pipe, other, frames, breaches } = receiving();
    other.write(Buffer.concat([piped(Buffer.from('good')), headerOf(most + 1), piped(Buffer.from('same chunk'))]));
    await arrive();
    other.write(piped(Buffer.from('next chunk')));
    other.write(headerOf(2 ** 32 - 1));
    await arrive();
    expect({ frames, breaches: breaches.length, destroyed: pipe.destroyed }).toEqual({
      frames: ['good'],
      breaches: 1,
      destroyed: true,
    });
  });

  it('hears nothing of what had come before it knew, and tells of nothing twice', async () => {
    const { other, frames, breaches } = receiving();
    for (const bytes of [headerOf(most + 1), piped(Buffer.from('a')), headerOf(most + 1), piped(Buffer.from('b'))])
      other.write(bytes);
    await arrive();
    expect([frames, breaches.length]).toEqual([[], 1]);
  });

  it('hears nothing of a frame whose writer has ended in the middle of it', async () => {
    const { other, frames, breaches } = receiving();
    other.end(piped(Buffer.from('whole'), Buffer.from('cut off')).subarray(0, -1));
    await arrive();
    expect([frames, breaches]).toEqual([['whole'], []]);
  });

  it('sends nothing to who is gone', () => {
    const pipe = new Duplex({ read() {}, write: expect.unreachable });
    const channel = pipeChannel(pipe, most, expect.unreachable);
    channel.close();
    channel.send(Buffer.from('late'));
    expect(pipe.destroyed).toBe(true);
  });
});

describe('a channel over a port', () => {
  it('carries copies of frames, in order', async () => {
    const { port1, port2 } = new MessageChannel();
    const [here, there] = [portChannel(port1), portChannel(port2)];
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    there.receive((frame) => {
      if (heard.push(Buffer.from(frame).toString()) === 3) resolve();
    });
    const frame = Buffer.from('a');
    for (const text of ['a', 'b', 'c']) {
      frame.write(text);
      here.send(frame);
    }
    await promise;
    here.close();
    expect([heard, frame.toString()]).toEqual([['a', 'b', 'c'], 'c']);
  });
});
