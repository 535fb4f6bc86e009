// What an attempt finds of the attempts before it, op by op.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Op } from '../../src/protocol/ops.ts';
import { Journal } from '../../src/state/journal.ts';
import { noTime } from '../../src/state/journal-entries.ts';
import { Repetition } from '../../src/state/repetition.ts';
import { Refusal, type Reply } from '../../src/state/run-store.ts';

function opOf(kind: Op['kind'], key = '"k"', value = '', amount = 0): Op {
  return { kind, key, value, amount, method: -1 };
}

let journal: Journal;
let now: number;

/** An attempt makes an op; if it has to be done, it is answered with `reply`. Gives the reply that was found, if any. */
function make(op: Op, reply: Reply | null): Reply | null | 'diverged' {
  const { position } = journal;
  const found = journal.next(op);
  if (typeof found === 'object' && found.reply !== null) return found.reply;
  if (found === 'diverged') journal.diverge(position);
  journal.record(position, op, reply, op.kind === 'sleep' && reply === null ? noTime : now);
  return found === 'diverged' ? found : null;
}

beforeEach(() => {
  now = 1_000;
  journal = new Journal();
  journal.begin(now);
});

describe('after a failure of the step itself', () => {
  it.each(['set', 'push', 'increment', 'delete', 'schedule', 'log'] as const)('%s is answered and not done', (kind) => {
    make(opOf(kind), '1');
    journal.rewind('failed');
    expect(make(opOf(kind), '2')).toBe('1');
  });

  it('a get and a sleep are done anew', () => {
    make(opOf('get'), '1');
    make(opOf('sleep'), '');
    journal.rewind('failed');
    expect(make(opOf('get'), '2')).toBeNull();
    expect(make(opOf('sleep'), '')).toBeNull();
  });

  it('an op that was refused is done anew', () => {
    make(opOf('increment'), new Refusal('VALUE_NOT_A_NUMBER', ''));
    journal.rewind('failed');
    expect(make(opOf('increment'), '1')).toBeNull();
    journal.rewind('failed');
    expect(make(opOf('increment'), '2')).toBe('1');
  });
});

describe('after an interruption', () => {
  it('everything is answered as before: reads, refusals and sleeps that are over', () => {
    const refusal = new Refusal('VALUE_NOT_A_NUMBER', '');
    make(opOf('get'), '1');
    make(opOf('increment'), refusal);
    make(opOf('sleep'), null);
    journal.answer(2, now);
    journal.rewind('interrupted');
    expect([opOf('get'), opOf('increment'), opOf('sleep')].map((op) => make(op, 'new'))).toEqual(['1', refusal, '']);
  });

  it('a sleep that was not over begins again', () => {
    make(opOf('sleep'), null);
    journal.rewind('interrupted');
    expect(make(opOf('sleep'), null)).toBeNull();
  });
});

describe('after a failure and then an interruption', () => {
  it('what the interrupted attempt has done and read is answered as before', () => {
    for (const kind of ['get', 'increment'] as const) make(opOf(kind), 'first');
    journal.rewind('failed');
    for (const kind of ['get', 'increment'] as const) make(opOf(kind), 'second');
    journal.rewind('interrupted');
    expect((['get', 'increment'] as const).map((kind) => make(opOf(kind), 'third'))).toEqual(['second', 'first']);
  });

  it('what it had not yet read is read anew', () => {
    for (const key of ['"a"', '"b"']) make(opOf('get', key), 'first');
    journal.rewind('failed');
    make(opOf('get', '"a"'), 'second');
    journal.rewind('interrupted');
    expect(['"a"', '"b"'].map((key) => make(opOf('get', key), 'third'))).toEqual(['second', null]);
  });
});

describe('many ops that differ in their values only', () => {
  const branch = (value: number, method = 1): Op => ({ ...opOf('schedule', '', `{"n":${value}}`), method });
  const mixed = Array.from({ length: 1_000 }, (_, n) =>
    n % 97 === 5 ? opOf('increment') : branch(n, n < 500 ? 1 : 2),
  );

  it('are each what they were', () => {
    for (const op of mixed) make(op, 'first');
    expect(journal.ops).toEqual(mixed);
    expect(journal.effects).toEqual(mixed.map(({ kind, key, method }) => ({ kind, key, method })));
    expect(journal.bytes).toBe(mixed.reduce((sum, { key, value }) => sum + 160 + key.length + value.length, 0));
    journal.rewind('interrupted');
    expect(new Set(mixed.map((op) => make(op, 'second')))).toEqual(new Set(['first']));
  });

  it.each([1, 63, 64, 65, 127, 128, 129, 640])('are held against the same values after %i of them', (count) => {
    for (const op of mixed) make(op, 'first');
    journal.rewind('failed');
    for (const op of mixed.slice(0, count)) make(op, 'second');
    expect(make(branch(-1), 'second')).toBe('diverged');
    for (const op of mixed.slice(count + 1)) expect(make(op, 'third')).toBeNull();
    expect(journal.ops).toEqual(mixed.with(count, branch(-1)));
  });
});

describe('an attempt that does something else', () => {
  const first = { ...opOf('set', '"k"', '1', 1), method: 0 };

  it.each([
    { field: 'method', other: { ...first, kind: 'push' as const } },
    { field: 'key', other: { ...first, key: '"x"' } },
    { field: 'value', other: { ...first, value: '2' } },
    { field: 'amount', other: { ...first, amount: 2 } },
    { field: 'action', other: { ...first, method: 1 } },
  ])('diverges where its $field differs', ({ other }) => {
    make(first, '');
    journal.rewind('failed');
    expect(make(other, '')).toBe('diverged');
  });

  it('goes on from there as new code, and is what the next attempt is held against', () => {
    for (const key of ['"a"', '"b"', '"c"']) make(opOf('increment', key), '1');
    journal.rewind('failed');
    expect(make(opOf('increment', '"a"'), '2')).toBe('1');
    expect(make(opOf('increment', '"x"'), '2')).toBe('diverged');
    expect(make(opOf('increment', '"c"'), '2')).toBeNull();
    journal.rewind('failed');
    expect(['"a"', '"x"', '"c"'].map((key) => make(opOf('increment', key), '3'))).toEqual(['1', '2', '2']);
  });

  describe('leaves what it does not repeat among the effects', () => {
    const done = (op: Op): Partial<Op> => ({ kind: op.kind, key: op.key, method: op.method });
    const schedule: Op = { ...opOf('schedule', '', '{"a":"long payload"}'), method: 2 };
    const effectsOf = (key: string): Op[] => [opOf('increment', key), opOf('log', 'info', '"text"'), schedule];

    it('before what is still there, and in order, however often it happens', () => {
      for (const op of [opOf('push', '"a"'), opOf('get'), ...effectsOf('"b"')]) make(op, '1');
      journal.rewind('failed');
      for (const op of [opOf('push', '"a"'), ...effectsOf('"c"')]) make(op, '2');
      journal.rewind('failed');
      for (const op of [opOf('push', '"d"'), opOf('get'), opOf('set', '"e"')]) make(op, '3');
      const [b, c, d] = [opOf('increment', '"b"'), opOf('increment', '"c"'), opOf('push', '"d"')];
      expect(journal.effects).toEqual(
        [b, schedule, opOf('push', '"a"'), c, schedule, d, opOf('set', '"e"')].map((op) => done(op)),
      );
    });

    it('and counts it as ops without values', () => {
      for (const op of effectsOf('"key"')) make(op, '1');
      journal.rewind('failed');
      make(opOf('set', '"x"', '12'), '');
      expect(journal.bytes).toBe(160 + '"key"'.length + 160 + 160 + '"x"12'.length);
      journal.rewind('failed');
      expect(journal.bytes).toBe(160 + '"key"'.length + 160 + 160 + '"x"12'.length);
    });

    it('but for what was read or refused, which has changed nothing', () => {
      make(opOf('get'), '1');
      make(opOf('increment'), new Refusal('VALUE_NOT_A_NUMBER', ''));
      journal.rewind('interrupted');
      make(opOf('get', '"x"'), '1');
      expect([journal.effects, journal.bytes]).toEqual([[], 163]);
    });
  });

  it('does not lose what an attempt that ended earlier left out', () => {
    for (const key of ['"a"', '"b"']) make(opOf('increment', key), '1');
    journal.rewind('failed');
    make(opOf('increment', '"a"'), '2');
    journal.rewind('failed');
    expect(['"a"', '"b"'].map((key) => make(opOf('increment', key), '3'))).toEqual(['1', '1']);
  });
});

describe('time', () => {
  const timesOf = (ops: readonly Op[]): unknown[] =>
    ops.map((op) => {
      const found = journal.next(op);
      return typeof found === 'object' ? found.at : found;
    });

  it('goes for each attempt as it went for the first, up to the last effect', () => {
    make(opOf('get'), '1');
    now = 2_000;
    make(opOf('increment'), '2');
    now = 3_000;
    make(opOf('get'), '3');
    journal.rewind('failed');
    journal.begin(9_000);
    expect(journal.startedAt).toBe(1_000);
    expect(timesOf([opOf('get'), opOf('increment'), opOf('get')])).toEqual([1_000, 2_000, 'new']);
  });

  it('goes for an interrupted attempt as it went before, sleeps included', () => {
    make(opOf('get'), '1');
    make(opOf('sleep'), null);
    journal.answer(1, 3_000);
    journal.rewind('interrupted');
    journal.begin(9_000);
    expect(journal.startedAt).toBe(1_000);
    expect(timesOf([opOf('get'), opOf('sleep')])).toEqual([1_000, 3_000]);
  });

  it('is its own for an attempt before which nothing has had an effect', () => {
    make(opOf('get'), '1');
    make(opOf('sleep'), '');
    journal.rewind('failed');
    journal.begin(9_000);
    expect(journal.startedAt).toBe(9_000);
    expect(timesOf([opOf('get')])).toEqual(['new']);
  });
});

describe('replies in a further attempt', () => {
  const sleeps = [0, 1, 2].map(() => opOf('sleep'));
  const order = (due: readonly { readonly position: number; readonly turn: string }[]): unknown[] =>
    due.map(({ position, turn }) => [position, turn]);

  /** Three sleeps; the last ends first, the other two in one turn. */
  function attempt(): void {
    for (const op of sleeps) make(op, null);
    for (const [position, turn] of [
      [2, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      journal.answer(position, now);
      journal.sent(position, turn);
    }
  }

  it('come in the order and in the turns in which they came before', () => {
    attempt();
    journal.rewind('interrupted');
    expect(journal.isRepeating).toBe(true);
    expect(order(journal.offer(0, '', 1))).toEqual([]);
    expect(order(journal.offer(1, '', 1))).toEqual([]);
    expect(order(journal.offer(2, '', 1))).toEqual([
      [2, 'new'],
      [0, 'new'],
      [1, 'same'],
    ]);
    expect(journal.isRepeating).toBe(false);
  });

  it('that never went out come after those that did', () => {
    attempt();
    make(opOf('get'), 'x');
    journal.rewind('interrupted');
    expect(order(journal.offer(3, 'x', 1))).toEqual([]);
    expect([0, 1, 2].flatMap((position) => order(journal.offer(position, '', 1)))).toEqual([
      [2, 'new'],
      [0, 'new'],
      [1, 'same'],
      [3, 'new'],
    ]);
  });

  it('are held to the longer of two attempts that were interrupted', () => {
    attempt();
    journal.rewind('interrupted');
    for (const op of sleeps) journal.next(op);
    journal.sent(2, 7);
    journal.rewind('interrupted');
    expect(order([0, 1, 2].flatMap((position) => journal.offer(position, '', 1)))).toEqual([
      [2, 'new'],
      [0, 'new'],
      [1, 'same'],
    ]);
  });

  it('are held back no longer where the step goes its own way', () => {
    attempt();
    journal.rewind('interrupted');
    journal.offer(0, '', 1);
    expect(order(journal.diverge(journal.position))).toEqual([[0, 'new']]);
    expect(journal.isRepeating).toBe(false);
  });

  it('are free after a failure before which nothing had an effect', () => {
    attempt();
    journal.rewind('failed');
    expect(journal.isRepeating).toBe(false);
  });

  it('are not waited for where the op before them is not made again', () => {
    attempt();
    journal.rewind('interrupted');
    expect(journal.awaitsOp).toBe(true);
    for (const op of sleeps.slice(0, 2)) journal.next(op);
    expect(journal.awaitsOp).toBe(true);
    journal.next(opOf('sleep'));
    expect(journal.awaitsOp).toBe(false);
  });
});

describe('an order that was to be repeated', () => {
  it('is repeated after a second loss, also when its replies were there and had not been sent', () => {
    const repetition = new Repetition();
    repetition.sent(1, 1);
    repetition.sent(0, 2);
    for (let loss = 0; loss < 3; loss++) {
      repetition.rewind(2);
      expect(repetition.offer(0, 'a', 1)).toEqual([]);
      expect(repetition.offer(1, 'b', 1).map(({ position }) => position)).toEqual([1, 0]);
      if (loss > 0) repetition.sent(1, 1); // The second one is lost with half of them sent.
    }
  });
});
