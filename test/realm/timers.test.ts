// Timers and microtasks of a step: when they call back, and where the errors of callbacks go.
import { afterAll, describe, expect, test } from 'vitest';
import { createGlobals } from '../../src/realm/globals/index.ts';
import type { StepContext } from '../../src/realm/globals/step-context.ts';
import { loadRealm } from './load-realm.ts';
import { createStep, globalOf, type Loose } from './test-step.ts';

describe('timers', () => {
  const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
  const timersOf = (step: StepContext): Loose => {
    const values = createGlobals(step, names);
    return Object.fromEntries(names.map((name, index) => [name, values[index] as Loose[string]]));
  };

  test('call back with their arguments when the host says so, once', async () => {
    const step = createStep();
    const { setTimeout } = timersOf(step);
    const calls: unknown[] = [];
    const ids = [5, 0, undefined, -3, Number.NaN, '7', 2.9].map((ms) =>
      setTimeout?.((...args: unknown[]) => calls.push(args), ms, ms, 'b'),
    );
    expect(step.sleeps).toEqual([5, 0, 0, 0, 0, 7, 2]);
    expect(ids.map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await step.wake(5);
    await step.wake(0);
    expect(calls).toEqual([
      ['7', 'b'],
      [5, 'b'],
    ]);
  });

  test('do not call back when cleared, by number or by text', async () => {
    const step = createStep();
    const { setTimeout, clearTimeout, clearInterval } = timersOf(step);
    const calls: unknown[] = [];
    for (const id of [1, 2, 3]) setTimeout?.(() => calls.push(id), 1);
    clearTimeout?.(1);
    clearInterval?.('3');
    for (const id of [99, undefined, {}, null, Symbol('s')]) clearTimeout?.(id);
    for (const index of [0, 1, 2]) await step.wake(index);
    expect(calls).toEqual([2]);
  });

  test('are objects as Node has them, and clearing one by itself works too', async () => {
    const step = createStep();
    const { setTimeout, clearTimeout } = timersOf(step);
    const calls: string[] = [];
    const [cleared, closed, fired] = ['cleared', 'closed', 'fired'].map((name) =>
      setTimeout?.(() => calls.push(name), 5),
    ) as NodeJS.Timeout[];
    if (cleared === undefined || closed === undefined || fired === undefined) throw new Error('No timers.');
    clearTimeout?.(cleared);
    closed[Symbol.dispose]();
    expect([fired.hasRef(), fired.unref() === fired, fired.hasRef(), fired.ref().hasRef()]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect([typeof fired, `${fired}`, +fired]).toEqual(['object', '3', 3]);
    for (const index of [0, 1, 2]) await step.wake(index);
    cleared.refresh();
    fired.refresh();
    expect(step.sleeps).toEqual([5, 5, 5, 5]);
    await step.wake(3);
    expect(calls).toEqual(['fired', 'fired']);
  });

  test('refreshed before they go off, go off once, and later', async () => {
    const step = createStep();
    const calls: number[] = [];
    const timer = timersOf(step).setTimeout?.(() => calls.push(1), 5) as NodeJS.Timeout;
    timer.refresh();
    await step.wake(0);
    expect(calls).toEqual([]);
    await step.wake(1);
    expect(calls).toEqual([1]);
  });

  test('repeat until cleared, also from within', async () => {
    const step = createStep();
    const { setInterval, clearInterval } = timersOf(step);
    let calls = 0;
    const id = setInterval?.(() => {
      if (++calls === 3) clearInterval?.(id);
    }, 0);
    for (let index = 0; index < 5; index++) await step.wake(index);
    expect([calls, step.sleeps]).toEqual([3, [1, 1, 1]]);
  });

  test.each([2 ** 31, Number.POSITIVE_INFINITY])('refuse a delay of %d', (ms) => {
    const { setTimeout, setInterval } = timersOf(createStep());
    expect(() => setTimeout?.(() => {}, ms)).toThrow(RangeError);
    expect(() => setInterval?.(() => {}, ms)).toThrow(RangeError);
  });

  test('refuse what is no function', () => {
    const { setTimeout, setInterval } = timersOf(createStep());
    for (const call of [setTimeout, setInterval, globalOf<Loose[string]>('queueMicrotask')])
      expect(() => call?.('code')).toThrow(TypeError);
  });
});

describe('an error in a callback', () => {
  const realm = loadRealm(['harden.ts', 'globals/index.ts']);
  realm.run('harden.harden()');
  afterAll(() => realm.dispose());

  const call = (name: string, body: string) => `
    const step = { now: () => 0, seed: '', nonce: 0, log() {}, sleep: (_, wake) => wake(), crashed: (e) => { kept.crash = e.message; kept.clear?.(1); } };
    kept.crash = undefined;
    const [timer, clear] = index.createGlobals(step, ['${name}', 'clearInterval']);
    kept.clear = clear;
    timer(() => { ${body} throw new TypeError('nobody catches') }, 1);`;

  test('of queueMicrotask surfaces as an unhandled rejection', () => {
    expect(() => realm.run(call('queueMicrotask', ''))).toThrow('nobody catches');
    expect(() => realm.run(call('queueMicrotask', 'return;'))).not.toThrow();
  });

  test.each(['setTimeout', 'setInterval'])('of %s is told to the step', (name) => {
    realm.run(call(name, ''));
    expect(realm.run('return kept.crash;')).toBe('nobody catches');
  });
});

test('queueMicrotask calls after the current code', async () => {
  const calls: string[] = [];
  globalOf<Loose[string]>('queueMicrotask')?.(() => calls.push('later'));
  calls.push('now');
  await undefined;
  await undefined;
  expect(calls).toEqual(['now', 'later']);
});
