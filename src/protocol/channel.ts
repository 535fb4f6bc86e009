// The way frames travel between the main thread and one worker thread. Nothing above it knows what carries them.
import type { MessagePort } from 'node:worker_threads';

export interface Channel {
  /** Frames arrive in the order in which they were sent. `frame` may be transferred: do not touch it afterwards. */
  send(frame: Uint8Array): void;
  /** Takes the one receiver of frames. Call once. */
  receive(onFrame: (frame: Uint8Array) => void): void;
  close(): void;
}

export function portChannel(port: MessagePort): Channel {
  return {
    send: (frame) => port.postMessage(frame, [frame.buffer as ArrayBuffer]), // encodeFrame gives a buffer of its own
    receive: (onFrame) => {
      port.on('message', onFrame);
    },
    close: () => port.close(),
  };
}
