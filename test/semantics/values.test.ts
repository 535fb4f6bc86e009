// What a step may hand over: to the run store, to the next step, to its embedder. What JSON would leave out or change is refused, by its path.
import { describe, expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner();

const classes = `
  class LaterDate extends Date {}
  class Secret { #a = 1; }
  class Item { constructor(id) { this.id = id; } total() {} }
  class Decimal { constructor(text) { this.text = text; } toJSON() { return this.text; } }
  const circular = { lines: [] };
  circular.lines.push({ order: circular });
  const endless = { get next() { return { __proto__: Object.prototype, ...Object.create(null, {}), get next() { return endless.next; } }; } };
`;

/** What each of the ways to hand the value over says of it: its error, or the value as it came out. */
async function saidOf(value: string): Promise<{ set: unknown; push: unknown; payload: unknown }> {
  const steps = {
    start: `const said = {};
      const why = (error) => error.code + (error instanceof TypeError ? ': ' : '? ') + error.message;
      said.set = await api.runStore.set('set', ${value}).then(() => null, why);
      said.push = await api.runStore.push('push', ${value}).then(() => null, why);
      said.payload = await api.scheduleNextStep({ action: 'next', payload: ${value} }).then(() => null, why);
      return said;`,
    next: "await api.runStore.set('payload', [data]);",
  };
  const bodies = Object.entries(steps).map(([name, body]) => `async ${name}(data, headers, api) { ${body} }`);
  const { outcome } = await runToEnd(runner(), `${classes}export class Workflow { ${bodies.join('\n')} }`);
  expect(outcome.status).toBe('completed');
  const { set, push, payload } = outcome.output as Record<string, unknown>;
  const { store } = outcome;
  return {
    set: set ?? store['set'],
    push: push ?? (store['push'] as unknown[])[0],
    payload: payload ?? (store['payload'] as unknown[])[0],
  };
}

describe('a value', () => {
  it.each([
    ['{ due: new Date(0) }', { due: '1970-01-01T00:00:00.000Z' }],
    ['{ a: 1, note: undefined }', { a: 1 }],
    ['[1, undefined, , 2]', [1, null, null, 2]],
    ['[new Item(1), Object.create(null, { a: { value: 2, enumerable: true } })]', [{ id: 1 }, { a: 2 }]],
    ['{ price: new Decimal("0.10") }', { price: '0.10' }],
    ['[-0, 1e300, "", null, false, {}, []]', [0, 1e300, '', null, false, {}, []]],
    ['[new String("a"), new Number(1), Object(false)]', ['a', 1, false]],
    ['{ toJSON: () => [1] }', [1]],
    ['new Proxy([1, { a: 2 }], {})', [1, { a: 2 }]],
    ['{ ["__proto__"]: 1, constructor: 2 }', JSON.parse('{"__proto__":1,"constructor":2}')],
  ])('of %s is what JSON makes of it', async (value, expected) => {
    expect(await saidOf(value)).toEqual({ set: expected, push: expected, payload: expected });
  });

  it.each([
    ['undefined', 'undefined', ''],
    ['new Map([["a", 1]])', 'a Map', ''],
    ['{ tags: [new Set([1])] }', 'a Set', 'tags[0]'],
    ['{ due: [new LaterDate(0)] }', 'a Date of a class of its own', 'due[0]'],
    ['{ due: new Date(NaN) }', 'an invalid Date', 'due'],
    ['NaN', 'NaN', ''],
    ['[1, [-Infinity]]', '-Infinity', '[1][0]'],
    ['{ a: { toJSON: () => NaN } }', 'NaN', 'a'],
    ['() => 1', 'a function', ''],
    ['{ list: [() => 1] }', 'a function', 'list[0]'],
    ['{ id: 1, total() { return 2; } }', 'a function', 'total'],
    ['{ "a b": { s: Symbol("x") } }', 'a symbol', '["a b"].s'],
    ['{ lines: [{ cents: 10n }] }', 'a BigInt', 'lines[0].cents'],
    ['[Object(1n)]', 'a BigInt', '[0]'],
    ['{ bytes: new Uint8Array(2) }', 'bytes', 'bytes'],
    ['{ p: Promise.resolve(1) }', 'a promise', 'p'],
    ['{ why: new TypeError("x") }', 'an error', 'why'],
    ['/a/', 'an object of the class RegExp', ''],
    ['{ keys: new Map().keys() }', 'an object of the class', 'keys'],
    ['new Secret()', 'an object of the class Secret', ''],
    ['circular', 'circular: it is the value itself', 'lines[0].order'],
    ['[circular]', 'circular: it is `[0]`', '[0].lines[0].order'],
    ['{ get a() { throw new Error("no a"); } }', 'no a', null],
    ['{ a: { toJSON() { throw new Error("no a"); } } }', 'no a', null],
    ['new Proxy({ a: 1 }, { ownKeys() { throw new Error("no keys"); } })', 'no keys', null],
    ['endless', 'deep', null],
  ])('of %s is refused, with its path and what to do', async (value, kind, path) => {
    const { set, push, payload } = await saidOf(value);
    for (const [said, code, name] of [
      [set, 'VALUE_INVALID', 'A value'],
      [push, 'VALUE_INVALID', 'A value'],
      [payload, 'PAYLOAD_INVALID', '`payload`'],
    ]) {
      expect(said).toMatch(new RegExp(`^${code}: `));
      expect(said).toContain(kind);
      if (path !== null)
        expect(said).toContain(path === '' ? `${name} is ${kind}` : `${name} has to be JSON: \`${path}\` is ${kind}`);
    }
  });

  it('shows no more of a path than helps', async () => {
    const { set } = await saidOf(
      `{ ['k'.repeat(100_000)]: { ['\\u001b[31m']: Array.from({ length: 3 }, () => NaN) } }`,
    );
    expect(String(set).length).toBeLessThan(300);
    expect(set).toContain('["\\u001b[31m"][0]');
  });
});

describe('what start returns', () => {
  it.each([
    ['undefined', null],
    ['Promise.all([api.runStore.set("a", 1), api.runStore.increment("n")])', [null, 1]],
    ['{ a: undefined, b: [undefined] }', { b: [null] }],
  ])('%s is %j', async (value, output) => {
    const { outcome } = await runToEnd(runner(), { start: `return ${value};` });
    expect(outcome).toMatchObject({ status: 'completed', output });
  });

  it.each(['new Map()', '() => 1', '[NaN]', 'Symbol("x")', '{ at: { map: new Map() } }', '[1n]'])(
    '%s is refused',
    async (value) => {
      const { outcome } = await runToEnd(runner(), { start: `return ${value};` });
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'OUTPUT_INVALID' } });
    },
  );
});

it('what another step returns is for nobody, and may be anything', async () => {
  const start = "await api.scheduleNextStep({ action: 'next' });";
  const { outcome } = await runToEnd(runner(), {
    start,
    next: 'return [new Map(), 1n];',
    onWorkflowComplete: 'return () => 1;',
  });
  expect(outcome).toMatchObject({ status: 'completed', output: null, failures: [] });
});

describe('an option of scheduleNextStep that there is not', () => {
  it.each([
    ['delayMs: 50', 'delayMs', 'delay'],
    ['delayInSeconds: 3, data: 1', 'delayInSeconds', 'delay'],
    ['dealy: 3', 'dealy', 'delay'],
    ['after: 3', 'after', 'delay'],
    ['data: 1', 'data', 'payload'],
    ['payLoad: undefined', 'payLoad', 'payload'],
    ['pyload: 1', 'pyload', 'payload'],
    ['acton: "next"', 'acton', 'action'],
    ['zebra: 1', 'zebra', null],
  ])('is refused by its name: %s', async (option, name, meant) => {
    const start = `try { await api.scheduleNextStep({ action: 'next', ${option} }); }
      catch (error) { return [error.code, error instanceof TypeError, error.message]; }`;
    const { outcome } = await runToEnd(runner(), { start, next: '' });
    expect(outcome.output).toEqual(['OPTION_UNKNOWN', true, expect.stringContaining(`no option "${name}"`)]);
    const [, , message] = outcome.output as string[];
    expect(message?.includes('Did you mean')).toBe(meant !== null);
    if (meant !== null) expect(message).toContain(`Did you mean \`${meant}\`?`);
    expect(outcome.steps.armed).toBe(1);
  });
});
