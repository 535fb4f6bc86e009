// Ways to damage what a worker says, each of them by seed. What it damages is an honest answer; what comes out is frames,
// and what can be said of them beforehand.
import { encodeFrame, type FromWorker } from '../../src/protocol/frames.ts';
import type { Random } from '../random.ts';
import { badRecords, forgedRecords } from './records.ts';

/** The honest answer, and what the worker has seen so far. */
export interface Scene {
  readonly random: Random;
  readonly answer: FromWorker;
  readonly frame: Uint8Array;
  /** Frames that this worker has sent before. */
  readonly sent: readonly Uint8Array[];
  /** The last frame that another worker has sent, for another thread. */
  readonly foreign: Uint8Array | null;
  /** Of the turn that is answered. */
  readonly budgetMs: number;
  /** Runs that have had steps in the cell of the answer. */
  readonly runs: readonly string[];
  /** Steps that run in the cell of the answer, or end in this turn. */
  readonly own: readonly number[];
  /** Steps that run in other cells of this worker. */
  readonly elsewhere: readonly number[];
  /** Steps of this worker that have ended. */
  readonly gone: readonly number[];
  /** No step of this worker has this number, or a greater one. */
  readonly unknown: number;
  readonly cells: readonly number[];
}

/**
 * What is sent in place of the frame: `breach` if the last of it is one, whatever else; `lie` if a step that runs in this cell
 * may have said it, which nobody can tell; `harmless` if it has to be put up with, or may be.
 */
export interface Damage {
  readonly kind: 'breach' | 'lie' | 'harmless';
  readonly frames: readonly Uint8Array[];
  /** What comes when the next frame has gone out, or when nothing else happens. */
  readonly later?: readonly Uint8Array[];
}

/** Null when it does not apply to this answer. */
export type Damaging = (scene: Scene) => Damage | null;

const breach = (...frames: readonly Uint8Array[]): Damage => ({ kind: 'breach', frames });
const harmless = (...frames: readonly Uint8Array[]): Damage => ({ kind: 'harmless', frames });

/** As a worker would encode it, whatever it is. */
function encoded(...messages: readonly unknown[]): Uint8Array {
  return Uint8Array.from(encodeFrame(messages as unknown as FromWorker[]));
}

function withField(message: FromWorker, field: number, value: unknown): Uint8Array {
  return encoded(message.map((old, at) => (at === field ? value : old)));
}

/** The answer, if it is a turn with so many records at least. */
function turnOf({ answer }: Scene, records = 1): (FromWorker & readonly ['turn', ...unknown[]]) | null {
  if (answer[0] !== 'turn') return null;
  return answer[3].split('\n').length > records ? answer : null;
}

/** The turn with a record more, anywhere in it. */
function withRecord(scene: Scene, record: string): Uint8Array | null {
  const turn = turnOf(scene);
  if (turn === null) return null;
  const records = turn[3].split('\n').slice(0, -1);
  records.splice(scene.random.below(records.length + 1), 0, record);
  return withField(turn, 3, `${records.join('\n')}\n`);
}

function foreignRecord(scene: Scene, refs: readonly number[]): Damage | null {
  const { random } = scene;
  const frame = refs.length === 0 ? null : withRecord(scene, random.pick(forgedRecords(random, random.pick(refs))));
  return frame && harmless(frame);
}

function bytesOf(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** Where the text of the turn is in its frame: what is changed there may be what a step said. */
function textRange({ answer, frame }: Scene): readonly [start: number, end: number] {
  if (answer[0] !== 'turn') return [0, 0];
  const text = Buffer.from(answer[3]);
  const start = Buffer.from(frame).indexOf(text);
  return [start, start + text.length];
}

function flipped(scene: Scene, isInText: boolean): Uint8Array | null {
  const { frame, random } = scene;
  const [start, end] = textRange(scene);
  const places = Array.from(frame.keys()).filter((at) =>
    isInText ? at >= start && at < end : at < start || at >= end,
  );
  if (places.length === 0) return null;
  const damaged = Uint8Array.from(frame);
  const at = random.pick(places);
  damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
  return damaged;
}

/** More than any turn takes, in microseconds or bytes. */
const amountMost = 2 ** 48;

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
  2 ** 53,
  2n ** 63n,
  [1],
  { length: 6 },
  Buffer.from('turn'),
  new Date(0),
  /x/,
];

/** By name, so that a failing seed says which it was. */
export const damagings: Readonly<Record<string, Damaging>> = {
  'random bytes': ({ random }) => breach(bytesOf(random, 2 + random.below(62))),
  'random bytes after it': ({ random, frame }) => breach(Buffer.concat([frame, bytesOf(random, 1 + random.below(16))])),
  'its end cut off': ({ random, frame }) => breach(frame.subarray(0, random.below(frame.length))),
  'itself, twice': ({ frame }) => breach(frame, frame),
  'itself, twice in a frame': ({ answer }) => breach(encoded(answer, answer)),
  'an old frame': ({ random, sent }) => (sent.length === 0 ? null : breach(random.pick(sent))),
  'an old frame after it': ({ random, sent, frame }) => (sent.length === 0 ? null : breach(frame, random.pick(sent))),
  'nothing, and itself after the next one': ({ frame }) => ({ ...harmless(), later: [frame] }),
  nothing: () => harmless(),
  'a frame of another thread, then itself': ({ foreign, frame }) =>
    foreign === null ? null : { kind: 'lie', frames: [foreign, frame] },
  'another turn number': ({ random, answer }) =>
    breach(withField(answer, 1, random.pick([answer[1] + 1, answer[1] + 2, answer[1] - 1, 2 ** 53 - 1, 2 ** 32]))),
  'another cell': ({ random, answer, cells }) =>
    answer[0] === 'pong'
      ? null
      : breach(withField(answer, 2, random.pick([...cells, 99, 2 ** 31].filter((id) => id !== answer[2])))),
  'the answer to a question': ({ answer }) => (answer[0] === 'pong' ? null : breach(encoded(['pong', answer[1]]))),
  'an odd value in a field': ({ random, answer }) =>
    breach(withField(answer, random.below(answer.length), random.pick(oddValues))),
  'an odd message beside it': ({ random, answer }) =>
    breach(encoded(answer, random.pick([...oddValues, [], ['turn'], ['open', 1, {}], 'turn', 7]))),
  'a field more': ({ random, answer }) => breach(encoded([...answer, random.pick(['', 0, ...oddValues])])),
  'a field less': ({ answer }) => breach(encoded(answer.slice(0, -1))),
  'a list longer than it is': ({ random, frame }) =>
    breach(
      Buffer.concat([
        Buffer.from(random.pick(['dc0002', 'dcffff', 'dd00000002', 'ddffffffff']), 'hex'),
        frame.subarray(1),
      ]),
    ),
  'its message in an extension': ({ frame }) =>
    breach(Buffer.concat([Buffer.from('91d66900000001', 'hex'), frame.subarray(1)])),
  'a bit flipped outside its text': (scene) => {
    const frame = flipped(scene, false);
    return frame && harmless(frame);
  },
  'huge amounts': ({ random, answer }) =>
    answer[0] === 'turn'
      ? harmless(withField(answer, 4 + random.below(2), random.pick([amountMost, 2 ** 20, 1e-300])))
      : null,
  'a loss': ({ random, answer }) => {
    if (answer[0] !== 'turn') return null;
    const reason = random.pick(['cpu', 'memory', 'rejection', 'fault']);
    return harmless(encoded(['lost', answer[1], answer[2], reason, 'x\ty\n', random.pick([0, 1_000_000, amountMost])]));
  },
  'a record for a step that never was': (scene) => {
    const { random, unknown } = scene;
    const ref = random.pick([unknown, unknown + 1, 2 ** 31, 2 ** 53 - 1]);
    const frame = withRecord(scene, random.pick(forgedRecords(random, ref)));
    return frame && breach(frame);
  },
  'a record for a step in another cell': (scene) => foreignRecord(scene, scene.elsewhere),
  'a record for a step that is gone': (scene) => foreignRecord(scene, scene.gone),
  'a record that there is not': (scene) => {
    const { random, own, elsewhere, gone } = scene;
    const frame = withRecord(scene, random.pick(badRecords(random.pick([...own, ...elsewhere, ...gone, 0]))));
    return frame && breach(frame);
  },
  'a record for one of its own steps': (scene) => {
    const { random, own } = scene;
    const frame = own.length === 0 ? null : withRecord(scene, random.pick(forgedRecords(random, random.pick(own))));
    return frame && { kind: 'lie', frames: [frame] };
  },
  'a bit flipped in its text': (scene) => {
    const frame = flipped(scene, true);
    return frame && { kind: 'lie', frames: [frame] };
  },
  'bytes in its text that are no text': (scene) => {
    const [start, end] = textRange(scene);
    if (start === end) return null;
    const damaged = Uint8Array.from(scene.frame);
    const at = start + scene.random.below(end - start);
    damaged.set(scene.random.pick([[0xff], [0xf0], [0xe2], [0xed], [0xc0], [0x80]]), at);
    return { kind: 'lie', frames: [damaged] };
  },
  'fewer records': (scene) => {
    const turn = turnOf(scene, 2);
    if (turn === null) return null;
    const records = turn[3].split('\n').slice(0, -1);
    records.splice(scene.random.below(records.length), 1);
    return { kind: 'lie', frames: [withField(turn, 3, `${records.join('\n')}\n`)] };
  },
};
