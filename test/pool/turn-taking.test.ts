// One thing at a time, and whose: who asks for much waits for himself.
import { expect, it } from 'vitest';
import { createTurnTaking, type TurnTaking } from '../../src/pool/turn-taking.ts';

let time = 0;
let done: string[] = [];

/** Asks for something that is likely to take so long, and takes so long. */
function ask(queue: TurnTaking, name: string, likelyMs: number, ms = likelyMs): Promise<string> {
  return queue(name.slice(0, 1), likelyMs, async () => {
    time += ms;
    done.push(name);
    return name;
  });
}

function begin(): TurnTaking {
  done = [];
  return createTurnTaking(() => time);
}

it('who has asked for nothing yet comes before the second of another tenant', async () => {
  const queue = begin();
  const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) => ask(queue, name, 10));
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'b2']);
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

it('what is soon done does not wait for what takes long, whoever asked before', async () => {
  const queue = begin();
  await Promise.all(['a1', 'b1', 'c1'].map((name) => ask(queue, name, 500)).concat(ask(queue, 'd1', 1)));
  expect(done).toEqual(['a1', 'd1', 'b1', 'c1']);
});

it('who has used much waits, however little it is likely to take', async () => {
  const queue = begin();
  const all = [ask(queue, 'a1', 1, 5_000), ask(queue, 'a2', 1, 5_000)];
  for (let n = 0; n < 8; n++) all.push(ask(queue, `b${n}`, 500));
  await Promise.all(all);
  expect(done).toEqual(['a1', 'b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'a2']);
});

it('goes on after one that failed', async () => {
  const queue = begin();
  const failed = queue('a', 1, () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  expect(await ask(queue, 'b1', 1)).toBe('b1');
});
