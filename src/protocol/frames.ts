// Messages between the main thread and a worker thread, as msgpack frames. The only importer of msgpackr.
// A frame is a list of messages. What comes from a worker is decoded as if a tenant had written it.
import { Packr } from 'msgpackr';
import { isPlainFrame } from './plain-frame.ts';
import type { Region } from './region.ts';

/**
 * What steps of a workflow share. `realm`: built-ins that are frozen; each step evaluates the source anew, unless that makes no difference. `context`: nothing; each has a
 * context of its own, with built-ins that it may change.
 */
export type Isolation = 'realm' | 'context';

/** What a worker needs to make a cell. */
export interface CellSpec {
  readonly code: string;
  readonly methods: readonly string[];
  readonly identifiers: readonly string[];
  /** The functions at the top of the code, if steps share what it evaluates to; null if each step evaluates it anew. */
  readonly sharedFunctions: readonly string[] | null;
  readonly memoryMb: number;
  readonly isolation: Isolation;
  readonly region: Region;
  readonly bounds: Readonly<Record<string, number>>;
}

/** Why a cell is gone. `fault`: it could not be made, or broke the protocol. */
export const lossReasons = ['cpu', 'memory', 'rejection', 'fault'] as const;
export type LossReason = (typeof lossReasons)[number];

/** `turn` counts what the worker has to answer, from 0: it answers in that order. */
export type Delivery = readonly ['deliver', cell: number, turn: number, text: string, budgetMs: number];

export type ToWorker =
  | readonly ['open', cell: number, spec: CellSpec]
  | Delivery
  | readonly ['close', cell: number]
  /** Asks whether the thread is there, and hears its channel. */
  | readonly ['ping', turn: number];

/** Each delivery is answered by exactly one `turn` or `lost`, unless its cell was lost or closed before; each ping by a `pong`. */
export type FromWorker =
  | readonly ['turn', turn: number, cell: number, text: string, cpuMicros: number, heapBytes: number]
  | readonly ['lost', turn: number, cell: number, reason: LossReason, detail: string, cpuMicros: number]
  | readonly ['pong', turn: number]
  /** Told once of each cell that was to be opened, whether it could be or not, before its first turn: what that has cost. */
  | readonly ['opened', cell: number, cpuMicros: number];

/** What no correct worker sends. Whoever sent it is not to be trusted any further. */
export class ProtocolBreach extends Error {
  override readonly name = 'ProtocolBreach';
}

const packr = new Packr({ useRecords: false, mapsAsObjects: true });

/** Holds until the next call: whoever keeps it copies it. */
export function encodeFrame(messages: readonly (ToWorker | FromWorker)[]): Uint8Array {
  return packr.pack(messages);
}

/** For workers: the main thread is trusted. */
export function decodeToWorker(frame: Uint8Array): readonly ToWorker[] {
  return packr.unpack(frame);
}

export function decodeFromWorker(frame: Uint8Array): readonly FromWorker[] {
  if (!isPlainFrame(frame)) throw new ProtocolBreach('A frame is no list of messages.');
  let messages: unknown;
  try {
    messages = packr.unpack(frame);
  } catch (error) {
    throw new ProtocolBreach(`A frame cannot be read: ${String(error)}`);
  }
  if (!Array.isArray(messages) || !messages.every(isFromWorker))
    throw new ProtocolBreach('A frame has no known message.');
  return messages;
}

function isFromWorker(message: unknown): message is FromWorker {
  if (!Array.isArray(message) || !isCount(message[1])) return false;
  const [kind, , cell, third, fourth, fifth] = message as unknown[];
  if (kind === 'pong') return message.length === 2;
  if (kind === 'opened') return message.length === 3 && isAmount(cell);
  if (message.length !== 6 || !isCount(cell)) return false;
  if (kind === 'turn') return typeof third === 'string' && isAmount(fourth) && isAmount(fifth);
  return kind === 'lost' && lossReasons.some((r) => r === third) && isDetail(fourth) && isAmount(fifth);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** In characters. A cell says less. */
const detailMost = 16_384;

function isDetail(value: unknown): boolean {
  return typeof value === 'string' && value.length <= detailMost;
}

/** Of time in microseconds, or of bytes: no true one is beyond. */
const amountMost = 2 ** 48;

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= amountMost;
}
