// A turn of the event loop is held for one slice, and what is put off goes on in order.
import { expect, it } from 'vitest';
import { undivided } from '../src/loop-slices.ts';
import { stillLoop } from './loop.ts';

it('a slice is used by all that is done in one turn of the loop, and each turn has one', () => {
  const { slices, takes, turn } = stillLoop();
  slices.spend(() => takes(3));
  expect(slices.isUsed).toBe(false);
  slices.spend(() => {
    takes(1);
    expect(slices.isUsed).toBe(false);
    slices.spend(() => takes(1));
    expect(slices.isUsed).toBe(true);
  });
  expect(slices.isUsed).toBe(true);
  turn();
  expect(slices.isUsed).toBe(false);
});

it('what is put off is done in order, as much in a turn as fits into its slice, and at least a part', () => {
  const { slices, takes, turn } = stillLoop();
  const done: string[] = [];
  const work = (name: string, ms: number) => (): void => {
    done.push(name);
    takes(ms);
  };
  for (const name of ['a', 'b', 'c']) slices.later(work(name, 3));
  slices.later(work('long', 100));
  slices.later(work('last', 1));
  const turns = [];
  for (let i = 0; i < 4; i++) {
    turn();
    turns.push(done.splice(0).join(' '));
  }
  expect(turns).toEqual(['a b', 'c long', 'last', '']);
});

it('what is put off by what was put off waits for the next turn, behind the others', () => {
  const { slices, turn } = stillLoop();
  const done: string[] = [];
  slices.later(() => {
    done.push('first');
    slices.later(() => done.push('again'));
  });
  slices.later(() => done.push('second'));
  turn();
  expect(done).toEqual(['first', 'second']);
  turn();
  expect(done).toEqual(['first', 'second', 'again']);
});

it('work that throws has used its time, and does not keep others from theirs', () => {
  const { slices, takes, turn } = stillLoop();
  const failing = (): void => {
    takes(5);
    throw new Error('no');
  };
  expect(() => slices.spend(failing)).toThrow('no');
  expect(slices.isUsed).toBe(true);
  turn();
  const done: string[] = [];
  slices.later(failing);
  slices.later(() => done.push('other'));
  expect(turn).toThrow('no');
  turn();
  expect(done).toEqual(['other']);
});

it('once they are closed nothing that was put off is done', () => {
  const { slices, turnAll } = stillLoop();
  const done: string[] = [];
  slices.later(() => done.push('before'));
  slices.close();
  slices.later(() => done.push('after'));
  turnAll();
  expect(done).toEqual([]);
});

it('undivided, no slice is ever used', () => {
  const slices = undivided();
  slices.spend(() => expect(slices.isUsed).toBe(false));
});
