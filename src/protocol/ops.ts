// Reads the ops of a turn, as a cell wrote them, on the main thread. Every field is checked as if a tenant had written
// it; what no correct realm writes is a breach.
import { ProtocolBreach } from './frames.ts';
import { fieldSeparator, type LogLevel, logLevels, opLetters, recordSeparator } from './records.ts';

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

/** Calls `onOp` for each op of a turn, in order. Throws {@link ProtocolBreach} at the first bad record. */
export function readOps(text: string, onOp: (ref: number, op: Op) => void): void {
  if (text === '') return;
  if (!text.endsWith(recordSeparator)) throw new ProtocolBreach('A turn ends in the middle of a record.');
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf(recordSeparator, start);
    const fields = text.slice(start, end).split(fieldSeparator);
    start = end + 1;
    onOp(whole(fields[1]), readOp(fields));
  }
}

function readOp(fields: string[]): Op {
  const [letter, , first, second] = fields;
  if (first === undefined) throw new ProtocolBreach('A record has too few fields.');
  if (fields.length === 3) {
    switch (letter) {
      case opLetters.get:
        return op('get', keyOf(first), '', 0, -1);
      case opLetters.delete:
        return op('delete', keyOf(first), '', 0, -1);
      case opLetters.sleep:
        return op('sleep', '', '', amountOf(first), -1);
      case opLetters.completed:
        return op('completed', '', detached(first), 0, -1);
      case opLetters.stalled:
        if (first !== '') break;
        return op('stalled', '', '', 0, -1);
      case opLetters.failed:
        return op('failed', '', detached(first), 0, -1);
    }
  } else if (fields.length === 4 && second !== undefined && second !== '') {
    switch (letter) {
      case opLetters.increment:
        return op('increment', keyOf(first), '', deltaOf(second), -1);
      case opLetters.push:
        return op('push', keyOf(first), detached(second), 0, -1);
      case opLetters.set:
        return op('set', keyOf(first), detached(second), 0, -1);
      case opLetters.log:
        return op('log', levelOf(first), detached(second), 0, -1);
    }
  } else if (fields.length === 5 && letter === opLetters.schedule && second !== undefined && second !== '') {
    return op('schedule', '', detached(second), amountOf(fields[4]), whole(first));
  }
  throw new ProtocolBreach(`No op has the letter ${JSON.stringify(letter?.slice(0, 10))} and ${fields.length} fields.`);
}

function op(kind: OpKind, key: string, value: string, amount: number, method: number): Op {
  return { kind, key, value, amount, method };
}

function keyOf(field: string): string {
  if (field.length < 3 || !field.startsWith('"') || !field.endsWith('"'))
    throw new ProtocolBreach('A key is no string.');
  return detached(field);
}

function levelOf(field: string): LogLevel {
  const level = logLevels.find((name) => name === field);
  if (level === undefined) throw new ProtocolBreach('A log has no known level.');
  return level;
}

function whole(field: string | undefined): number {
  const value = Number(field);
  if (field === '' || !Number.isSafeInteger(value) || value < 0)
    throw new ProtocolBreach('A field is no whole number.');
  return value;
}

/** The longest delay is 400 days; a timer of a step is shorter. */
const longestMs = 400 * 86_400_000;

function amountOf(field: string | undefined): number {
  const value = Number(field);
  if (field === '' || !(value >= 0 && value <= longestMs)) throw new ProtocolBreach('A delay is out of range.');
  return value;
}

function deltaOf(field: string): number {
  const value = Number(field);
  if (!Number.isFinite(value)) throw new ProtocolBreach('A delta is no finite number.');
  return value;
}

/** V8 shares substrings from this length on with the text that they were cut from. */
const sharedFromLength = 13;
const scratch = Buffer.allocUnsafeSlow(4_096);

/**
 * A copy that keeps nothing else alive. A field is a window on the whole text of its turn; kept as it is, a value of
 * 20 bytes would hold megabytes for as long as its run is open.
 */
function detached(text: string): string {
  if (text.length < sharedFromLength) return text;
  if (text.length * 3 > scratch.length) return Buffer.from(text, 'utf8').toString('utf8');
  return scratch.toString('utf8', 0, scratch.write(text, 'utf8'));
}
