// What goes into one turn of a cell: together what came together, and never more than a frame, or V8, can hold.
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import { ListSnapshot, ListText } from '../../src/state/list-snapshot.ts';
import type { TurnOfReply } from '../../src/state/repetition.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, stillThread } from './links.ts';

const MiB = 2 ** 20;
const all = Number.POSITIVE_INFINITY;

/** A cell with one attempt that has been sent its start, and is owed replies of such lengths, as texts or as lists. */
function cellOwing(lengths: readonly number[], turn: TurnOfReply, asLists = false) {
  const attempt = placeOn(linkTo(stillThread()), runOf());
  const { cell } = attempt;
  cell.start(attempt);
  cell.nextBatch(all);
  for (const [position, length] of lengths.entries()) {
    const text = 'x'.repeat(length);
    const list = new ListText();
    list.push(text);
    const reply = asLists ? new ListSnapshot(list, length) : text;
    cell.reply(attempt, { position, reply, at: 1, turn: position === 0 ? 'any' : turn });
  }
  return cell;
}

function turnsOf(cell: ReturnType<typeof cellOwing>, records = all): number[] {
  const counts: number[] = [];
  while (cell.hasOutgoing) counts.push(cell.nextBatch(records).attempts.length);
  return counts;
}

describe('replies that came together', () => {
  it('come together again, however many they are, and however long one turn could make them', () => {
    expect(turnsOf(cellOwing([1, 1, 1, 1, 1], 'same'), 2)).toEqual([5]);
    const most = defaultLimits.readBytes;
    expect(turnsOf(cellOwing([MiB / 4, MiB / 4 - 100, most], 'same'))).toEqual([3]);
  });

  it.each([false, true])(
    'come in several turns where they have become longer than a turn (as lists: %s)',
    (asLists) => {
      const most = defaultLimits.readBytes;
      expect(turnsOf(cellOwing(Array(7).fill(most / 2), 'same', asLists))).toEqual([2, 2, 2, 1]);
    },
  );

  it('and others go on in the next turn after half a MiB', () => {
    expect(turnsOf(cellOwing([1, MiB / 2, 1, 1], 'any'))).toEqual([2, 2]);
  });
});

it('a turn that is repeated is what it was: a reply that comes when nothing is left to repeat has to wait for the next', () => {
  const attempt = placeOn(linkTo(stillThread()), runOf());
  const { cell } = attempt;
  cell.start(attempt);
  cell.nextBatch(all);
  const turns: readonly TurnOfReply[] = ['new', 'same', 'any', 'any'];
  for (const [position, turn] of turns.entries()) cell.reply(attempt, { position, reply: '', at: 1, turn });
  expect(turnsOf(cell)).toEqual([2, 2]);
});
