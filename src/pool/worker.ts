// The task of a worker thread: serves cells over one channel until the other side closes it. Holds no state that
// matters; whatever happens here, the main thread can run the same steps again elsewhere.
import { Socket } from 'node:net';
import { isMainThread, type MessagePort } from 'node:worker_threads';
import { type Channel, pipeChannel, portChannel } from '../protocol/channel.ts';
import { decodeToWorker } from '../protocol/frames.ts';
import { type CellBounds, CellServer } from './cell-server.ts';
import { finishMarking } from './marking.ts';

if (isMainThread) throw new Error('src/pool/worker.ts serves hostile code: it is loaded in worker threads only.');

/** Where the main thread is: at the other end of a port, or of a pipe that this process has inherited. */
export type WorkerTask = CellBounds & ({ readonly port: MessagePort } | { readonly fd: number });

/** Resolves when the main thread has closed the channel. */
export function serve(task: WorkerTask): Promise<void> {
  return new Promise((resolve) => {
    const channel = 'port' in task ? portOf(task.port, end) : pipeOf(task, end);
    const server = new CellServer(channel, task);
    channel.receive((frame) => {
      for (const message of decodeToWorker(frame)) server.handle(message);
    });
    function end(): void {
      server.close();
      finishMarking();
      resolve();
    }
  });
}

function portOf(port: MessagePort, onEnd: () => void): Channel {
  port.on('close', onEnd);
  return portChannel(port);
}

function pipeOf({ fd, frameBytes }: CellBounds & { readonly fd: number }, onEnd: () => void): Channel {
  const pipe = new Socket({ fd });
  pipe.on('close', onEnd);
  pipe.on('error', () => {}); // Followed by `close`.
  return pipeChannel(pipe, frameBytes, (message) => {
    throw new Error(message); // The main thread is trusted: this cannot be.
  });
}
