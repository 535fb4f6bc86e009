// Messages between the main thread and a worker thread, as msgpack frames. The only importer of msgpackr.
// A frame is a list of messages. What comes from a worker is decoded as if a tenant had written it.
import { Packr } from 'msgpackr';

/** What a worker needs to make a cell. */
export interface CellSpec {
  readonly code: string;
  readonly methods: readonly string[];
  readonly identifiers: readonly string[];
  readonly memoryMb: number;
  readonly bounds: Readonly<Record<string, number>>;
}

/** Why a cell is gone. `fault`: it could not be made, or broke the protocol. */
export const lossReasons = ['cpu', 'memory', 'rejection', 'fault'] as const;
export type LossReason = (typeof lossReasons)[number];

export type Delivery = readonly ['deliver', cell: number, text: string, budgetMs: number];

export type ToWorker = readonly ['open', cell: number, spec: CellSpec] | Delivery | readonly ['close', cell: number];

/** Each delivery is answered by exactly one `turn` or `lost`, unless the cell was lost before. */
export type FromWorker =
  | readonly ['turn', cell: number, text: string, cpuMicros: number, heapBytes: number]
  | readonly ['lost', cell: number, reason: LossReason, detail: string, cpuMicros: number];

/** A frame that no correct worker sends. Whoever sent it is not to be trusted any further. */
export class ProtocolBreach extends Error {
  override readonly name = 'ProtocolBreach';
}

const packr = new Packr({ useRecords: false, mapsAsObjects: true });

/** A buffer of its own: it can be transferred to another thread. */
export function encodeFrame(messages: readonly (ToWorker | FromWorker)[]): Uint8Array {
  return Uint8Array.prototype.slice.call(packr.pack(messages));
}

/** For workers: the main thread is trusted. */
export function decodeToWorker(frame: Uint8Array): readonly ToWorker[] {
  return packr.unpack(frame);
}

export function decodeFromWorker(frame: Uint8Array): readonly FromWorker[] {
  let messages: unknown;
  try {
    messages = packr.unpack(frame);
  } catch (error) {
    throw new ProtocolBreach(`A frame is not msgpack: ${String(error)}`);
  }
  if (!Array.isArray(messages) || !messages.every(isFromWorker))
    throw new ProtocolBreach('A frame has no known message.');
  return messages;
}

function isFromWorker(message: unknown): message is FromWorker {
  if (!Array.isArray(message) || message.length !== 5 || !Number.isSafeInteger(message[1])) return false;
  const [kind, , third, fourth, fifth] = message as unknown[];
  if (kind === 'turn') return typeof third === 'string' && isAmount(fourth) && isAmount(fifth);
  return kind === 'lost' && lossReasons.some((r) => r === third) && typeof fourth === 'string' && isAmount(fifth);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
