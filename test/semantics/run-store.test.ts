// api.runStore, as a step has it.
import { describe, expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner();

/** What an expression with `store` in it gives inside a step, and the store as the run left it. */
async function inStep(
  expression: string,
  before = '',
): Promise<{ value: unknown; store: Readonly<Record<string, unknown>> }> {
  const start = `const store = api.runStore; ${before}; return ${expression};`;
  const { outcome } = await runToEnd(runner(), { start });
  if (outcome.status !== 'completed') throw new Error(`${outcome.error?.code}: ${outcome.error?.message}`);
  return { value: outcome.output, store: { ...outcome.store } };
}

const caught = '.catch((e) => ({ code: e.code, isTypeError: e instanceof TypeError }))';

describe('get', () => {
  it('gives the value, and null if it is not set', async () => {
    const { value } = await inStep("[await store.get('a'), await store.get('b')]", "await store.set('a', { n: [1] })");
    expect(value).toEqual([{ n: [1] }, null]);
  });

  it('gives a value of its own: changing it changes nothing', async () => {
    const before = "await store.set('a', { n: 1 }); (await store.get('a')).n = 2";
    expect((await inStep("await store.get('a')", before)).value).toEqual({ n: 1 });
  });
});

describe('set', () => {
  it.each([
    ['1', 1],
    ['-0.5', -0.5],
    ['""', ''],
    ['"\\t\\n\\u0000\\u2028\\ud83d\\ude00"', '\t\n\u0000\u2028😀'],
    ['true', true],
    ['null', null],
    ['[]', []],
    ['{ a: { b: [1, { c: null }] } }', { a: { b: [1, { c: null }] } }],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['{ a: undefined }', {}],
    ['JSON.parse(\'{"__proto__":{"x":1}}\')', JSON.parse('{"__proto__":{"x":1}}')],
  ])('takes %s', async (text, expected) => {
    const { value, store } = await inStep("[await store.get('k')]", `await store.set('k', ${text})`);
    expect(value).toEqual([expected]);
    expect(store).toEqual({ k: expected });
  });

  it.each([
    'undefined',
    '() => 1',
    '{ b: () => 1 }',
    'NaN',
    'Symbol()',
    '1n',
    '[1n]',
    'cycle',
    '{ toJSON() { throw 1; } }',
    '{ toJSON() {} }',
  ])('of %s throws a TypeError and changes nothing', async (text) => {
    const before = `await store.set('k', 'as it was'); const cycle = {}; cycle.self = { cycle };`;
    const { value, store } = await inStep(`await store.set('k', ${text})${caught}`, before);
    expect(value).toEqual({ code: 'VALUE_INVALID', isTypeError: true });
    expect(store).toEqual({ k: 'as it was' });
  });

  it('keeps the value as it was when it was called', async () => {
    const before = "const value = { n: 1 }; const done = store.set('k', value); value.n = 2; await done";
    expect((await inStep('null', before)).store).toEqual({ k: { n: 1 } });
  });

  it('replaces whatever was there', async () => {
    const before =
      "await store.push('k', 1); await store.set('k', 'x'); await store.set('n', 'x'); await store.set('n', 4)";
    expect((await inStep("await store.increment('n')", before)).store).toEqual({ k: 'x', n: 5 });
  });
});

describe('push', () => {
  it('creates the list, appends to it, and resolves with its new length', async () => {
    const { value, store } = await inStep("[await store.push('k', 'a'), await store.push('k', { b: 1 })]");
    expect(value).toEqual([1, 2]);
    expect(store).toEqual({ k: ['a', { b: 1 }] });
  });

  it.each(['[]', '[1, [2, "],["], { a: "," }]'])('appends to the array %s that set put there', async (array) => {
    const { value, store } = await inStep("await store.push('k', 'more')", `await store.set('k', ${array})`);
    const list = [...((await inStep(array)).value as unknown[]), 'more'];
    expect(value).toBe(list.length);
    expect(store).toEqual({ k: list });
  });

  it.each(['"a string"', '"[1]"', '1', 'true', 'null', '{}'])(
    'on %s throws a TypeError and changes nothing',
    async (text) => {
      const { value, store } = await inStep(`await store.push('k', 1)${caught}`, `await store.set('k', ${text})`);
      expect(value).toEqual({ code: 'VALUE_NOT_A_LIST', isTypeError: true });
      expect(store).toEqual({ k: JSON.parse(text) });
    },
  );

  it.each(['undefined', '() => 1', '1n'])('of %s throws a TypeError and changes nothing', async (item) => {
    const { value, store } = await inStep(`await store.push('k', ${item})${caught}`, "await store.push('k', 1)");
    expect(value).toEqual({ code: 'VALUE_INVALID', isTypeError: true });
    expect(store).toEqual({ k: [1] });
  });

  it('keeps the order of the calls of one step, awaited or not', async () => {
    const before = "for (let i = 0; i < 500; i++) { const p = store.push('k', i); if (i % 7 === 0) await p; }";
    expect((await inStep('null', before)).store).toEqual({ k: Array.from({ length: 500 }, (_, i) => i) });
  });
});

describe('increment', () => {
  it('adds or subtracts the delta, 1 if there is none, from 0, and returns the new value', async () => {
    const calls = ['', ', 5', ', -7', ', 0', ', undefined', ', 0.5'].map(
      (delta) => `await store.increment('k'${delta})`,
    );
    const { value, store } = await inStep(`[${calls.join(', ')}]`);
    expect(value).toEqual([1, 6, -1, -1, 0, 0.5]);
    expect(store).toEqual({ k: 0.5 });
  });

  it('counts on from a number that set put there', async () => {
    expect((await inStep("await store.increment('k')", "await store.set('k', 41)")).value).toBe(42);
  });

  it.each(["'1'", 'null', 'NaN', 'Infinity', '1n', '{}', '2 ** 53', '-(2 ** 53)', '1e300'])(
    'by %s throws and changes nothing',
    async (delta) => {
      const { value, store } = await inStep(`await store.increment('k', ${delta})${caught}`, "await store.set('k', 1)");
      expect(value).toMatchObject({ code: 'DELTA_INVALID' });
      expect(store).toEqual({ k: 1 });
    },
  );

  it.each(['"1"', 'null', 'true', '[1]', '{}'])('of %s throws a TypeError and changes nothing', async (text) => {
    const { value, store } = await inStep(`await store.increment('k')${caught}`, `await store.set('k', ${text})`);
    expect(value).toEqual({ code: 'VALUE_NOT_A_NUMBER', isTypeError: true });
    expect(store).toEqual({ k: JSON.parse(text) });
  });

  it.each([
    [Number.MAX_SAFE_INTEGER, 1],
    [Number.MIN_SAFE_INTEGER, -1],
    [1, Number.MAX_SAFE_INTEGER],
    [1.5, Number.MAX_SAFE_INTEGER],
  ])('of %d by %d leaves the safe numbers: throws and changes nothing', async (number, delta) => {
    const { value, store } = await inStep(
      `await store.increment('k', ${delta})${caught}`,
      `await store.set('k', ${number})`,
    );
    expect(value).toEqual({ code: 'NUMBER_OUT_OF_RANGE', isTypeError: false });
    expect(store).toEqual({ k: number });
  });
});

describe('delete', () => {
  it('removes, and says whether there was anything', async () => {
    const { value, store } = await inStep(
      "[await store.delete('k'), await store.delete('k'), await store.get('k')]",
      "await store.set('k', 1)",
    );
    expect(value).toEqual([true, false, null]);
    expect(store).toEqual({});
  });
});
