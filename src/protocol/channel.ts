// The way frames travel between the main thread and one worker thread. Nothing above it knows what carries them: a
// message port within a process, or a pipe between two.
import type { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';

export interface Channel {
  /** Frames arrive in the order in which they were sent. `frame` is copied before this returns. */
  send(frame: Uint8Array): void;
  /** Takes the one receiver of frames. Call once. */
  receive(onFrame: (frame: Uint8Array) => void): void;
  close(): void;
}

export function portChannel(port: MessagePort): Channel {
  return {
    send(frame) {
      const copy = Uint8Array.prototype.slice.call(frame);
      port.postMessage(copy, [copy.buffer as ArrayBuffer]); // What slice made is an ArrayBuffer.
    },
    receive: (onFrame) => {
      port.on('message', onFrame);
    },
    close: () => port.close(),
  };
}

/** A frame in a pipe: its length in four bytes, little end first, and then itself. */
const headerBytes = 4;

/** `onBreach` is told, once, of a frame longer than `frameBytes`. Nothing is received after that. */
export function pipeChannel(pipe: Duplex, frameBytes: number, onBreach: (message: string) => void): Channel {
  return {
    send(frame) {
      if (pipe.destroyed) return; // Whoever reads is gone, and that is told elsewhere.
      const message = Buffer.allocUnsafe(headerBytes + frame.byteLength);
      message.writeUInt32LE(frame.byteLength);
      message.set(frame, headerBytes);
      pipe.write(message);
    },
    receive(onFrame) {
      const reader = new FrameReader(frameBytes, onFrame);
      const read = (chunk: Buffer): void => {
        if (reader.read(chunk)) return;
        pipe.off('data', read); // Chunks that came before are still told of.
        pipe.destroy();
        onBreach(`A frame is longer than ${frameBytes} bytes.`);
      };
      pipe.on('data', read);
    },
    close: () => pipe.destroy(),
  };
}

/** Cuts a stream of bytes into frames. Holds no more than one frame, and only what has arrived of it. */
export class FrameReader {
  readonly #frameBytes: number;
  readonly #onFrame: (frame: Uint8Array) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(frameBytes: number, onFrame: (frame: Uint8Array) => void) {
    this.#frameBytes = frameBytes;
    this.#onFrame = onFrame;
  }

  /** False if a frame is too long: then nothing may follow. */
  read(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= headerBytes) {
      const length = this.#header();
      if (length > this.#frameBytes) return false;
      const end = headerBytes + length;
      if (this.#bytes < end) return true;
      const whole = this.#joined();
      this.#chunks = whole.length > end ? [whole.subarray(end)] : [];
      this.#bytes = whole.length - end;
      this.#onFrame(whole.subarray(headerBytes, end));
    }
    return true;
  }

  /** The length of the frame that is under way. */
  #header(): number {
    const [first] = this.#chunks;
    return first !== undefined && first.length >= headerBytes ? first.readUInt32LE() : this.#joined().readUInt32LE();
  }

  #joined(): Buffer {
    const [first, second] = this.#chunks;
    if (first !== undefined && second === undefined) return first;
    const whole = Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [whole];
    return whole;
  }
}
