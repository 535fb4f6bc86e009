// What nobody's step waits for takes a small part of each turn of the loop, tenant by tenant, and each pays for its own.
import { expect, it } from 'vitest';
import { BackgroundWork, type Divided, undividedly } from '../src/background-work.ts';
import { stillLoop } from './loop.ts';

function workshop() {
  const loop = stillLoop();
  const charged = new Map<string, number>();
  const work = new BackgroundWork(loop.slices, (tenant, micros) => {
    charged.set(tenant, (charged.get(tenant) ?? 0) + micros);
  });
  const done: string[] = [];
  /** So many parts, of 0.5 ms each. */
  function* parts(name: string, count: number): Divided<string> {
    for (let i = 0; i < count; i++) {
      done.push(name);
      loop.takes(0.5);
      yield;
    }
    return name;
  }
  return { ...loop, loop, work, charged, done, parts };
}

it('no turn of the loop has more of it than a few parts, however much there is', async () => {
  const { loop, work, done, parts } = workshop();
  const given = work.do('a', parts('a', 1_000));
  let most = 0;
  for (let before = -1; done.length > before; most = Math.max(most, done.length - before)) {
    before = done.length;
    loop.turn();
  }
  expect(done).toHaveLength(1_000);
  expect(most).toBeLessThanOrEqual(5);
  expect(await given).toBe('a');
});

it('tenants take turns, what is for one is done in order, and each pays for its own', async () => {
  const { loop, work, charged, done, parts } = workshop();
  const given = [work.do('a', parts('a1', 8)), work.do('a', parts('a2', 2)), work.do('b', parts('b', 2))];
  loop.turnAll();
  expect(await Promise.all(given)).toEqual(['a1', 'a2', 'b']);
  expect(done.indexOf('b')).toBeLessThan(4);
  expect(done.filter((name) => name !== 'b')).toEqual([...Array(8).fill('a1'), ...Array(2).fill('a2')]);
  expect(Object.fromEntries(charged)).toEqual({ a: 5_000, b: 1_000 });
});

it('it waits for the next turn where others have used the slice of this one', () => {
  const { loop, slices, work, done, parts } = workshop();
  slices.later(() => loop.takes(4.6));
  void work.do('a', parts('a', 4));
  void work.do('b', parts('b', 4));
  loop.turn();
  expect(done).toEqual(['a', 'a']);
  loop.turn();
  expect(done).toEqual(['a', 'a', 'b', 'b', 'a', 'a']);
});

it('work that fails refuses its own promise, and what follows is done', async () => {
  const { loop, work, parts } = workshop();
  // biome-ignore lint/correctness/useYield: it fails before it comes to that.
  function* failing(): Divided<string> {
    throw new Error('no');
  }
  const failed = expect(work.do('a', failing())).rejects.toThrow('no');
  const given = work.do('a', parts('next', 1));
  loop.turnAll();
  await failed;
  expect(await given).toBe('next');
});

it('once it is closed, what is under way and what comes is done at once, for nothing else runs', async () => {
  const { loop, work, done, parts } = workshop();
  const given = work.do('a', parts('a', 100));
  loop.turn();
  expect(done.length).toBeLessThan(100);
  work.close();
  expect(done).toHaveLength(100);
  expect(await given).toBe('a');
  expect(await Promise.all([work.do('b', parts('b', 2)), work.begin('c', parts('c', 2))])).toEqual(['b', 'c']);
});

it('undividedly, it is done at once', () => {
  const { parts, done } = workshop();
  expect(undividedly(parts('a', 3))).toBe('a');
  expect(done).toEqual(['a', 'a', 'a']);
});
