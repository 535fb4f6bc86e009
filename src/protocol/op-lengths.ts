// How long each text of a turn may be. A host that was taken over may send any text up to the length of a frame: none of them is cut out,
// copied or parsed before its length is known to be one that a correct realm can write.
import { logLineBytes, logLineLength, thrownJsonMost } from './records.ts';

/** Limits that a realm keeps by itself, as it counts them: most in UTF-16 units of a text before it is JSON, values in those of the JSON. */
export interface RealmLimits {
  readonly opsInFlightPerStep: number;
  readonly opBytesInFlightPerStep: number;
  readonly payloadBytes: number;
  readonly valueBytes: number;
  readonly keyBytes: number;
  readonly logBytesPerStep: number;
}

/** In UTF-16 units of JSON text. */
export interface OpLengths {
  readonly key: number;
  readonly value: number;
  /** Of a payload and of an output. */
  readonly payload: number;
  readonly log: number;
  readonly failure: number;
  /** Of all that one step writes in one turn. */
  readonly turn: number;
  /** Records that one step may write in one turn. */
  readonly records: number;
}

/** JSON writes a control character, or half a surrogate pair, as six. */
const escapedLength = 6;
const quotes = 2;
/** Of the fields of a record that are numbers or levels, with all separators. */
const recordLength = 64;

export function opLengthsOf(limits: RealmLimits): OpLengths {
  const { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes, logBytesPerStep } = limits;
  const key = quotes + escapedLength * keyBytes;
  const log = quotes + escapedLength * logLineLength;
  // Ops that wait for a reply, as many timers, lines of its log, its end.
  const records = 2 * opsInFlightPerStep + Math.ceil(logBytesPerStep / logLineBytes) + 2;
  const ops = opBytesInFlightPerStep + key + Math.max(valueBytes, payloadBytes);
  const logs = escapedLength * logBytesPerStep + log;
  const turn = ops + logs + Math.max(payloadBytes, thrownJsonMost) + recordLength * records;
  return { key, value: valueBytes, payload: payloadBytes, log, failure: thrownJsonMost, turn, records };
}
