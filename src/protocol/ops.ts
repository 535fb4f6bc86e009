// Reads the ops of a turn, as a cell wrote them, on the main thread. Every field is checked as if a tenant had written
// it; what no correct realm writes is a breach.
import { detached } from './detached.ts';
import { ProtocolBreach } from './frames.ts';
import type { OpLengths } from './op-lengths.ts';
import { fieldSeparator, type LogLevel, logLevels, opLetters, recordSeparator } from './records.ts';

const zero = 0x30;
/** A number in decimal, or the level of a log. */
const numberLength = 32;

export type OpKind = keyof typeof opLetters;

/**
 * What a step asks for. One shape for all kinds, since a run makes hundreds of thousands a second:
 *
 * | kind      | key        | value      | amount            |
 * | --------- | ---------- | ---------- | ----------------- |
 * | get       | key        |            |                   |
 * | set, push | key        | JSON value |                   |
 * | increment | key        |            | delta             |
 * | delete    | key        |            |                   |
 * | schedule  |            | payload    | delay in ms       |
 * | sleep     |            |            | ms                |
 * | log       | level      | JSON text  |                   |
 * | completed |            | output     |                   |
 * | failed    |            | error      |                   |
 * | stalled   |            |            |                   |
 *
 * Texts are detached: they keep nothing else alive. `method` is the scheduled method's index, -1 for other kinds. Keys are JSON strings, quotes included.
 */
export interface Op {
  readonly kind: OpKind;
  readonly key: string;
  readonly value: string;
  readonly amount: number;
  readonly method: number;
}

/** Whether the op is the step's last: its word that it is over. */
export function isEnd(op: Op): boolean {
  return op.kind === 'completed' || op.kind === 'failed' || op.kind === 'stalled';
}

/** So many ops are read at once, or so much text of them: that takes some 100 microseconds with all that follows from it. */
const recordsAtOnce = 64;
const lengthAtOnce = 65_536;

/**
 * Calls `onOp` for the next ops of a turn from this position on, in order, and gives the position of those that are left: the text's length at
 * its end. Throws {@link ProtocolBreach} at the first bad record, before it reads any text that is too long.
 */
export function readOps(text: string, lengths: OpLengths, onOp: (ref: number, op: Op) => void, from = 0): number {
  if (text === '') return 0;
  if (!text.endsWith(recordSeparator)) throw new ProtocolBreach('A turn ends in the middle of a record.');
  let start = from;
  for (let left = recordsAtOnce; left > 0 && start < text.length && start - from < lengthAtOnce; left--) {
    const end = text.indexOf(recordSeparator, start);
    const refEnd = text.indexOf(fieldSeparator, start + 2);
    if (text[start + 1] !== fieldSeparator || refEnd < 0 || refEnd > end) {
      throw new ProtocolBreach('A record has too few fields, or no letter.');
    }
    const letter = text.charAt(start);
    const ref = wholeIn(text, start + 2, refEnd);
    const op = readOp(letter, text, refEnd + 1, end, lengths);
    start = end + 1;
    onOp(ref, op);
  }
  return start;
}

/** The whole number that is written there: digit by digit, for a text of its own for each would cost more than all else here. */
function wholeIn(text: string, start: number, end: number): number {
  if (end - start > numberLength) throw new ProtocolBreach('A field is no whole number.');
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - zero;
    if (!(digit >= 0 && digit <= 9)) throw new ProtocolBreach('A field is no whole number.');
    value = value * 10 + digit;
  }
  if (start === end || value > Number.MAX_SAFE_INTEGER) throw new ProtocolBreach('A field is no whole number.');
  return value;
}

/** Fields are cut out one by one: an array of them would cost as much as the op. */
function readOp(letter: string, text: string, start: number, end: number, lengths: OpLengths): Op {
  const firstEnd = fieldEnd(text, start, end);
  if (firstEnd === end) return opOfOne(letter, text, start, end, lengths);
  const secondEnd = fieldEnd(text, firstEnd + 1, end);
  if (secondEnd === firstEnd + 1) throw noSuchOp(letter);
  if (secondEnd === end) return opOfTwo(letter, text, start, firstEnd, end, lengths);
  const thirdEnd = fieldEnd(text, secondEnd + 1, end);
  if (thirdEnd !== end || letter !== opLetters.schedule) throw noSuchOp(letter);
  const method = field(text, start, firstEnd, numberLength);
  return op(
    'schedule',
    '',
    detached(field(text, firstEnd + 1, secondEnd, lengths.payload)),
    amountOf(field(text, secondEnd + 1, end, numberLength)),
    wholeIn(method, 0, method.length),
  );
}

function fieldEnd(text: string, start: number, end: number): number {
  const at = text.indexOf(fieldSeparator, start);
  return at < 0 || at > end ? end : at;
}

function field(text: string, start: number, end: number, lengthMost: number): string {
  if (end - start > lengthMost) throw new ProtocolBreach(`A field has more than ${lengthMost} characters.`);
  return text.slice(start, end);
}

function opOfOne(letter: string, text: string, start: number, end: number, lengths: OpLengths): Op {
  switch (letter) {
    case opLetters.get:
      return again('get', keyOf(field(text, start, end, lengths.key)), 0);
    case opLetters.delete:
      return op('delete', keyOf(field(text, start, end, lengths.key)), '', 0, -1);
    case opLetters.sleep:
      return op('sleep', '', '', amountOf(field(text, start, end, numberLength)), -1);
    case opLetters.completed:
      return op('completed', '', detached(field(text, start, end, lengths.payload)), 0, -1);
    case opLetters.failed:
      return op('failed', '', detached(field(text, start, end, lengths.failure)), 0, -1);
    case opLetters.stalled:
      if (start === end) return op('stalled', '', '', 0, -1);
  }
  throw noSuchOp(letter);
}

function opOfTwo(letter: string, text: string, start: number, firstEnd: number, end: number, lengths: OpLengths): Op {
  const second = firstEnd + 1;
  if (letter === opLetters.log) {
    const level = levelOf(field(text, start, firstEnd, numberLength));
    return op('log', level, detached(field(text, second, end, lengths.log)), 0, -1);
  }
  const key = field(text, start, firstEnd, lengths.key);
  switch (letter) {
    case opLetters.increment:
      return again('increment', keyOf(key), deltaOf(field(text, second, end, numberLength)));
    case opLetters.push:
      return op('push', keyOf(key), detached(field(text, second, end, lengths.value)), 0, -1);
    case opLetters.set:
      return op('set', keyOf(key), detached(field(text, second, end, lengths.value)), 0, -1);
  }
  throw noSuchOp(letter);
}

function noSuchOp(letter: string): ProtocolBreach {
  return new ProtocolBreach(`No op has the letter ${JSON.stringify(letter)} and such fields.`);
}

function op(kind: OpKind, key: string, value: string, amount: number, method: number): Op {
  return { kind, key, value, amount, method };
}

/** The same op again is the same object again: branches count by the same key, and journals keep what they did. */
const last: Record<'get' | 'increment', Op> = {
  get: op('get', '', '', 0, -1),
  increment: op('increment', '', '', 0, -1),
};

function again(kind: 'get' | 'increment', key: string, amount: number): Op {
  const before = last[kind];
  if (before.key === key && before.amount === amount) return before;
  const made = op(kind, key, '', amount, -1);
  last[kind] = made;
  return made;
}

/** The same key again is the same text again: V8 finds it in a map without reading it. A long one is not kept for that. */
let lastKey = '';
const keptKeyLength = 64;

function keyOf(field: string): string {
  if (field === lastKey) return lastKey;
  if (field.length < 3 || !field.startsWith('"') || !field.endsWith('"'))
    throw new ProtocolBreach('A key is no string.');
  const key = detached(field);
  if (key.length <= keptKeyLength) lastKey = key;
  return key;
}

function levelOf(field: string): LogLevel {
  const level = logLevels.find((name) => name === field);
  if (level === undefined) throw new ProtocolBreach('A log has no known level.');
  return level;
}

/** The longest delay is 400 days; a timer of a step is shorter. */
const longestMs = 400 * 86_400_000;

function amountOf(field: string): number {
  const value = Number(field);
  if (field === '' || !(value >= 0 && value <= longestMs)) throw new ProtocolBreach('A delay is out of range.');
  return value;
}

function deltaOf(field: string): number {
  const value = Number(field);
  if (!Number.isFinite(value)) throw new ProtocolBreach('A delta is no finite number.');
  return value;
}
