// structuredClone against Node's own.
import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { structuredClone } from '../../src/realm/globals/clone.ts';
import { seededRandom } from '../random.ts';

const nodeClone = globalThis.structuredClone;

class Point {
  x = 1;
  get double(): number {
    return this.x * 2;
  }
}

const withCause = new RangeError('outer', { cause: { inner: [1] } });
const named = Object.assign(new Error('m'), { name: 'Custom', extra: 1 });
const sparse: unknown[] = [];
sparse[5] = 'five';
const withKeys = Object.assign([1, 2], { extra: 'e' });
const resizable = new ArrayBuffer(4, { maxByteLength: 16 });
new Uint8Array(resizable).set([1, 2, 3, 4]);

const samples: [string, unknown][] = [
  ['primitives', [undefined, null, true, -0, Number.NaN, 1n, 'text']],
  ['plain objects', { a: 1, b: { c: [] }, 0: 'zero' }],
  ['keys that inherited names have', JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "toString": 2}')],
  ['arrays with holes and further keys', [sparse, withKeys, new Array(3)]],
  ['dates', [new Date(5), new Date(Number.NaN)]],
  ['regular expressions', [/a(b)/giu, /x/y]],
  ['Map and Set', [new Map<unknown, unknown>([[{ k: 1 }, new Set([1, [2]])]]), new Set([new Map()])]],
  ['boxes', [Object(1), Object('s'), Object(false), Object(1n)]],
  ['errors', [new Error('e'), new TypeError('t'), withCause, named, new AggregateError([1], 'agg')]],
  ['errors without a message', [new Error(), Object.assign(new Error('x'), { message: { not: 'text' } })]],
  ['instances, as plain objects', [new Point(), new (class extends Point {})(), Object.create({ inherited: 1 })]],
  [
    'instances of classes made from built-ins',
    [new (class extends Map<number, number> {})([[1, 2]]), new (class extends Date {})(7)],
  ],
  [
    'buffers and views',
    [new Uint8Array([1, 2, 3]).subarray(1), new DataView(new ArrayBuffer(4), 1, 2), new Float64Array([1.5]), resizable],
  ],
  ['objects without a prototype', Object.assign(Object.create(null), { a: 1 })],
  [
    'getters, as their value',
    {
      get a() {
        return { b: 1 };
      },
    },
  ],
  ['symbol keys and hidden keys, left out', Object.defineProperty({ [Symbol('s')]: 1 }, 'hidden', { value: 1 })],
];

describe('a clone is what Node makes of', () => {
  test.each(samples)('%s', (_, value) => {
    const mine = structuredClone(value);
    const theirs = nodeClone(value);
    expect(isDeepStrictEqual(mine, theirs)).toBe(true);
    expect(mine).toStrictEqual(theirs);
  });

  test('3,000 values made at random', () => {
    const random = seededRandom(7).below;
    for (let count = 0; count < 3_000; count++) {
      const value = randomValue(random, 4);
      expect(isDeepStrictEqual(structuredClone(value), nodeClone(value)), inspect(value)).toBe(true);
    }
  });
});

function randomValue(random: (bound: number) => number, depth: number): unknown {
  const inner = (): unknown => randomValue(random, depth - 1);
  const several = <Item>(make: () => Item): Item[] => Array.from({ length: random(4) }, make);
  const leaves = [
    () => random(100),
    () => `s${random(9)}`,
    () => null,
    () => new Date(random(1e9)),
    () => BigInt(random(9)),
    () => /r/g,
  ];
  const nodes = [
    () => several(inner),
    () => Object.fromEntries(several(() => [`k${random(5)}`, inner()])),
    () => new Map(several(() => [inner(), inner()] as const)),
    () => new Set(several(inner)),
    () => new Error(`e${random(9)}`, { cause: inner() }),
  ];
  const makers: (() => unknown)[] = depth > 0 ? [...leaves, ...nodes, ...nodes] : leaves;
  return makers[random(makers.length)]?.();
}

describe('identity', () => {
  test('cycles and shared parts are kept', () => {
    const shared = { s: 1 };
    const buffer = new ArrayBuffer(2);
    const value: Record<string, unknown> = {
      a: shared,
      b: [shared],
      one: new Uint8Array(buffer),
      two: new Uint8Array(buffer, 1),
    };
    value.self = value;
    value.map = new Map([[value, value]]);
    const copy = structuredClone(value) as typeof value & {
      b: unknown[];
      map: Map<unknown, unknown>;
      one: Uint8Array;
      two: Uint8Array;
    };
    expect(copy).not.toBe(value);
    expect(copy.self).toBe(copy);
    expect(copy.map.get(copy)).toBe(copy);
    expect(copy.a).toBe(copy.b[0]);
    expect(copy.one.buffer).toBe(copy.two.buffer);
    expect(copy.one.buffer).not.toBe(buffer);
  });

  test('depth costs no stack', () => {
    let deep: unknown = null;
    for (let depth = 0; depth < 200_000; depth++) deep = depth % 2 === 0 ? { deep } : new Map([[1, [deep]]]);
    expect(() => structuredClone(deep)).not.toThrow();
  });
});

describe('a DataCloneError meets', () => {
  test.each<[string, unknown]>([
    ['a function', () => 1],
    ['a function within', { a: [() => 1] }],
    ['a symbol', Symbol('s')],
    ['a boxed symbol', Object(Symbol('s'))],
    ['a promise', Promise.resolve()],
    ['a WeakMap', new WeakMap()],
    ['a WeakSet', [new WeakSet()]],
  ])('%s', (_, value) => {
    expect(() => structuredClone(value)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
    expect(() => nodeClone(value)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });

  test.each<[string, () => unknown[]]>([
    ['what cannot be transferred', () => [{}]],
    ['a view instead of its buffer', () => [new Uint8Array(1)]],
    ['the same buffer twice', () => Array(2).fill(new ArrayBuffer(1))],
    ['a buffer that is detached', () => [detached()]],
  ])('%s', (_, transfer) => {
    expect(() => structuredClone(1, { transfer: transfer() })).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }),
    );
  });

  test('a detached buffer that is cloned', () => {
    expect(() => structuredClone(detached())).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });
});

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(1);
  buffer.transfer();
  return buffer;
}

describe('transfer', () => {
  test('moves buffers and the views on them', () => {
    const buffer = new ArrayBuffer(4);
    const view = new Uint8Array(buffer, 1, 2).fill(7);
    const copy = structuredClone({ view, buffer }, { transfer: [buffer] }) as { view: Uint8Array; buffer: ArrayBuffer };
    expect([buffer.detached, copy.view.buffer === copy.buffer, [...copy.view]]).toEqual([true, true, [7, 7]]);
  });

  test('moves nothing when something else cannot be cloned', () => {
    const buffer = new ArrayBuffer(4);
    expect(() => structuredClone([buffer, () => 1], { transfer: [buffer] })).toThrow();
    expect(buffer.detached).toBe(false);
  });

  test('takes no options that are no object, and needs a value', () => {
    expect(() => structuredClone(1, 5)).toThrow(TypeError);
    expect(() => structuredClone()).toThrow(TypeError);
    expect(structuredClone(undefined)).toBe(undefined);
    expect(structuredClone(1, null)).toBe(1);
  });
});

test('an impostor is cloned by its fields', () => {
  const impostor = Object.assign(Object.create(Map.prototype), { a: 1 });
  expect(structuredClone(impostor)).toStrictEqual({ a: 1 });
});
