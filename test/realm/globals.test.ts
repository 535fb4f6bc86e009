// The globals of a step: its own time and chance, the same again for the same seed, nonce and inbox.
import { describe, expect, test } from 'vitest';
import { createGlobals, globalNames } from '../../src/realm/globals/index.ts';
import type { StepContext } from '../../src/realm/globals/step-context.ts';
import { createStep, globalOf, type Loose } from './test-step.ts';

const NodeDate = Date;

describe('createGlobals', () => {
  test('gives values in the order of the names', () => {
    const values = createGlobals(createStep(), ['btoa', 'Math', 'console', 'atob']);
    expect(values.map((value) => (typeof value === 'function' ? value.name : typeof value))).toEqual([
      ...['btoa', 'object', 'object', 'atob'],
    ]);
    expect(createGlobals(createStep(), globalNames)).toHaveLength(19);
    expect(() => createGlobals(createStep(), ['process'])).toThrow('process');
  });

  test('gives a globalThis that holds the same values, and the standard ones', () => {
    const values = createGlobals(createStep(), globalNames);
    const global = values[globalNames.indexOf('globalThis')] as Record<string, unknown>;
    for (const [index, name] of globalNames.entries()) expect(global[name], name).toBe(values[index]);
    expect(global.globalThis).toBe(global);
    expect([global.Array, global.JSON, global.undefined]).toEqual([Array, JSON, undefined]);
    expect(['process', 'require', 'SharedArrayBuffer', 'WebAssembly'].filter((name) => name in global)).toEqual([]);
    global.Array = 1;
    expect(globalOf<Record<string, unknown>>('globalThis').Array).toBe(Array);
  });
});

describe('Math', () => {
  test('has random numbers that come again for the same seed and nonce, and only then', () => {
    const draw = (...args: Parameters<typeof createStep>) => {
      const math = globalOf<Math>('Math', createStep(...args));
      return Array.from({ length: 5 }, () => math.random()).join();
    };
    expect(draw()).toBe(draw());
    expect(new Set([draw(), draw('cd'.repeat(32)), draw('ab'.repeat(32), 2)]).size).toBe(3);
  });

  test('spreads them evenly from 0 to 1', () => {
    const { random } = globalOf<Math>('Math');
    const buckets = new Array(16).fill(0);
    for (let count = 0; count < 160_000; count++) buckets[Math.floor(random() * 16)]++;
    expect(buckets).toHaveLength(16);
    for (const bucket of buckets) expect(Math.abs(bucket - 10_000)).toBeLessThan(500);
  });

  test('has all else that Math has, and can be changed', () => {
    const math = globalOf<Record<PropertyKey, unknown>>('Math');
    for (const key of Reflect.ownKeys(Math)) if (key !== 'random') expect(math[key]).toBe(Reflect.get(Math, key));
    const plain = createGlobals(createStep(), ['Math'], { exact: [], datePrototype: () => ({}) })[0] as typeof math;
    for (const key of Reflect.ownKeys(Math)) if (key !== 'random') expect(plain[key]).toBe(Reflect.get(Math, key));
    expect([Reflect.set(plain, 'PI', 3), plain['PI']]).toEqual([false, Math.PI]);
    math.trunc = 1;
    expect(globalOf<Math>('Math').trunc).toBe(Math.trunc);
  });
});

describe('Date', () => {
  const step = createStep();
  const StepDate = globalOf<DateConstructor>('Date', step);

  test('tells the time of the step, which moves only when the step is told', () => {
    expect([StepDate.now(), new StepDate().getTime()]).toEqual([step.time, step.time]);
    expect(StepDate()).toBe(new NodeDate(step.time).toString());
    step.time += 5;
    expect([StepDate.now(), new StepDate().getTime()]).toEqual([step.time, step.time]);
  });

  test.each([
    [[5]],
    [['2020-01-01']],
    [[2020, 1]],
    [[2020, 1, 2, 3, 4, 5, 6]],
    [[undefined]],
    [[null]],
    [[new NodeDate(7)]],
  ])('makes the same date of %j as ever', (args) => {
    expect(Reflect.construct(StepDate, args)).toEqual(Reflect.construct(NodeDate, args));
  });

  test('is a Date in every respect that code looks at', () => {
    class Day extends StepDate {}
    expect([new StepDate() instanceof StepDate, new StepDate(5).constructor === StepDate]).toEqual([true, true]);
    expect([new Day() instanceof Day, new Day() instanceof StepDate, new Day().getTime()]).toEqual([
      true,
      true,
      step.time,
    ]);
    expect(new Set(Reflect.ownKeys(StepDate.prototype))).toEqual(new Set(Reflect.ownKeys(NodeDate.prototype)));
    expect([StepDate.name, StepDate.UTC(2020), StepDate.parse('2020')]).toEqual([
      'Date',
      NodeDate.UTC(2020),
      NodeDate.parse('2020'),
    ]);
  });
});

test('a date leads to no other Date than that of its step', () => {
  const [mine, other] = [globalOf<DateConstructor>('Date'), globalOf<DateConstructor>('Date')];
  expect(mine.prototype).not.toBe(other.prototype);
  const chain = [new mine(0).constructor, Reflect.get(Object.getPrototypeOf(mine.prototype), 'constructor')];
  expect(chain).toEqual([mine, Object]);
});

describe('crypto', () => {
  test('makes version 4 ids that come again for the same seed and nonce, and only then', () => {
    const ids = (step: StepContext) => {
      const { randomUUID } = globalOf<Loose>('crypto', step);
      return [randomUUID?.(), randomUUID?.()];
    };
    expect(ids(createStep())).toEqual(ids(createStep()));
    const all = [...ids(createStep()), ...ids(createStep('cd'.repeat(32))), ...ids(createStep('ab'.repeat(32), 2))];
    expect(new Set(all).size).toBe(6);
    for (const id of all) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  test('fills integer arrays, and no more than what the view shows', () => {
    const { getRandomValues } = globalOf<Loose>('crypto');
    const bytes = new Uint8Array(64);
    const view = bytes.subarray(16, 48);
    expect(getRandomValues?.(view)).toBe(view);
    expect([...bytes.subarray(0, 16), ...bytes.subarray(48)].every((byte) => byte === 0)).toBe(true);
    expect(new Set(view).size).toBeGreaterThan(10);
    for (const array of [new Int16Array(8), new Uint32Array(8), new BigInt64Array(8), new Uint8ClampedArray(8)]) {
      expect(new Set(getRandomValues?.(array) as Iterable<unknown>).size).toBeGreaterThan(4);
    }
    expect(getRandomValues?.(new Uint8Array(0))).toHaveLength(0);
    expect(getRandomValues?.(new Uint8Array(65_536))).toHaveLength(65_536);
  });

  test.each([
    [new Float64Array(1), 'TypeMismatchError'],
    [new Uint8Array(65_537), 'QuotaExceededError'],
    [new Uint16Array(32_769), 'QuotaExceededError'],
    [[1, 2], 'TypeError'],
    [new DataView(new ArrayBuffer(1)), 'TypeError'],
    [Object.create(Uint8Array.prototype), 'TypeError'],
    [undefined, 'TypeError'],
  ])('refuses %o with a %s', (array, name) => {
    expect(() => globalOf<Loose>('crypto').getRandomValues?.(array)).toThrow(expect.objectContaining({ name }));
  });
});

test('performance counts from the start of the step', () => {
  const step = createStep();
  const performance = globalOf<Performance>('performance', step);
  step.time += 12;
  expect([performance.now(), performance.timeOrigin]).toEqual([12, step.time - 12]);
});
