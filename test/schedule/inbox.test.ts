// What threads say is read in order, a part in each turn of the event loop, and how they ended is told when all else is read.
import { describe, expect, it } from 'vitest';
import type { LoopSlices } from '../../src/loop-slices.ts';
import { encodeFrame, type FromWorker } from '../../src/protocol/frames.ts';
import { Inbox } from '../../src/schedule/inbox.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import { Suspects } from '../../src/schedule/suspects.ts';
import type { LinkEnd } from '../../src/schedule/turns.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { stillLoop } from '../loop.ts';
import { runOf } from '../state/fixtures.ts';
import { placeOn, start, turnsTelling, upLink } from './links.ts';

const end: LinkEnd = { reason: 'crash', detail: '' };

/** Frames of so many parts each, of 2 ms. */
function inboxWith(link: WorkerLink, slices: LoopSlices, takes: (ms: number) => void) {
  const told: string[] = [];
  const inbox = new Inbox(link, slices, {
    *read(_, [parts = 0, breach = 0]) {
      for (let i = 1; i <= parts; i++) {
        told.push(`${parts}.${i}`);
        takes(2);
        if (i < parts) yield;
      }
      return breach > 0 ? { reason: 'fault', detail: '' } : null;
    },
    settled: () => told.push('settled'),
    ended: ({ reason }) => told.push(reason),
  });
  const add = (parts: number, breach = 0): void => inbox.add(Uint8Array.of(parts, breach));
  const taken = (): string => told.splice(0).join(' ');
  return { inbox, add, taken };
}

describe('what a thread has said', () => {
  const open = () => {
    const loop = stillLoop();
    const link = upLink(turnsTelling(() => {}, new Suspects()));
    return { ...loop, link, ...inboxWith(link, loop.slices, loop.takes) };
  };

  it('is read at once while there is time', () => {
    const { add, taken, link } = open();
    add(2);
    expect(taken()).toBe('2.1 2.2 settled');
    expect(link.isBehind).toBe(false);
  });

  it('is read on in later turns of the loop, and what comes meanwhile after it', () => {
    const { add, taken, turn, link } = open();
    add(4);
    expect(taken()).toBe('4.1 4.2 4.3 settled');
    expect(link.isBehind).toBe(true);
    add(1);
    add(2);
    expect(taken()).toBe('');
    turn();
    expect(taken()).toBe('4.4 settled 1.1 settled 2.1 settled');
    turn();
    expect(taken()).toBe('2.2 settled');
    expect(link.isBehind).toBe(false);
    turn();
    add(1);
    expect(taken()).toBe('1.1 settled');
  });

  it('is read before it is told how the thread ended, and nothing after that', () => {
    const { inbox, add, taken, turn, turnAll } = open();
    add(4);
    taken();
    inbox.addEnd(end);
    inbox.addEnd({ reason: 'worker', detail: '' });
    add(1);
    turn();
    expect(taken()).toBe('4.4 settled 1.1 settled crash');
    add(1);
    turnAll();
    expect(taken()).toBe('');
  });

  it('is read up to a breach', () => {
    const { add, taken, turnAll } = open();
    add(4, 1);
    add(1);
    taken();
    turnAll();
    expect(taken()).toBe('4.4 fault');
  });

  it('is not read any more once it is closed', () => {
    const { inbox, add, taken, turnAll } = open();
    add(4);
    taken();
    inbox.close();
    turnAll();
    expect(taken()).toBe('');
  });
});

describe('a turn with many ops', () => {
  it('of one thread does not keep those of another waiting, and is charged to its tenant', () => {
    const loop = stillLoop();
    const told: string[] = [];
    const tell = (line: string): void => {
      told.push(line);
      if (line.endsWith(' get')) loop.takes(0.02);
    };
    const turns = turnsTelling(tell, new Suspects(), loop.slices);
    const inboxOf = (link: WorkerLink): Inbox =>
      new Inbox(link, loop.slices, {
        read: (from, frame) => turns.read(from, frame),
        settled() {},
        ended() {},
      });
    const placed = (tenant: string): { inbox: Inbox; attempt: PlacedAttempt } => {
      const link = upLink(turns);
      const attempt = placeOn(link, runOf({ tenant }));
      start(link, attempt);
      return { inbox: inboxOf(link), attempt };
    };
    const [loud, calm] = [placed('loud'), placed('calm')];
    const said = (text: string): FromWorker[] => [['turn', 1, 0, text, 10, 0]];
    loud.inbox.add(encodeFrame(said('g\t0\t"k"\n'.repeat(900))));
    calm.inbox.add(encodeFrame(said('i\t0\t"k"\t1\n')));
    loop.turn();
    expect(told.filter((line) => line === 'loud1 get')).toHaveLength(2 * 4 * 64); // The parts of two slices.
    expect(told).toContain('calm1 increment');
    loop.turnAll();
    expect(told.filter((line) => line === 'loud1 get')).toHaveLength(900);
    expect(told.at(-1)).toBe('loud1 turn over');
    const charges = told.flatMap((line) => /^loud charged (.*) for a main$/.exec(line)?.[1] ?? []).map(Number);
    expect(charges.reduce((sum, micros) => sum + micros)).toBeCloseTo(18_000);
    expect(told.some((line) => line.startsWith('calm charged'))).toBe(false);
  });
});
