// Runs in a worker thread: serves cells over one channel until the main thread closes it. Holds no state that matters;
// whatever happens here, the main thread can run the same steps again elsewhere.
import type { MessagePort } from 'node:worker_threads';
import { isMainThread } from 'node:worker_threads';
import { type Cell, createCellFactory } from '../cell/cell.ts';
import { type Channel, portChannel } from '../protocol/channel.ts';
import { decodeToWorker, encodeFrame, type FromWorker, type ToWorker } from '../protocol/frames.ts';
import { finishMarking } from './marking.ts';

if (isMainThread) throw new Error('src/pool/worker.ts serves hostile code: it is loaded in worker threads only.');

/** Every so many turns of a cell its heap is measured; that takes longer than a short turn. */
const turnsPerHeapSample = 64;

interface OpenCell {
  readonly cell: Cell;
  turns: number;
  heapBytes: number;
}

/** The task of a pool thread: resolves when the main thread has closed the channel. */
export function serve({ port }: { port: MessagePort }): Promise<void> {
  const cells = new Map<number, OpenCell>();
  const channel = portChannel(port);
  const makeCell = createCellFactory();
  channel.receive((frame) => {
    for (const message of decodeToWorker(frame)) handle(message, cells, channel, makeCell);
  });
  return new Promise((resolve) => {
    port.on('close', () => {
      for (const { cell } of cells.values()) cell.dispose();
      cells.clear();
      finishMarking();
      resolve();
    });
  });
}

function handle(
  message: ToWorker,
  cells: Map<number, OpenCell>,
  channel: Channel,
  makeCell: ReturnType<typeof createCellFactory>,
): void {
  const [kind, id] = message;
  if (kind === 'deliver') {
    const open = cells.get(id);
    if (open === undefined) return; // Lost before this arrived; the main thread has been told.
    channel.send(encodeFrame([turn(id, open, message[2], message[3], cells)]));
  } else if (kind === 'open') {
    try {
      cells.set(id, { cell: makeCell(message[2]), turns: 0, heapBytes: 0 });
    } catch (error) {
      channel.send(encodeFrame([['lost', id, 'fault', String(error).slice(0, 1_024), 0]]));
    }
  } else {
    cells.get(id)?.cell.dispose();
    cells.delete(id);
  }
}

function turn(id: number, open: OpenCell, text: string, budgetMs: number, cells: Map<number, OpenCell>): FromWorker {
  const result = open.cell.turn(text, budgetMs);
  if (result.kind === 'lost') {
    cells.delete(id);
    return ['lost', id, result.reason, result.detail, result.cpuMicros];
  }
  if (open.turns++ % turnsPerHeapSample === 0) open.heapBytes = open.cell.heapBytes();
  return ['turn', id, result.text, result.cpuMicros, open.heapBytes];
}
